//! The record against this member's own memory: nothing in their name that is not theirs, nothing of theirs left out.

use std::collections::BTreeSet;

use record::bundle::peek;
use record::messages::{Acknowledgement, Approval, Attendance, KeyAnswer, KeyUse, Opening, Phase, Refusal, Review};
use record::plan::Inbound;
use record::record::Record;
use record::{Body as _, Digest, Member, Roster, Signed};

use crate::clock::{self, SKEW};
use crate::error::Error;
use crate::session::Session;

/// Compares all of it. `again`: this very record was signed before.
///
/// # Errors
/// The first difference.
pub fn check(
    session: &Session,
    record: &Record,
    inbound: &Inbound,
    opening: &Opening,
    again: bool,
) -> Result<(), Error> {
    let id = session.id();
    if !record.present.iter().any(|present| present == id) {
        return Err(Error::NotPresent { member: id.to_owned() });
    }
    demand_own(session, record, inbound, again)?;
    if mine(&record.reviews, id).is_empty() {
        return Err(Error::Missing { phase: None });
    }
    let attendance = session.home.made::<Attendance>()?;
    let words: Vec<_> = attendance
        .iter()
        .filter(|(_, word)| word.session == record.session)
        .collect();
    demand_attendance(record, id, &words)?;
    demand_approvals(session, record)?;
    check_times(session, record, opening, &words)
}

/// The same, as far as it goes, of an event at which this member was not.
///
/// # Errors
/// The first difference.
pub fn check_absent(session: &Session, record: &Record, inbound: &Inbound, again: bool) -> Result<(), Error> {
    let attendance = session.home.made::<Attendance>()?;
    if attendance.iter().any(|(_, word)| word.session == record.session) {
        let member = session.id().to_owned();
        return Err(Error::NotPresent { member });
    }
    demand_own(session, record, inbound, again)?;
    demand_approvals(session, record)?;
    check_end(session, record)
}

/// Nothing in this member's name that is not theirs; no refusal of theirs, nor an exception that they know, left out.
fn demand_own(session: &Session, record: &Record, inbound: &Inbound, again: bool) -> Result<(), Error> {
    let id = session.id();
    demand_made("review", &mine(&record.reviews, id), &session.home.made::<Review>()?)?;
    let attendance = session.home.made::<Attendance>()?;
    demand_made("attendance", &mine(&record.attendance, id), &attendance)?;
    let approvals = session.home.made::<Approval>()?;
    demand_made("approval", &mine(&record.approvals, id), &approvals)?;
    let acknowledged = session.home.made::<Acknowledgement>()?;
    demand_statements(session, record, inbound, &acknowledged)?;
    demand_acknowledged(record, &acknowledged)?;
    demand_refusals(session, record, again)
}

/// Every approval of this member's for this session is in it; of those that answer one request, with other times, one.
fn demand_approvals(session: &Session, record: &Record) -> Result<(), Error> {
    let made = session.home.made::<Approval>()?;
    let held = mine(&record.approvals, session.id());
    for (_, approval) in &made {
        if approval.plan == record.plan && approval.session == record.session {
            let mut same = made.iter().filter(|(_, other)| other.request == approval.request);
            demand_approval(record, same.any(|(digest, _)| held.contains(digest)), approval)?;
        }
    }
    Ok(())
}

/// The digests of what a member signed.
fn mine(signed: &[Signed], id: &str) -> BTreeSet<Digest> {
    let mine = signed.iter().filter(|signed| signed.member == id);
    mine.map(Signed::digest).collect()
}

fn demand_made<B>(what: &'static str, held: &BTreeSet<Digest>, made: &[(Digest, B)]) -> Result<(), Error> {
    match held.iter().all(|digest| made.iter().any(|(mine, _)| mine == digest)) {
        true => Ok(()),
        false => Err(Error::NotMine { what }),
    }
}

/// Statements are acknowledgements, and what their keys signed for the HSM.
fn demand_statements(
    session: &Session,
    record: &Record,
    inbound: &Inbound,
    acknowledged: &[(Digest, Acknowledgement)],
) -> Result<(), Error> {
    let answers = session.home.made::<KeyAnswer>()?;
    let own = |signed: &Signed| answers.iter().any(|(mine, _)| *mine == signed.digest());
    let is_answer = |signed: &Signed| peek(&signed.bundle).is_ok_and(|(kind, _, _)| kind == KeyAnswer::TYPE);
    // Keys that come into force with this record answer from a home of their own; the roster says whose they are.
    let others = has_other_keys(session, inbound.roster_of(session.id()));
    let unknown = |signed: &&Signed| !(own(signed) || others && is_answer(signed));
    let statements: Vec<Signed> = record.statements.iter().filter(unknown).cloned().collect();
    let held = mine(&statements, session.id());
    demand_made("statement", &held, acknowledged)
}

