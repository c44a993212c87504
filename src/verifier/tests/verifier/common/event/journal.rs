//! The journal that tells of the same as a record.

use record::facts::HsmCheck;
use record::journal::{Entry, Journal, What, frame};
use record::record::{Fate, Record};
use record::{Digest, Signed, Time};

use super::super::clusters;

/// A journal that tells of the same as the record.
pub fn journal(record: &Record) -> Vec<u8> {
    let mut all = vec![What::Opened {
        event: record.event.clone(),
        plan: record.plan,
        image: record.image.clone(),
        tool: record.tool,
        tool_version: record.tool_version.clone(),
        boot: record.boot.clone(),
        session: record.session.clone(),
    }];
    all.push(What::Machine {
        boot: None,
        since: None,
    });
    all.push(What::Clock);
    let received = [
        ("review", &record.reviews),
        ("attendance", &record.attendance),
        ("approval", &record.approvals),
        ("refusal", &record.refusals),
    ];
    let requests = clusters::requests(record);
    all.extend(
        requests
            .iter()
            .cloned()
            .map(|request| What::Asked { round: 1, request }),
    );
    let type_of = |signed: &Signed| {
        record::bundle::peek(&signed.bundle).map_or_else(|_| "acknowledgement".into(), |(kind, _, _)| kind)
    };
    all.extend(record.statements.iter().map(|signed| What::Received {
        kind: type_of(signed),
        signed: signed.clone(),
    }));
    for (kind, messages) in received {
        all.extend(messages.iter().map(|signed| What::Received {
            kind: kind.into(),
            signed: signed.clone(),
        }));
        if kind == "review" {
            all.push(What::Gathered { stem: kind.into() });
        }
    }
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
    let spent = record.tokens.iter().filter(|token| token.fate != Fate::Unused);
    all.extend(spent.map(|token| What::Spending {
        token: Some(token.token),
        action: token.action.clone(),
    }));
    all.push(What::Logins {
        problem: None,
        logins: Vec::new(),
        power: Vec::new(),
    });
    write(record, all)
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

/// Writes a journal from the record's beginning to its end, each entry bound to the one before it.
pub fn write(record: &Record, all: Vec<What>) -> Vec<u8> {
    let last = Time(record.ended.0 - 10).max(record.began);
    write_at(all.into_iter().enumerate().map(|(n, what)| match n {
        0 => (record.began, what),
        _ => (last, what),
    }))
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
