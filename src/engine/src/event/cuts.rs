//! The power goes at every write of the journal, once before it, once in the middle of it, and once with all that was not
//! synced; the event is resumed; and what it comes to is what it comes to without a stop.
//!
//! A recorded event of a new cluster can be put through it: `CEREMONY_EVENT=results.cbor cargo test -p ceremony-engine cuts`.

mod cluster;
mod held;
mod people;
mod power;
mod scene;

use std::collections::BTreeSet;
use std::fs;
use std::rc::Rc;

use record::difference;
use record::journal::What;

use self::held::{CameTo, Held};
use self::power::{Left, Power};
use self::scene::Scene;

/// Once for each kind of entry, and for each command to the HSM.
#[test]
fn an_event_comes_to_the_same_wherever_the_power_goes() {
    let undisturbed = Undisturbed::new();
    let (mut seen, mut ways) = (BTreeSet::new(), EVERY_WAY.iter().cycle());
    for (write, entry) in undisturbed.came_to.entries.iter().enumerate() {
        if seen.insert(sort(&entry.what)) {
            undisturbed.cut(write, *ways.next().expect("they begin anew"));
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
#[ignore = "exhaustive: tests/run --full"]
fn an_event_comes_to_the_same_wherever_the_power_goes_at_all() {
    let undisturbed = Undisturbed::new();
    for write in 0..undisturbed.came_to.entries.len() {
        for left in EVERY_WAY {
            undisturbed.cut(write, left);
        }
    }
}

/// An event, and what it comes to without a stop.
struct Undisturbed {
    scene: Rc<Scene>,
    came_to: CameTo,
}

impl Undisturbed {
    fn new() -> Self {
        let file = match std::env::var_os("CEREMONY_EVENT") {
            Some(path) => fs::read(path).expect("the event that CEREMONY_EVENT names"),
            None => include_bytes!("../../tests/events/root-generation.cbor").to_vec(),
        };
        let scene = Rc::new(Scene::of(&file));
        let (held, power) = (Held::new(&scene), Power::new(Vec::new(), None));
        held.run(&power, 0).expect("it ends well without a stop");
        let came_to = held.came_to(&power);
        assert_eq!(power.writes(), came_to.entries.len());
        Self { scene, came_to }
    }

    fn cut(&self, write: usize, left: Left) {
        let came_to = cut(&self.scene, (write, left));
        compare(&self.came_to, &came_to, (write, left));
    }
}

/// What kind of entry it is; of commands, which.
fn sort(what: &What) -> String {
    let words = |command: &str| {
        command
            .split(' ')
            .take_while(|word| !word.starts_with('-'))
            .collect::<String>()
    };
    match what {
        What::Intent { command } => format!("to {}", words(command)),
        What::Answer { command, .. } | What::Repeated { command, .. } => format!("from {}", words(command)),
        other => format!("{other:?}")
            .split([' ', '('])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

const EVERY_WAY: [Left; 3] = [Left::Whole, Left::Torn, Left::Synced];

/// The event with its power cut there, resumed to its end.
fn cut(scene: &Rc<Scene>, cut: (usize, Left)) -> CameTo {
    let (held, power) = (Held::new(scene), Power::new(Vec::new(), Some(cut)));
    held.run(&power, 0).expect_err("the power goes");
    let power = Power::new(power.bytes(), None);
    if let Err(error) = held.run(&power, 30) {
        panic!("{cut:?}: {error}\n{:?}", error.hint());
    }
    let came_to = held.came_to(&power);
    signed_by_decision(&held, &came_to, cut);
    came_to
}

/// The HSM signed each thing once, and once more for each decision of people to do so.
fn signed_by_decision(held: &Held, came_to: &CameTo, cut: (usize, Left)) {
    let again = held
        .decided
        .borrow()
        .iter()
        .filter(|answer| *answer == "sign again")
        .count();
    assert_eq!(
        again,
        came_to.count(|what| matches!(what, What::Again { .. })),
        "{cut:?}"
    );
    assert!(again < 2, "{cut:?}: one stop leaves one thing open");
    let signed = &held.cluster.borrow().signed;
    for (step, bytes) in came_to.frozen().into_iter().flatten() {
        let times = signed.get(&bytes.0).copied().unwrap_or(0);
        assert!(
            (1..=1 + again).contains(&times),
            "{cut:?}: {step} was signed {times} times"
        );
    }
}

fn compare(undisturbed: &CameTo, came_to: &CameTo, cut: (usize, Left)) {
    assert_eq!(
        came_to.frozen(),
        undisturbed.frozen(),
        "{cut:?}: the bytes to be signed"
    );
    assert!(came_to.files == undisturbed.files, "{cut:?}: certificates and lists");
    let record = |came_to: &CameTo| record::cbor::encode(&came_to.settled()).expect("encodes");
    let differs = difference::first(&record(undisturbed), &record(came_to));
    assert_eq!(differs, None, "{cut:?}: the record");
    assert!(
        matches!(came_to.entries.last().map(|entry| &entry.what), Some(What::Closed)),
        "{cut:?}"
    );
    let stops = came_to.count(|what| matches!(what, What::Resumed { .. }));
    let begun = came_to
        .entries
        .first()
        .is_some_and(|entry| entry.at == undisturbed.entries[0].at);
    assert_eq!(stops, usize::from(begun), "{cut:?}: the stop is in the journal");
    let of_the_stop = |what: &str| STOPS.iter().any(|words| what.starts_with(words));
    for exception in &came_to.record.exceptions {
        assert!(of_the_stop(&exception.what), "{cut:?}: {exception:?}");
    }
}

/// What a stop may leave in the record.
const STOPS: [&str; 4] = [
    "the engine was started again",
    "no answer came to the signing",
    "the same bytes may have been signed before; decided",
    "`",
];
