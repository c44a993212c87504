//! What each stage asks of people, and the words that the screen then shows; `...` stands for what only the event knows.

mod steps;

use record::messages::Phase;
use record::plan::{Command, Inbound, KeySource, commands};

use super::fields::Field;
use super::first_hour;
use crate::event::At;

/// One stage's part of the checklist.
#[derive(Default)]
pub struct Expected {
    /// What people do, in order.
    pub doing: Vec<String>,
    /// What the screen says, a sentence a line.
    pub screen: Vec<String>,
    /// What people do after that.
    pub then: Vec<String>,
    /// What is written down by hand.
    pub fields: Vec<Field>,
}

/// What a stage is about.
#[derive(Default)]
pub struct Matter {
    /// The files that are signed or written in it.
    pub files: Vec<String>,
    /// The commands to which members agree in it.
    pub commands: Vec<Command>,
}

/// The stage's part.
pub fn expected(inbound: &Inbound, at: &At, matter: &Matter) -> Expected {
    let things = &matter.files;
    match at {
        At::Review => review(inbound.standing.is_some()),
        At::Attend(phase) => attend(*phase),
        At::Key(key) => of_key(inbound, key),
        At::Step(id) => steps::of_step(inbound, id),
        At::Initialise(part) => first_hour::part(inbound, *part),
        At::Freeze => freeze(inbound),
        At::Tokens => tokens(things.len()),
        At::Approve(window) => approve(inbound, *window, things),
        At::Consent(_) => steps::consent(&matter.commands),
        At::Sign(_) => Expected {
            screen: things
                .iter()
                .map(|file| format!("signed: {file} (... octets)"))
                .collect(),
            ..doing(&["The witness ticks each line that the screen shows."])
        },
        At::Outputs => Expected {
            fields: vec![Field::Digests(things.clone())],
            ..doing(&[
                "What was signed is written to the event's disk. The operator reads the first and last eight digits of each SHA-256 \
                 aloud; everybody writes them down.",
            ])
        },
        At::Record => record(),
        At::Results => Expected {
            screen: vec!["wrote out/results.cbor (for the publisher)".into()],
            ..doing(&["The console's own key signs what goes to the publisher."])
        },
    }
}

/// A request's words, and who answered it.
fn asked(by: &'static str) -> Vec<Field> {
    vec![
        Field::Members(by),
        Field::Short("request: first word"),
        Field::Short("check word"),
    ]
}

fn doing(lines: &[&str]) -> Expected {
    Expected {
        doing: lines.iter().map(|line| (*line).to_owned()).collect(),
        ..Expected::default()
    }
}

fn review(stands: bool) -> Expected {
    let mut expected = Expected {
        fields: vec![Field::Members("reviews taken from"), Field::Short("time")],
        ..doing(&[
            "Before the day, each member ran `ceremony-member review plan.cbor` on their own machine, and compared the plan's words.",
            "The operator copies the reviews, review-member-K.cbor and .sig, to the inbound folder, and presses Enter.",
        ])
    };
    if stands {
        let read = "The operator reads aloud who compared what stands before the event with the public store. If nobody \
                    did, the console asks: `wait` for one member's review with --store, or `go on without the store`, \
                    which two members acknowledge before the record is written.";
        expected.doing.push(read.into());
        expected.fields.insert(1, Field::Members("compared with the store"));
    }
    expected
}

fn attend(phase: Phase) -> Expected {
    let name = phase.name();
    let first = match phase {
        Phase::Begin => "The operator hands out `out/opening.cbor`.",
        Phase::End => "The same file as at the beginning.",
    };
    let mut expected = doing(&[first]);
    expected.doing.push(format!(
        "Each member: `ceremony-member --home HOME attend opening.cbor --phase {name} --place local --image HEX --out OUT`, then \
         their passphrase, and the first and last word of the image's digest."
    ));
    expected
        .doing
        .push("The operator copies the answers to the inbound folder, and presses Enter.".into());
    expected.fields = vec![Field::Members("present"), Field::Short("time")];
    expected
}

fn of_key(inbound: &Inbound, name: &str) -> Expected {
    let keys = inbound.keys();
    let Some(key) = keys.iter().find(|key| key.key == name) else {
        return Expected::default();
    };
    let how = match key.made {
        true => "made",
        false => "found, as its certificate has it",
    };
    let owner = &inbound.plan.hsm.owner;
    let place = match (inbound.plan.hsm.kind.has_users(), key.quorum) {
        (false, _) => format!("in the token {owner}"),
        (true, None) => format!("owned by {owner}, shared with nobody"),
        (true, Some(_)) => format!(
            "owned by {owner}, shared with {} approvers",
            inbound.roster.members.len()
        ),
    };
    let mut expected = Expected {
        screen: vec![format!(
            "{name}: {how}, {place}; its ... attributes are as they must be."
        )],
        ..Expected::default()
    };
    let compared = match key.made {
        true => "to compare with their own screen when they approve",
        false => "and compare them with the last record, and later with their own screen",
    };
    expected.doing.push(format!(
        "The operator reads the key's first word and check word aloud. Members write them down, {compared}."
    ));
    expected.fields = vec![Field::Short("first word"), Field::Short("check word")];
    expected
}

fn freeze(inbound: &Inbound) -> Expected {
    let signed = inbound.plan.step.iter().filter(|step| step.issuer().is_some()).count();
    let requests = inbound
        .plan
        .step
        .iter()
        .filter(|step| matches!(step.key_source(), Some(KeySource::Request(_))))
        .count();
    let mut expected = Expected {
        screen: vec![format!("{signed} things will be signed; two builders agree on each.")],
        ..doing(&["A line `Note: lint set aside` is read aloud, with its reason."])
    };
    if requests > 0 {
        expected
            .doing
            .push("From here on no byte of a certificate or list can change.".into());
    }
    expected
}

fn tokens(count: usize) -> Expected {
    let screen = match count {
        1 => "1 token is minted; it is for one signature.".to_owned(),
        n => format!("{n} tokens are minted; each is for one signature."),
    };
    Expected {
        screen: vec![screen],
        fields: vec![Field::Short("minted at"), Field::Short("ten minutes are over at")],
        ..doing(&["The witness starts a clock: tokens live ten minutes."])
    }
}

fn approve(inbound: &Inbound, window: usize, things: &[String]) -> Expected {
    // Commands before have requests of their own; how many, only the event knows.
    let window = match commands(inbound).is_empty() {
        true => window.to_string(),
        false => "N".to_owned(),
    };
    let mut expected = doing(&[]);
    expected.doing.push(format!(
        "The operator reads the request's digest aloud, and hands out `out/approval-request-{window}.cbor`."
    ));
    expected.doing.push(format!(
        "At least {} members, each: `ceremony-member --home HOME approve approval-request-{window}.cbor --out OUT`. Each looks for \
         {}, and nothing else:",
        inbound.people_needed(),
        match things.len() {
            1 => "one signature".to_owned(),
            n => format!("{n} signatures"),
        }
    ));
    expected.screen = things.to_vec();
    expected
        .then
        .push("Passphrase, and the first and last word of the request. The operator copies the answers in, and presses Enter.".into());
    expected.fields = asked("approved by");
    expected
}

fn record() -> Expected {
    Expected {
        screen: vec!["wrote out/record.cbor (for everybody present to countersign)".into()],
        fields: vec![
            Field::Short("record: first word"),
            Field::Short("check word"),
            Field::Short("time"),
        ],
        ..doing(&["The operator reads the record's digest aloud, and hands out `out/record.cbor`."])
    }
}
