//! The page: what the event is, who is there, every stage, and what to do when something goes wrong.

use hsm::Habits;
use issue::derive::Derived;
use record::plan::Inbound;
use record::{Digest, Time, words};

use super::expected::{Expected, expected};
use super::html::Html;
use super::sheets;
use crate::error::Error;
use crate::event::{At, Stage, stages};
use crate::plan::{budget, parts};

/// The whole page.
pub fn page(inbound: &Inbound, habits: Habits, now: Time) -> Result<String, Error> {
    let plan = &inbound.plan;
    let derived = issue::derive::with_placeholder_keys(inbound, now)?;
    let mut html = Html::default();
    html.element("h1", "", &format!("Event {}", plan.event));
    if plan.rehearsal {
        html.element(
            "p",
            "rehearsal",
            "THIS IS A REHEARSAL. Nothing that it makes is to be trusted.",
        );
    }
    html.element(
        "p",
        "",
        "One copy for each person in the room. A box is ticked when its stage is over, and whoever is responsible puts their \
         initials beside it. Digests are read aloud by the operator in words; each member follows on their own screen and says \
         \"same\" or \"stop\". One \"stop\" stops the event, and anybody may say it.",
    );
    html.element("h3", "", "The plan's digest");
    digest(&mut html, &inbound.digest);
    for part in parts(inbound, habits, now)?
        .into_iter()
        .filter(|part| part.title != DETAILS)
    {
        html.element("h2", "", part.title);
        html.list(&part.lines);
    }
    html.element("h2", "", "Who is there");
    html.add(sheets::people(inbound));
    html.element("h2", "", "Opening");
    html.add(opening(inbound));
    html.element("h2", "", "The stages");
    let all = stages(inbound, habits);
    for (number, one) in (1..).zip(&all) {
        let things = things(&derived, habits, &one.at);
        html.add(stage(number, all.len(), one, &expected(inbound, &one.at, &things)));
    }
    html.element("h2", "", "Afterwards");
    html.add(afterwards(inbound));
    html.element("h2", "", "If something goes wrong");
    html.add(sheets::trouble(inbound));
    html.add(sheets::last());
    Ok(Html::page(&format!("Event {}", plan.event), html))
}

/// The files that are signed in a stage.
fn things(derived: &[Derived], habits: Habits, at: &At) -> Vec<String> {
    let window = match at {
        At::Approve(window) | At::Sign(window) => *window,
        At::Tokens => 1,
        _ => return Vec::new(),
    };
    let window = budget::window(derived, habits, window);
    window.iter().map(|one| one.file.clone()).collect()
}

fn digest(html: &mut Html, digest: &Digest) {
    let hex = digest.hex();
    let blocks: Vec<&str> = (0..8).map(|n| &hex[8 * n..8 * n + 8]).collect();
    html.element("div", "words", &blocks[..4].join(" "));
    html.element("div", "words", &blocks[4..].join(" "));
    for line in words::lines(&digest.0) {
        html.element("div", "words", &line);
    }
}

fn opening(inbound: &Inbound) -> Html {
    let mut commands = vec!["ceremony run --plan in/plan.cbor --inbound in --outbound out --disk disk \\".to_owned()];
    commands.push(match inbound.plan.hsm.kind.has_users() {
        true => "    --hsm-cli /opt/cloudhsm/bin/cloudhsm-cli".into(),
        false => format!("    --pkcs11-module MODULE --pkcs11-token '{}'", inbound.plan.hsm.owner),
    });
    let mut expected = Expected {
        doing: vec![
            "The operator starts the console's program:".into(),
            "The operator and two members compare the console's clock with clocks of their own, and the operator types what the \
             screen asks."
                .into(),
            "The operator reads the plan's digest aloud, as it stands on this page, and the image's. Members compare the image's \
             with what they know from elsewhere: \"same\"."
                .into(),
            "The witness says aloud what the screen says of the boot.".into(),
        ],
        screen: vec![inbound.plan.description.clone()],
        fields: vec!["clock right, by", "image: first word", "check word"],
        ..Expected::default()
    };
    if inbound.plan.rehearsal {
        expected
            .screen
            .insert(0, "THIS IS A REHEARSAL. Nothing that it makes is to be trusted.".into());
    }
    let mut html = Html::default();
    html.open("div", "stage");
    heading(&mut html, "Start, clock and digests", "operator");
    html.element("p", "", &expected.doing.remove(0));
    html.screen(&commands);
    body(&mut html, &expected);
    html.close("div");
    html
}

fn stage(number: usize, of: usize, stage: &Stage, expected: &Expected) -> Html {
    let mut html = Html::default();
    let long = expected.doing.len() + expected.screen.len() > 24;
    html.open("div", if long { "stage long" } else { "stage" });
    heading(&mut html, &format!("{number}/{of} {}", stage.title), &stage.who);
    body(&mut html, expected);
    html.close("div");
    html
}

fn heading(html: &mut Html, title: &str, who: &str) {
    html.open("h3", "");
    html.element("span", "box", "");
    html.text(title);
    html.element("span", "who", &format!(" [{who}]"));
    html.close("h3");
}

fn body(html: &mut Html, expected: &Expected) {
    if !expected.doing.is_empty() {
        html.list(&expected.doing);
    }
    if !expected.screen.is_empty() {
        html.screen(&expected.screen);
    }
    if !expected.then.is_empty() {
        html.list(&expected.then);
    }
    html.open("div", "fields");
    for field in expected.fields.iter().chain(&["initials"]) {
        html.element("div", "field", field);
    }
    html.close("div");
}

fn afterwards(inbound: &Inbound) -> Html {
    let mut lines = vec![
        "Each member present: `ceremony-member --home HOME countersign record.cbor --out OUT`, and compares `What went otherwise \
         than planned` with this paper."
            .to_owned(),
        "The operator takes the results and the countersignatures to the publisher, and the event's disk to its safe place. The \
         console is switched off."
            .into(),
        "At least one member checks the store on a machine of their own: `ceremony-verify store`.".into(),
    ];
    if inbound.next_roster.is_some() || inbound.next_policy.is_some() {
        lines.push(format!(
            "What comes into force does so with {} countersignatures of roster {}.",
            inbound.policy.quorum.threshold, inbound.roster.number
        ));
    }
    let mut html = Html::default();
    for line in lines {
        html.open("div", "stage");
        html.element("span", "box", "");
        html.words("span", &line);
        html.open("div", "fields");
        html.element("div", "field", "time");
        html.element("div", "field", "initials");
        html.close("div");
        html.close("div");
    }
    html
}

/// The part of `plan show` for those who know X.509: on screen, not on paper.
const DETAILS: &str = "Every thing that is signed";
