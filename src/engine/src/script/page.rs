//! The page: what the event is, who is there, every stage, and what to do when something goes wrong.

use hsm::Habits;
use issue::derive::Derived;
use record::plan::{Command, Inbound};
use record::{Digest, Time, words};

use super::expected::{Matter, expected};
use super::glossary::glossary;
use super::html::Html;
use super::sheets;
use super::stage::{afterwards, opening, stage};
use crate::error::Error;
use crate::event::{At, stages};
use crate::plan::{budget, parts};

/// The whole page.
pub fn page(inbound: &Inbound, habits: Habits, now: Time) -> Result<String, Error> {
    let derived = issue::derive::with_placeholder_keys(inbound, now)?;
    let members: Vec<String> = inbound.roster.members.iter().map(|member| member.id.clone()).collect();
    let mut html = top(inbound);
    for part in parts(inbound, habits, now)?
        .into_iter()
        .filter(|part| part.title != DETAILS)
    {
        html.element("h2", "", part.title);
        html.list(&part.lines);
    }
    html.element("h2", "", "Words on this paper");
    html.add(glossary());
    html.add(together("Who is there", sheets::people(inbound)));
    html.element("h2", "", "Opening");
    html.add(opening(inbound, &members));
    html.element("h2", "", "The stages");
    html.add(held(inbound, habits, &derived, &members));
    html.element("h2", "", "Afterwards");
    html.add(afterwards(inbound, &members));
    html.add(together("If something goes wrong", sheets::trouble(inbound)));
    html.add(sheets::exceptions());
    html.add(together("Signed", sheets::signatures()));
    Ok(Html::page(
        &format!("Event {}", inbound.plan.event),
        &foot(inbound),
        html,
    ))
}

/// What stands first: whose copy it is, how it is used, and the plan's digest.
fn top(inbound: &Inbound) -> Html {
    let plan = &inbound.plan;
    let mut html = Html::default();
    html.element("h1", "", &format!("Event {}", plan.event));
    if plan.rehearsal {
        html.element(
            "p",
            "rehearsal",
            "THIS IS A REHEARSAL. Nothing that it makes is to be trusted.",
        );
    }
    html.open("div", "fields");
    for label in ["this copy is of", "date", "place"] {
        html.element("div", "field", label);
    }
    html.close("div");
    for text in HOW {
        html.words("p", text);
    }
    html.element("h3", "", "The plan's digest");
    digest(&mut html, &inbound.digest);
    html
}

/// Every stage, with its number.
fn held(inbound: &Inbound, habits: Habits, derived: &[Derived], members: &[String]) -> Html {
    let mut html = Html::default();
    let all = stages(inbound, habits);
    let mut step = "";
    for (number, one) in (1..).zip(&all) {
        let matter = Matter {
            files: things(derived, habits, &one.at),
            commands: asked(inbound, habits, step, &one.at),
        };
        if let At::Step(id) = &one.at {
            step = id;
        }
        let expected = expected(inbound, &one.at, &matter);
        html.add(stage(number, all.len(), one, &expected, members));
    }
    html
}

/// At the foot of each sheet: whose it is, so that one of another plan does not get among them.
fn foot(inbound: &Inbound) -> [String; 2] {
    let words = words::to_words(&inbound.digest.0);
    let mark = if inbound.plan.rehearsal { " - REHEARSAL" } else { "" };
    [
        format!("Event {}{mark}", inbound.plan.event),
        format!("plan: {} ... check: {}", words[0], words[32]),
    ]
}

/// A part that stands on one sheet.
fn together(title: &str, part: Html) -> Html {
    let mut html = Html::default();
    html.open("section", "together");
    html.element("h2", "", title);
    html.add(part);
    html.close("section");
    html
}

/// The commands to which members agree in a stage of this step.
fn asked(inbound: &Inbound, habits: Habits, step: &str, at: &At) -> Vec<Command> {
    let At::Consent(window) = at else {
        return Vec::new();
    };
    let all = budget::requests(inbound, habits, step);
    let request = window.checked_sub(1).and_then(|n| all.into_iter().nth(n));
    request.unwrap_or_default()
}

/// The files that are signed in a stage.
fn things(derived: &[Derived], habits: Habits, at: &At) -> Vec<String> {
    let window = match at {
        At::Approve(window) | At::Sign(window) => *window,
        At::Tokens => 1,
        At::Outputs => return derived.iter().map(|one| one.file.clone()).collect(),
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

/// How the paper is used.
const HOW: [&str; 3] = [
    "One copy for each person in the room. A box is ticked when its stage is over, and whoever is responsible puts their \
     initials beside it. Digests are read aloud by the operator in words; each member follows on their own screen and says \
     \"same\" or \"stop\". One \"stop\" stops the event, and anybody may say it.",
    "What stands on grey is typed, or is what a screen shows: names and numbers are these, `...` is for what only the event \
     knows, and lines may be broken elsewhere. Screens say more than that. If something on grey does not come, or comes with \
     another name or number, say \"stop\".",
    "The witness types nothing and carries nothing: they read along on this paper, tick, keep the time, and write down \
     whatever goes otherwise.",
];
/// The part of `plan show` for those who know X.509: on screen, not on paper.
const DETAILS: &str = "Every thing that is signed";
