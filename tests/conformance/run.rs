//! A scenario played over one of its players, and every step judged.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;

use hsm::{CloudHsm, Limits, Process, Unobserved};
use serde::Deserialize;
use serde_json::Value;

use super::lines::Lines;
use super::place::{Came, Place, Player};
use super::scenario::{Over, Scenario, Step};
use super::shape;
use super::typed::Typed;

/// Plays the scenario over the driver and as lines, as far as it is for them.
pub fn play(scenario: &Scenario) {
    for over in scenario.over.iter().filter(|over| **over != Over::Pkcs11) {
        play_over(scenario, *over, &[], None);
    }
}

/// Plays it over one of them, on a cluster switched so; `when` is the answer that is under test.
pub fn play_over(scenario: &Scenario, over: Over, switches: &[String], when: Option<&str>) {
    println!("{over:?}: {}", scenario.name);
    let mut player = player(scenario, over, switches);
    let before = scenario.setup.iter().flat_map(|name| setup(name, over));
    let all: Vec<Step> = before.chain(scenario.steps.clone()).collect();
    for (number, step) in all.iter().enumerate() {
        let here = step.over.as_ref().is_none_or(|list| list.contains(&over));
        if !here || step.when.is_some() && step.when.as_deref() != when {
            continue;
        }
        let came = player.play(step);
        if let Err(why) = judge(step, &came, over) {
            panic!("{:?}, {over:?}, step {number} {:?}:\n{why}", scenario.name, step.deed);
        }
        player.check(step, &came);
    }
}

fn player(scenario: &Scenario, over: Over, switches: &[String]) -> Box<dyn Player> {
    match over {
        Over::Lines => Box::new(Lines::new(Place::new(scenario, "lines", switches))),
        Over::Driver => {
            let place = Rc::new(Place::new(scenario, "driver", switches));
            let (folder, ordering) = (place.folder.to_path_buf(), Rc::clone(&place));
            let mut number = 0;
            let open = Box::new(move || {
                number += 1;
                let process = Process::new(&place.program(), &place.work(number), Limits::default());
                let hsm = CloudHsm::new(process.expect("a channel"), Unobserved);
                Box::new(hsm) as Box<dyn hsm::Hsm>
            });
            Box::new(Typed::new(open, &folder, move |words| drop(ordering.order(words))))
        }
        Over::Pkcs11 => super::module::player(),
    }
}

fn judge(step: &Step, came: &Came, over: Over) -> Result<(), String> {
    let refused = step
        .driver
        .as_ref()
        .filter(|_| over != Over::Lines)
        .or(step.says.as_ref());
    match (came, refused, &step.lost) {
        (Came::Yes(answer), None, None) => shows(step, answer),
        (Came::No(said), Some(_), None) if step.says.as_deref() != Some("*") => {
            let fits = match (&step.driver, step.says.as_deref()) {
                (Some(name), _) if over != Over::Lines => said.starts_with(name.as_str()),
                // A command that the CLI does not know is refused as well, and proves nothing.
                (_, Some("?")) => !said.is_empty() && !said.contains("Usage: "),
                (_, Some(text)) if over == Over::Lines => said == text || starts_as(said, text),
                (_, Some(text)) => said == texts().get(text).ok_or(format!("texts.toml has no {text:?}"))?,
                (_, None) => false,
            };
            fits.then_some(()).ok_or(format!("refused otherwise: {said}"))
        }
        // How the CLI refuses words that it does not know is in no page: by an answer, or by plain text.
        (Came::Lost(_) | Came::No(_), Some(_), None) if step.says.as_deref() == Some("*") => Ok(()),
        (Came::Lost(said), None, Some(words)) if said.contains(words.as_str()) => Ok(()),
        (came, ..) => Err(format!("it came to {came:?}")),
    }
}

/// A text of which the contract gives the beginning.
fn starts_as(said: &str, text: &str) -> bool {
    text.strip_suffix('…')
        .is_some_and(|begin| said.starts_with(begin.trim_end()))
}

fn shows(step: &Step, answer: &Value) -> Result<(), String> {
    for (path, wanted) in &step.shows {
        let found = shape::part(answer, path);
        let text = found.and_then(Value::as_str);
        let same = match wanted.as_str() {
            Some("<absent>") => found.is_none_or(Value::is_null),
            Some("<there>") => found.is_some_and(|found| !found.is_null()),
            Some(form) if form.starts_with("<has> ") => text.is_some_and(|text| text.contains(&form[6..])),
            Some(form) if form.starts_with("<lacks> ") => text.is_some_and(|text| !text.contains(&form[8..])),
            Some(form) if form.starts_with("<length> ") => text.is_some_and(|text| text.len().to_string() == form[9..]),
            _ => found == Some(wanted),
        };
        if !same {
            return Err(format!("{path} is {found:?} and must be {wanted}\n{answer:#}"));
        }
    }
    Ok(())
}

/// What a driver makes of each text.
pub fn texts() -> &'static BTreeMap<String, String> {
    static TEXTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    TEXTS.get_or_init(|| toml::from_str(include_str!("texts.toml")).expect("texts.toml"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    after: Option<String>,
    steps: Vec<Step>,
    pkcs11: Option<Vec<Step>>,
}

fn setup(name: &str, over: Over) -> Vec<Step> {
    static SETUPS: OnceLock<BTreeMap<String, Setup>> = OnceLock::new();
    let setups = SETUPS.get_or_init(|| toml::from_str(include_str!("setups.toml")).expect("setups.toml"));
    let setup = setups.get(name).unwrap_or_else(|| panic!("setups.toml has no {name}"));
    let before = setup.after.iter().flat_map(|name| self::setup(name, over));
    let steps = match (over, &setup.pkcs11) {
        (Over::Pkcs11, steps) => steps.clone().unwrap_or_default(),
        _ => setup.steps.clone(),
    };
    before.chain(steps).collect()
}
