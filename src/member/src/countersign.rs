//! `countersign`: read the record of the event, compare it with one's own memory of it, and sign it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use record::messages::{Approval, Attendance, Opening, Phase, Review};
use record::plan::{Inbound, ROSTER};
use record::record::Record;
use record::{Body, Digest, Signed, sshsig};

use crate::error::Error;
use crate::outbox::Outbox;
use crate::session::Session;
use crate::{keys, show, standing, window};

/// Checks and shows the record, asks, and writes the signature.
///
/// # Errors
/// A record that differs from what this member knows, a wrong passphrase, or other words.
pub fn run(session: &mut Session, path: &Path, out: &Path) -> Result<(), Error> {
    let (bytes, record) = session.read::<Record>(path)?;
    let inbound = standing::reviewed(session, &record.plan, &record.event, record.ended)?;
    let opening = standing::attended(session, &inbound)?;
    standing::same_run(&opening, &record.image, &record.session, "record")?;
    check_mine(session, &record)?;
    check_event(&record, &inbound, &opening)?;
    let approvals = open_all(&record, &inbound)?;
    check_outputs(&record, &inbound, &approvals)?;
    let outbox = Outbox::claim_signature(out, &format!("{}.sig", session.id()))?;
    let digest = Digest::of(&bytes);
    session
        .terminal
        .show(&show::record::page(&record, &inbound, session.id()))?;
    session.terminal.show(&show::spoken("record", &digest))?;
    let member = session.id().to_owned();
    let passphrase = session.terminal.passphrase(&member)?;
    let ssh = keys::unlock_ssh(&session.home, &passphrase)?;
    session.terminal.confirm("record", &digest)?;
    let signature = sshsig::sign(&ssh, Record::NAMESPACE, &bytes).map_err(Error::sign)?;
    session.terminal.show(&outbox.deliver_signature(&signature)?)
}

/// What the record holds in this member's name was made here, and what was said of being present is there.
fn check_mine(session: &Session, record: &Record) -> Result<(), Error> {
    let id = session.id();
    if !record.present.iter().any(|present| present == id) {
        return Err(Error::NotPresent { member: id.to_owned() });
    }
    let held = |signed: &[Signed]| -> BTreeSet<Digest> {
        signed
            .iter()
            .filter(|signed| signed.member == id)
            .map(Signed::digest)
            .collect()
    };
    let reviews = session.home.made::<Review>()?;
    let attendance = session.home.made::<Attendance>()?;
    let approvals = session.home.made::<Approval>()?;
    demand_made("review", &held(&record.reviews), &reviews)?;
    demand_made("attendance", &held(&record.attendance), &attendance)?;
    demand_made("approval", &held(&record.approvals), &approvals)?;
    if held(&record.reviews).is_empty() {
        return Err(Error::Missing { phase: None });
    }
    let there = held(&record.attendance);
    for phase in [Phase::Begin, Phase::End] {
        let mut mine = attendance
            .iter()
            .filter(|(_, word)| word.phase == phase && word.session == record.session)
            .peekable();
        if mine.peek().is_some() && !mine.any(|(digest, _)| there.contains(digest)) {
            return Err(Error::Missing { phase: Some(phase) });
        }
    }
    Ok(())
}

fn demand_made<B>(what: &'static str, held: &BTreeSet<Digest>, made: &[(Digest, B)]) -> Result<(), Error> {
    match held.iter().all(|digest| made.iter().any(|(mine, _)| mine == digest)) {
        true => Ok(()),
        false => Err(Error::NotMine { what }),
    }
}

fn check_event(record: &Record, inbound: &Inbound, opening: &Opening) -> Result<(), Error> {
    let roster = inbound.plan.inputs.get(ROSTER).map(|input| input.0);
    if record.kind != inbound.plan.kind || record.description != inbound.plan.description {
        return differs("it describes another kind of event than the plan");
    }
    if Some(record.roster) != roster {
        return differs("it names another roster than the plan");
    }
    match record.began <= record.ended && opening.at <= record.ended {
        true => Ok(()),
        false => differs("it ended before it began"),
    }
}

/// Every signature in the record, and that each approval answers a request of the record in this run.
fn open_all(record: &Record, inbound: &Inbound) -> Result<Vec<Approval>, Error> {
    let (roster, mark) = (&inbound.roster, inbound.plan.rehearsal);
    let bad = |cause: record::Error| Error::RecordDiffers {
        what: cause.to_string(),
    };
    let requests: BTreeSet<Digest> = record.requests.iter().map(|request| Digest::of(request)).collect();
    for signed in &record.reviews {
        if signed.open::<Review>(roster, mark).map_err(bad)?.plan != record.plan {
            return differs(&format!("the review of {} is of another plan", signed.member));
        }
    }
    for signed in &record.attendance {
        let word = signed.open::<Attendance>(roster, mark).map_err(bad)?;
        if (word.plan, &word.image, &word.session) != (record.plan, &record.image, &record.session) {
            return differs(&format!("the attendance of {} is of another run", signed.member));
        }
    }
    let mut approvals = Vec::new();
    for signed in &record.approvals {
        let approval = signed.open::<Approval>(roster, mark).map_err(bad)?;
        let same_run = (approval.plan, &approval.session) == (record.plan, &record.session);
        if approval.member != signed.member || !same_run || !requests.contains(&approval.request) {
            return differs(&format!(
                "the approval of {} answers no request of this run",
                signed.member
            ));
        }
        approvals.push(approval);
    }
    Ok(approvals)
}

/// Every output is what the plan and the keys give, nothing is missing or more, and the quorum approved each.
fn check_outputs(record: &Record, inbound: &Inbound, approvals: &[Approval]) -> Result<(), Error> {
    let keys = record
        .keys
        .iter()
        .map(|key| (key.key.clone(), key.public_key.clone()))
        .collect::<BTreeMap<_, _>>();
    let keys = window::keys(inbound, &keys)?;
    let derived = issue::derive::derive(inbound, &keys, record.began).map_err(Error::derive)?;
    let outputs = record
        .outputs
        .iter()
        .map(|output| (&output.step, &output.file, output.signed));
    if !outputs.eq(derived
        .iter()
        .map(|derived| (&derived.step, &derived.file, derived.digest())))
    {
        return differs("its outputs are not those that the plan and the keys give");
    }
    let guarded: BTreeSet<&str> = inbound
        .plan
        .made_keys()
        .filter(|made| made.2)
        .map(|made| made.1)
        .collect();
    for derived in derived
        .iter()
        .filter(|derived| guarded.contains(derived.issuer.as_str()))
    {
        let agreed = |approval: &&Approval| approval.tokens.iter().any(|token| token.action == derived.digest());
        let members: BTreeSet<&str> = approvals
            .iter()
            .filter(agreed)
            .map(|approval| approval.member.as_str())
            .collect();
        let (found, needed) = (members.len(), inbound.policy.quorum.threshold);
        if found < usize::from(needed) {
            return differs(&format!("{found} of {needed} members approved '{}'", derived.step));
        }
    }
    Ok(())
}

fn differs<T>(what: &str) -> Result<T, Error> {
    Err(Error::RecordDiffers { what: what.to_owned() })
}
