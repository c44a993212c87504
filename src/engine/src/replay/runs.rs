//! The runs of a past event, one after another, with the stops between them.

use hsm::{CloudHsm, Habits, Hsm, Pkcs11Hsm, Recorded, TokenName};
use record::journal::{Entry, What};
use record::plan::HsmKind;
use record::results::Results;
use record::{Bundle, cbor};
use std::cell::RefCell;
use std::rc::Rc;

use super::past::Past;
use super::tape::Tape;
use super::{compare, exchanges};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::event::{Again, Places, Sources};
use crate::files;
use crate::ledger::{Door, Ledger};
use crate::sessions::Sessions;

/// What a replay made.
pub struct Made {
    /// The to-be-signed bytes, by step.
    pub frozen: Vec<(String, Vec<u8>)>,
    /// The journal, byte for byte.
    pub journal: Vec<u8>,
    /// The record, byte for byte.
    pub record: Vec<u8>,
    /// What leaves the console.
    pub results: Results,
    /// The same, as its file.
    pub bundle: Vec<u8>,
}

/// Carries out every run, until the journal is gone through or the engine does something else.
pub fn carry_out(past: &Past, places: Places) -> Result<Made, Error> {
    let tape = Tape::new(past.entries.clone(), past.said.ended);
    let stops = past.entries.iter().filter(|entry| is_stop(entry)).count();
    if stops > MOST_STOPS {
        let what = format!("it has {stops} stops, and a replay goes through {MOST_STOPS}");
        return Err(Error::input("the journal", record::Error::Journal { entry: 0, what }));
    }
    loop {
        let begun = tape.done();
        let (again, outcome) = run(past, &tape, places.clone())?;
        if let Some(trouble) = tape.trouble() {
            return Err(compare::trouble(past, &trouble, outcome.err(), &places));
        }
        match tape.next() {
            None => return made(past, &tape, &again, outcome, &places),
            Some(next) if is_stop(&next) && tape.done() > begun => {}
            Some(next) => return Err(compare::ended(&next, outcome.err())),
        }
    }
}

fn run(past: &Past, tape: &Tape, places: Places) -> Result<(Again, Result<(), Error>), Error> {
    let habits = habits(&past.entries[tape.run()]);
    let (opened, clock) = (past.opened()?, Clock::of_the_past(Rc::new(tape.clone())));
    let behind = past.entries[..tape.done()].to_vec();
    let torn = torn(&behind, tape.next().as_ref());
    if torn.is_some() {
        settle_files(&past.entries[tape.done()..], &places)?;
    }
    let (open, sessions) = hsm(past, tape, habits);
    let ledger = Ledger::over(tape.clone(), behind, clock.clone())?;
    let sources = Sources {
        clock,
        console: Console::of(tape.clone()),
        identity: opened.identity,
        past: Some(Rc::new(tape.clone())),
        sessions,
    };
    let plan = (past.plan.clone(), past.inbound.clone());
    let mut again = Again::new(places, plan, sources, ledger, habits, open)?;
    let outcome = again.carry_out(torn, opened.session);
    Ok((again, outcome))
}

/// The ways of the HSM's command line that a run went by.
fn habits(run: &[Entry]) -> Habits {
    let said = run.iter().find_map(|entry| match &entry.what {
        What::Habits { answers } => Some(Habits::from_answers(answers)),
        _ => None,
    });
    said.unwrap_or_default()
}

/// The HSM as it answered in the run that comes next, and further sessions with it.
fn hsm(past: &Past, tape: &Tape, habits: Habits) -> (Open, Sessions) {
    let exchanges = exchanges::of(&past.entries, tape.run());
    match past.inbound.plan.hsm.kind {
        HsmKind::Cloudhsm => {
            let recorded = Rc::new(RefCell::new(Recorded::new(exchanges)));
            let sessions = Sessions::Past(Rc::clone(&recorded));
            let open = move |door| Box::new(CloudHsm::new(recorded, door).with_habits(habits)) as Box<dyn Hsm>;
            (Box::new(open), sessions)
        }
        HsmKind::Pkcs11 => {
            let token = token(past);
            let open = move |door| Box::new(Pkcs11Hsm::replay(&token, exchanges, door)) as Box<dyn Hsm>;
            (Box::new(open), Sessions::None)
        }
    }
}

type Open = Box<dyn FnOnce(Door) -> Box<dyn Hsm>>;

/// The token by the name that it was chosen by, which the journal has.
fn token(past: &Past) -> TokenName {
    let named = past.entries.iter().find_map(|entry| match &entry.what {
        What::Intent { command } => command.strip_prefix("pkcs11 token-info ")?.parse().ok(),
        _ => None,
    });
    named.unwrap_or_else(|| TokenName::Label(past.inbound.plan.hsm.owner.clone()))
}

/// The octets that a stop left behind the last whole entry; none if this is the first run.
fn torn(behind: &[Entry], next: Option<&Entry>) -> Option<u64> {
    match next.map(|entry| &entry.what) {
        Some(What::Resumed { torn, .. }) if !behind.is_empty() => Some(*torn),
        _ => None,
    }
}

/// A stop may have come between the journal's entry on the console's signature and its file. If the results were signed
/// once more, it did.
fn settle_files(rest: &[Entry], places: &Places) -> Result<(), Error> {
    let signs = |entry: &Entry| matches!(&entry.what, What::Spending { action, .. } if action.step == "results");
    let path = places.outbound.join("results.cbor.sig");
    if !rest.iter().any(signs) || !path.exists() {
        return Ok(());
    }
    std::fs::remove_file(&path).map_err(|cause| Error::File {
        act: "remove",
        path: path.display().to_string(),
        cause,
    })
}

fn made(past: &Past, tape: &Tape, again: &Again, outcome: Result<(), Error>, places: &Places) -> Result<Made, Error> {
    let written = past
        .entries
        .iter()
        .any(|entry| matches!(entry.what, What::Record { .. }));
    if !written && tape.record().is_none() {
        return Err(compare::no_record(past, outcome.err()));
    }
    let record = files::read(&places.disk.join("record.cbor"), cbor::BUNDLE_LIMIT)?;
    let bundle = again.results(record.clone())?;
    let results = Bundle::<Results>::decode(&bundle).map_err(|cause| Error::input("the results", cause))?;
    let frozen = past.entries.iter().rev().find_map(|entry| match &entry.what {
        What::Frozen { bytes } => Some(
            bytes
                .iter()
                .map(|(step, bytes)| (step.clone(), bytes.0.clone()))
                .collect(),
        ),
        _ => None,
    });
    Ok(Made {
        frozen: frozen.unwrap_or_default(),
        journal: again.journal(),
        record,
        results: results.body,
        bundle,
    })
}

fn is_stop(entry: &Entry) -> bool {
    matches!(entry.what, What::Resumed { .. })
}

/// Each stop is a run of the engine; an event has a few.
const MOST_STOPS: usize = 1000;
