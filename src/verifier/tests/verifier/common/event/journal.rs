//! The journal that tells of the same as a record.

use record::facts::HsmCheck;
use record::journal::{Entry, Journal, What, frame};
use record::messages::{Acknowledgement, Approval, ApprovalRequest, Attendance, Boot, Phase, Refusal, Review};
use record::record::{Fate, Record};
use record::{Body, Bundle, Digest, Signed, Time};

use super::super::clusters;

/// A journal that tells of the same as the record.
pub fn journal(record: &Record) -> Vec<u8> {
    let mut all = vec![What::Opened {
        event: record.event.clone(),
        plan: record.plan,
        image: record.image.clone(),
        tool: record.tool,
        tool_version: record.tool_version.clone(),
        boot: Boot::Unproven,
        session: record.session.clone(),
    }];
    all.push(What::Machine {
        boot: None,
        since: None,
    });
    all.push(What::Clock);
    all.extend(received(&record.reviews));
    all.push(What::Gathered { stem: "review".into() });
    let begins = |signed: &&Signed| {
        let word = Bundle::<Attendance>::decode(&signed.bundle);
        word.is_ok_and(|word| word.body.phase == Phase::Begin)
    };
    let (begin, end): (Vec<_>, Vec<_>) = record.attendance.iter().partition(begins);
    all.extend(received(begin));
    let requests = clusters::requests(record);
    all.extend(
        requests
            .iter()
            .cloned()
            .map(|request| What::Asked { round: 1, request }),
    );
    let (later, answers): (Vec<_>, Vec<_>) = record.statements.iter().partition(|signed| said(signed).is_some());
    all.extend(received(answers));
    let stated = |before: &'static str| {
        let facts = record.facts.iter();
        facts.filter_map(move |(name, said)| Some((name.strip_prefix(before)?.to_owned(), said.clone())))
    };
    all.extend(stated("answer-").map(|(step, answer)| What::Answered { step, answer }));
    let looks = stated("look-").map(|(step, _)| record::facts::look(&step));
    let checks = HsmCheck::BOTH.map(|check| check.fact().to_owned());
    all.extend(
        checks
            .into_iter()
            .filter(|check| record.facts.contains_key(check))
            .chain(looks)
            .map(|check| {
                let found = record.facts[&check].clone();
                What::Checked {
                    of: check,
                    findings: match found == record::facts::NOTHING_FALLS_SHORT {
                        true => Vec::new(),
                        false => vec![found],
                    },
                }
            }),
    );
    all.extend(record.keys.iter().map(|key| What::Key {
        step: key.key.clone(),
        record: key.clone(),
    }));
    all.extend(record.requests.iter().map(|request| What::Requested {
        request: request.clone(),
    }));
    all.extend(received(&record.approvals));
    let spent = record.tokens.iter().filter(|token| token.fate != Fate::Unused);
    all.extend(spent.map(|token| What::Spending {
        token: Some(token.token),
        action: token.action.clone(),
    }));
    all.extend(received(end).chain(received(later)).chain(received(&record.refusals)));
    all.push(What::Logins {
        problem: None,
        logins: vec![record::facts::login(record.began, "operator", "tty1", "")],
        power: Vec::new(),
    });
    write(record, all)
}

fn received<'a>(all: impl IntoIterator<Item = &'a Signed>) -> impl Iterator<Item = What> {
    let one = |signed: &Signed| What::Received {
        kind: record::bundle::peek(&signed.bundle).map_or_else(|_| "acknowledgement".into(), |(kind, _, _)| kind),
        signed: signed.clone(),
    };
    all.into_iter().map(one)
}

/// When a member says that they said it; an answer of their keys has no time.
fn said(signed: &Signed) -> Option<Time> {
    let bundle = &signed.bundle;
    let all = [
        at::<Review>(bundle, |body| body.at),
        at::<Attendance>(bundle, |body| body.at),
        at::<Approval>(bundle, |body| body.at),
        at::<Acknowledgement>(bundle, |body| body.at),
        at::<Refusal>(bundle, |body| body.at),
    ];
    all.into_iter().flatten().next()
}

fn at<B: Body>(bundle: &[u8], at: fn(B) -> Time) -> Option<Time> {
    Bundle::<B>::decode(bundle).ok().map(|bundle| at(bundle.body))
}

/// States what follows from the record's journal, and returns that.
pub fn state(record: &mut Record) -> Vec<u8> {
    let journal = journal(record);
    state_as(record, &journal);
    journal
}

/// States what follows from a journal.
pub fn state_as(record: &mut Record, journal: &[u8]) {
    let entries = Journal::read(journal).unwrap().entries;
    record.facts.extend(record::facts::journalled(&entries));
}

/// Writes a journal from the record's beginning to its end, each entry bound to the one before it, and each of when members
/// and console say that they said what it holds.
pub fn write(record: &Record, all: Vec<What>) -> Vec<u8> {
    write_at(timed(record, all))
}

/// The entries with their times.
pub fn timed(record: &Record, all: Vec<What>) -> Vec<(Time, What)> {
    let last = Time(record.ended.0 - 10).max(record.began);
    let (mut now, count) = (record.began, all.len());
    let time = |(n, what): (usize, What)| {
        let own = match &what {
            What::Received { signed, .. } => said(signed),
            What::Requested { request } => at::<ApprovalRequest>(request, |asked| asked.at),
            _ => (n + 1 == count).then_some(last),
        };
        now = own.map_or(now, |own| own.clamp(now, last));
        (now, what)
    };
    all.into_iter().enumerate().map(time).collect()
}

/// Writes a journal with these times, each entry bound to the one before it.
pub fn write_at(all: impl IntoIterator<Item = (Time, What)>) -> Vec<u8> {
    let (mut bytes, mut previous) = (Vec::new(), Digest::of(b""));
    for (number, (at, what)) in (0..).zip(all) {
        let entry = Entry {
            number,
            previous,
            at,
            what,
        };
        previous = Digest::of(&record::cbor::encode(&entry).unwrap());
        bytes.extend(frame(&entry).unwrap());
    }
    bytes
}
