//! `countersign`: read the record of the event, check it, compare it with one's own memory, and sign it. Of an event that
//! ended early, those who were not there sign too, by its plan.

mod memory;

use std::path::Path;

use record::plan::Inbound;
use record::record::Record;
use record::{Body as _, Digest, facts, sshsig};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{keys, show, standing};

/// Checks and shows the record, asks, and writes the signature. `plan` is for whoever was absent and did not review.
///
/// # Errors
/// A record that is wrong or differs from what this member knows, a wrong passphrase, or other words.
pub fn run(session: &mut Session, path: &Path, plan: Option<&Path>, out: &Path) -> Result<(), Error> {
    let (bytes, record) = session.read::<Record>(path)?;
    let (plan, rehearsal) = match was_there(session, &record) {
        true => of_one_present(session, &record)?,
        false => of_one_absent(session, &record, plan)?,
    };
    let checked =
        verifier::check_record(&plan, &bytes, rehearsal).map_err(|findings| Error::RecordWrong { findings })?;
    let outbox = Outbox::claim_signature(out, &format!("{}.sig", session.id()))?;
    let digest = Digest::of(&bytes);
    session.terminal.show(&show::record::page(&checked, session.id()))?;
    session.terminal.show(&show::spoken("record", &digest))?;
    let member = session.id().to_owned();
    let passphrase = session.terminal.passphrase(&member)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    session.terminal.confirm("record", &digest)?;
    let signature = sshsig::sign(&ssh, Record::NAMESPACE, &bytes).map_err(Error::sign)?;
    session.terminal.show(&outbox.deliver_signature(&signature)?)
}

/// Whether the record must be of what this member saw. Only an event that ended early is signed by others.
fn was_there(session: &Session, record: &Record) -> bool {
    let named = record.present.iter().any(|present| present == session.id());
    named || !record.facts.contains_key(facts::ABORTED)
}

/// Compares all of it; returns the plan as it was reviewed, and its mark.
fn of_one_present(session: &Session, record: &Record) -> Result<(Vec<u8>, bool), Error> {
    let inbound = standing::reviewed(session, &record.plan, &record.event, record.ended)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_run(&opening, &record.image, &record.session, "record")?;
    memory::check(session, record, &inbound, &opening)?;
    Ok((session.home.reviewed_bytes(&record.plan)?, inbound.plan.rehearsal))
}

/// Compares what there is to compare; returns the plan, and its mark.
fn of_one_absent(session: &Session, record: &Record, plan: Option<&Path>) -> Result<(Vec<u8>, bool), Error> {
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
    memory::check_absent(session, record, &inbound)?;
    Ok((bytes, inbound.plan.rehearsal))
}

fn reviewed(session: &Session, record: &Record) -> Result<(Vec<u8>, Inbound), Error> {
    let bytes = session.home.reviewed_bytes(&record.plan).map_err(|error| match error {
        Error::NotReviewed { plan, .. } => Error::RecordWithoutPlan { plan },
        error => error,
    })?;
    Ok((bytes, session.home.reviewed(&record.plan)?))
}
