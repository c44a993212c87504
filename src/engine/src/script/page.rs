//! The page: what the event is, who is there, every stage, and what to do when something goes wrong.

use hsm::Habits;
use issue::derive::Derived;
use record::plan::Inbound;
use record::{Digest, Time, words};

use super::expected::{Expected, expected};
use super::fields::{Field, fields};
use super::glossary::glossary;
use super::html::Html;
use super::sheets;
use crate::error::Error;
use crate::event::{At, Stage, stages};
use crate::plan::{budget, initialises, parts};

/// The whole page.
pub fn page(inbound: &Inbound, habits: Habits, now: Time) -> Result<String, Error> {
    let plan = &inbound.plan;
    let derived = issue::derive::with_placeholder_keys(inbound, now)?;
    let members: Vec<String> = inbound.roster.members.iter().map(|member| member.id.clone()).collect();
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
    let all = stages(inbound, habits);
    let mut step = "";
    for (number, one) in (1..).zip(&all) {
        let things = match &one.at {
            At::Consent(window) => agreed(inbound, habits, step, *window),
            at => things(&derived, habits, at),
        };
        if let At::Step(id) = &one.at {
            step = id;
        }
        let expected = expected(inbound, &one.at, &things);
        html.add(stage(number, all.len(), one, &expected, &members));
    }
    html.element("h2", "", "Afterwards");
    html.add(afterwards(inbound, &members));
    html.add(together("If something goes wrong", sheets::trouble(inbound)));
    html.add(sheets::exceptions());
    html.add(together("Signed", sheets::signatures()));
    Ok(Html::page(&format!("Event {}", plan.event), &foot(inbound), html))
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

/// What is announced in a window of commands, and done after it.
fn agreed(inbound: &Inbound, habits: Habits, step: &str, window: usize) -> Vec<String> {
    let all = budget::requests(inbound, habits, step);
    let commands = window.checked_sub(1).and_then(|n| all.get(n)).into_iter().flatten();
    let announced = commands
        .clone()
        .map(|command| format!("It {}: `{}`.", command.said(), command.text()));
    let done = commands.clone().map(|command| format!("Done: {}.", command.text()));
    announced.chain(done).collect()
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

fn opening(inbound: &Inbound, members: &[String]) -> Html {
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
        fields: vec![
            Field::Short("clock right, by"),
            Field::Short("image: first word"),
            Field::Short("check word"),
        ],
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
    html.screen(&start(inbound));
    body(&mut html, &expected, members);
    html.close("div");
    html
}

/// What the operator types.
fn start(inbound: &Inbound) -> Vec<String> {
    let hsm = match inbound.plan.hsm.kind.has_users() {
        true => "    --hsm-cli /opt/cloudhsm/bin/cloudhsm-cli".to_owned(),
        false => format!("    --pkcs11-module MODULE --pkcs11-token '{}'", inbound.plan.hsm.owner),
    };
    let mut lines = vec!["ceremony run --plan in/plan.cbor --inbound in --outbound out --disk disk \\".to_owned()];
    if initialises(inbound) && !inbound.plan.rehearsal {
        lines.extend(EVIDENCE.map(str::to_owned));
    }
    lines.push(hsm);
    lines
}

fn stage(number: usize, of: usize, stage: &Stage, expected: &Expected, members: &[String]) -> Html {
    let mut html = Html::default();
    let long = expected.doing.len() + expected.screen.len() > 24;
    html.open("div", if long { "stage long" } else { "stage" });
    heading(&mut html, &format!("{number}/{of} {}", stage.title), &stage.who);
    body(&mut html, expected, members);
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

fn body(html: &mut Html, expected: &Expected, members: &[String]) {
    if !expected.doing.is_empty() {
        html.list(&expected.doing);
    }
    if !expected.screen.is_empty() {
        html.screen(&expected.screen);
    }
    if !expected.then.is_empty() {
        html.list(&expected.then);
    }
    html.add(fields(&expected.fields, members));
}

fn afterwards(inbound: &Inbound, members: &[String]) -> Html {
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
        html.add(fields(&[Field::Short("time")], members));
        html.close("div");
    }
    html
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
/// What proves the HSM's identity, outside rehearsals.
const EVIDENCE: [&str; 3] = [
    "    --described described.json --aws-root aws.pem --manufacturer-root manufacturer.pem \\",
    "    --customer-ca /opt/cloudhsm/etc/customerCA.crt --cluster-certificate cluster.pem \\",
    "    --hsm-answers hsm-answers.toml \\",
];
/// The part of `plan show` for those who know X.509: on screen, not on paper.
const DETAILS: &str = "Every thing that is signed";