/// Whether the roster has other keys for this member than this home.
fn has_other_keys(session: &Session, roster: &Roster) -> bool {
    let own = session.home.member();
    let same = |entry: &Member| {
        Digest::of(&entry.approval_key) == own.fingerprints.of(KeyUse::Approval)
            && Digest::of(&entry.admin_key) == own.fingerprints.of(KeyUse::Admin)
            && entry.ssh_key == own.ssh_key
    };
    roster.member(session.id()).is_ok_and(|entry| !same(entry))
}

fn demand_attendance(record: &Record, id: &str, words: &[&(Digest, Attendance)]) -> Result<(), Error> {
    let there = mine(&record.attendance, id);
    for phase in [Phase::Begin, Phase::End] {
        let mut of_phase = words.iter().filter(|(_, word)| word.phase == phase).peekable();
        if of_phase.peek().is_some() && !of_phase.any(|(digest, _)| there.contains(digest)) {
            return Err(Error::Missing { phase: Some(phase) });
        }
    }
    Ok(())
}

/// A refusal is nobody's to leave out; of those that say the same with other times one is enough. Of a record that was signed `again`, all that it lacks came after that signature.
fn demand_refusals(session: &Session, record: &Record, again: bool) -> Result<(), Error> {
    let refusals = session.home.made::<Refusal>()?;
    let held = mine(&record.refusals, session.id());
    demand_made("refusal", &held, &refusals)?;
    let of_plan = || {
        refusals
            .iter()
            .filter(|(_, refusal)| refusal.plan == record.plan && !again)
    };
    let is_held = of_plan().any(|(digest, _)| held.contains(digest));
    match of_plan().find(|_| !is_held) {
        None => Ok(()),
        Some((_, refusal)) => Err(Error::RecordDiffers {
            what: format!("it lacks your refusal of {}", refusal.at),
        }),
    }
}

/// What this member was told went otherwise must be told to everybody else.
fn demand_acknowledged(record: &Record, acknowledged: &[(Digest, Acknowledgement)]) -> Result<(), Error> {
    let told = record.exceptions.iter().map(record::record::Exception::digest);
    let told = told.collect::<Result<BTreeSet<_>, _>>().map_err(Error::encode)?;
    let mut of_session = acknowledged.iter().filter(|(_, word)| word.session == record.session);
    match of_session.find(|(_, word)| !word.exceptions.iter().all(|one| told.contains(one))) {
        None => Ok(()),
        Some((_, word)) => Err(Error::RecordDiffers {
            what: format!("it lacks an exception that you acknowledged at {}", word.at),
        }),
    }
}

/// An approval that is not in the record may have been spent, and nobody would ask on what.
fn demand_approval(record: &Record, is_there: bool, approval: &Approval) -> Result<(), Error> {
    let missing = |what| Err(Error::ApprovalMissing { what, at: approval.at });
    if !is_there {
        return missing("the approval");
    }
    if !record
        .requests
        .iter()
        .any(|request| Digest::of(request) == approval.request)
    {
        return missing("the request of an approval");
    }
    let listed = |token: &Digest| record.tokens.iter().any(|listed| listed.token == *token);
    match approval.tokens.iter().all(|given| listed(&given.token)) {
        true => Ok(()),
        false => missing("a token of an approval"),
    }
}

/// The console's beginning and end around what this member did, by this member's clock. Of their words only those in the
/// record count: one that was given once more, in the place of a lost file, may be later than the event.
fn check_times(
    session: &Session,
    record: &Record,
    opening: &Opening,
    words: &[&(Digest, Attendance)],
) -> Result<(), Error> {
    let differs = |what: String| Err(Error::RecordDiffers { what });
    let (began, ended) = (record.began, record.ended);
    if opening.at < began || ended < opening.at {
        let at = opening.at;
        return differs(format!(
            "it says from {began} until {ended}, but the opening that you attended is of {at}"
        ));
    }
    let held = mine(&record.attendance, session.id());
    for (_, word) in words.iter().filter(|(digest, _)| held.contains(digest)) {
        if word.at.plus(SKEW) < began || ended.plus(SKEW) < word.at {
            let (at, phase) = (word.at, word.phase.name());
            return differs(format!(
                "it says from {began} until {ended}, but your word of the {phase} is of {at}"
            ));
        }
    }
    check_end(session, record)
}

fn check_end(session: &Session, record: &Record) -> Result<(), Error> {
    let (ended, now) = (record.ended, session.now);
    match clock::is_ahead(ended, now) {
        false => Ok(()),
        true => Err(Error::RecordDiffers {
            what: format!("it says that the event ended at {ended}, but your clock says {now}"),
        }),
    }
}
