//! `countersign`: read the record of the event, check it, compare it with one's own memory, and sign it. Of an event that
//! ended early, those who were not there sign too, by its plan.

mod memory;

use std::path::Path;

use record::plan::Inbound;
use record::record::Record;
use record::{Body as _, Digest, facts};

use crate::boot::{self, Known};
use crate::error::Error;
use crate::home::{Countersigned, Seen};
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{show, standing};

/// Checks and shows the record, asks, and writes the signature. `plan` is for whoever was absent and did not review.
///
/// # Errors
/// A record that is wrong or differs from what this member knows, a bad quote of what booted, a wrong passphrase or PIN, or other
/// words.
pub fn run(session: &mut Session, path: &Path, plan: Option<&Path>, known: &Known, out: &Path) -> Result<(), Error> {
    let (bytes, record) = session.read::<Record>(path)?;
    let digest = Digest::of(&bytes);
    let before = session.home.countersigned(&digest)?;
    let (plan, rehearsal) = match was_there(session, &record) {
        true => of_one_present(session, &record, before.is_some())?,
        false => of_one_absent(session, &record, plan, before.is_some())?,
    };
    let checked =
        verifier::check_record(&plan, &bytes, rehearsal).map_err(|findings| Error::RecordWrong { findings })?;
    let boot = boot::check(session, &of_boot(session, &checked.record), known)?;
    let seen = checkpoint(session, checkpoint_of(&record))?;
    let outbox = Outbox::claim_signature(out, &format!("{}.sig", session.id()))?;
    session
        .terminal
        .show(&show::record::page(&checked, session.id(), &boot))?;
    session.terminal.show(&seen)?;
    session.terminal.show(&signed_before(before.as_ref()))?;
    session.terminal.show(&show::spoken("record", &digest))?;
    let mut keys = session.unlock(&[])?;
    session.terminal.confirm("record", &digest)?;
    boot.remember(session)?;
    if let Some(checkpoint) = checkpoint_of(&record) {
        session.home.keep_checkpoint(checkpoint)?;
    }
    let signature = keys.sign_ssh(Record::NAMESPACE, &bytes)?;
    let (at, plan) = (session.now, record.plan);
    session.home.keep_countersigned(&digest, &Countersigned { at, plan })?;
    session.terminal.show(&outbox.deliver_signature(&signature)?)
}

fn signed_before(before: Option<&Countersigned>) -> Vec<String> {
    let Some(before) = before else {
        return Vec::new();
    };
    let mut page = show::part(&format!("YOU SIGNED THIS VERY RECORD AT {}", before.at));
    page.extend(show::note(
        "It is signed once more, in case the file was lost. If you refused the event since, that is not in it.",
    ));
    page
}

fn of_boot<'a>(session: &Session, record: &'a Record) -> boot::Said<'a> {
    boot::Said {
        boot: &record.boot,
        session: &record.session,
        plan: &record.plan,
        image: &record.image,
        at: record.ended,
        was_there: was_there(session, record),
    }
}

fn checkpoint_of(record: &Record) -> Option<&[u8]> {
    record.checkpoint.as_ref().map(String::as_bytes)
}

/// The log as the record has it. A record that is signed late may be older than what was seen since, and says so.
fn checkpoint(session: &Session, found: Option<&[u8]>) -> Result<Vec<String>, Error> {
    let Some(found) = found else {
        return Ok(Vec::new());
    };
    let said = match session.home.compare_checkpoint("record", found)? {
        Seen::First => "the first that this home sees".to_owned(),
        Seen::Onward { before, now } => format!("it has {now} entries; the newest that you saw before had {before}"),
        Seen::Back { before, now } => format!(
            "NOTE: it has {now} entries, and you saw one with {before}: this record is older than that; ask why it comes now"
        ),
    };
    Ok(show::field("checkpoint of the log", &said))
}

/// Whether the record must be of what this member saw. Only an event that ended early is signed by others.
fn was_there(session: &Session, record: &Record) -> bool {
    let named = record.present.iter().any(|present| present == session.id());
    named || !record.facts.contains_key(facts::ABORTED)
}

/// Compares all of it, `again` if this very record was signed before; returns the plan as it was reviewed, and its mark.
fn of_one_present(session: &Session, record: &Record, again: bool) -> Result<(Vec<u8>, bool), Error> {
    let inbound = standing::reviewed(session, &record.plan, &record.event, record.ended)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_run(&opening, &record.image, &record.session, "record")?;
    memory::check(session, record, &inbound, &opening, again)?;
    Ok((session.home.reviewed_bytes(&record.plan)?, inbound.plan.rehearsal))
}

/// Compares what there is to compare; returns the plan, and its mark.
fn of_one_absent(
    session: &Session,
    record: &Record,
    plan: Option<&Path>,
    again: bool,
) -> Result<(Vec<u8>, bool), Error> {
    let (bytes, inbound) = match plan {
        Some(path) => session.read_plan(path)?,
        None => reviewed(session, record)?,
    };
    if inbound.digest != record.plan {
        return Err(Error::RecordOfOtherPlan {
            record: record.plan,
            plan: inbound.digest,
        });
    }
    standing::in_office(session, &inbound, record.ended)?;
    memory::check_absent(session, record, &inbound, again)?;
    Ok((bytes, inbound.plan.rehearsal))
}

fn reviewed(session: &Session, record: &Record) -> Result<(Vec<u8>, Inbound), Error> {
    let bytes = session.home.reviewed_bytes(&record.plan).map_err(|error| match error {
        Error::NotReviewed { plan, .. } => Error::RecordWithoutPlan { plan },
        error => error,
    })?;
    Ok((bytes, session.home.reviewed(&record.plan)?))
}
