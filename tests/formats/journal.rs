//! Journal entries: those of a file, and one of each kind that there is.

use std::collections::BTreeMap;

use record::journal::{Entry, What, frame};
use record::messages::{Action, ActionKind, Boot, Image, ImageKind};
use record::record::{KeyChange, KeyRecord};
use record::{Bytes, Digest, Signed, Time};

/// The frames of a journal, as they stand in the file.
pub fn frames(bytes: &[u8]) -> Vec<&[u8]> {
    let journal = record::journal::Journal::read(bytes).expect("a journal");
    assert_eq!(journal.torn, 0);
    let (mut rest, mut frames) = (bytes, Vec::new());
    for entry in &journal.entries {
        let (first, after) = rest.split_at(frame(entry).expect("a frame").len());
        frames.push(first);
        rest = after;
    }
    assert!(rest.is_empty());
    frames
}

/// An entry that says this.
pub fn entry(what: What) -> Entry {
    Entry {
        number: 0,
        previous: Digest::of(b""),
        at: Time(1),
        what,
    }
}

/// One of each kind, with every optional field there and left out. A new kind does not compile until it is here.
pub fn one_of_each_kind() -> Vec<What> {
    let all = [
        opening(),
        of_steps(),
        of_the_hsm(),
        of_actions(),
        of_files(),
        of_the_machine(),
    ]
    .concat();
    for what in &all {
        match what {
            What::Opened { .. } | What::Resumed { .. } | What::Received { .. } | What::Step { .. } => {}
            What::Intent { .. } | What::Answer { .. } | What::NoAnswer { .. } | What::Absent { .. } => {}
            What::Key { .. } | What::Frozen { .. } | What::Requested { .. } | What::Spending { .. } => {}
            What::Signed { .. } | What::Lost { .. } | What::Again { .. } | What::Output { .. } => {}
            What::Record { .. } | What::Closed | What::Gathered { .. } | What::Checked { .. } => {}
            What::Hsm { .. } | What::ReadBack { .. } | What::Repeated { .. } => {}
            What::Machine { .. } | What::Clock | What::Logins { .. } | What::Aborted { .. } => {}
            What::Answered { .. } | What::Habits { .. } | What::Consoles | What::Console { .. } => {}
            What::Asked { .. } | What::Done { .. } | What::Users { .. } | What::HandedOver { .. } => {}
        }
    }
    let kinds: std::collections::HashSet<_> = all.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), 35, "each kind is here");
    all
}

fn opening() -> Vec<What> {
    let (event, tool_version) = ("e".to_owned(), "0.1.0".to_owned());
    let opened = |boot| What::Opened {
        event: event.clone(),
        plan: digest(),
        image: image(),
        tool: digest(),
        tool_version: tool_version.clone(),
        boot,
        session: Bytes(vec![0; 16]),
    };
    let signed = Signed {
        bundle: bytes(),
        signature: "armour".into(),
        member: "member-1".into(),
    };
    vec![
        opened(Boot::Unproven),
        opened(Boot::Quote(bytes())),
        What::Resumed {
            image: image(),
            torn: 3,
        },
        What::Habits {
            answers: BTreeMap::from([("mfa-off-word".to_owned(), "disable".to_owned())]),
        },
        What::Received {
            kind: "review".into(),
            signed,
        },
        What::Gathered {
            stem: "approval-1".into(),
        },
        What::Closed,
    ]
}

fn of_steps() -> Vec<What> {
    let step = || "root-key".to_owned();
    let key = |quorum| What::Key {
        step: step(),
        record: key_record(quorum),
    };
    vec![
        What::Step { step: step() },
        What::Answered {
            step: step(),
            answer: "yes".into(),
        },
        What::Absent {
            step: step(),
            label: "root-1-00".into(),
        },
        key(Some((5, 5))),
        key(None),
        What::Frozen {
            bytes: BTreeMap::from([(step(), bytes())]),
        },
        What::Requested { request: bytes() },
    ]
}

fn of_the_hsm() -> Vec<What> {
    let command = || "key list".to_owned();
    let files = BTreeMap::from([("token.json".to_owned(), bytes())]);
    vec![
        What::Intent { command: command() },
        What::Answer {
            command: command(),
            answer: "{}".into(),
            files,
        },
        What::Repeated {
            command: command(),
            entry: 7,
        },
        What::NoAnswer {
            command: command(),
            cause: "it ended".into(),
        },
        What::Hsm {
            nodes: vec!["N1".into(), "N2".into()],
            users: vec!["admin admin_member_1".into()],
        },
        What::Asked {
            round: 1,
            request: bytes(),
        },
        What::Users {
            users: vec!["admin admin_member_1".into()],
        },
        What::ReadBack {
            command: command(),
            cause: "it ended".into(),
            state: vec!["2 HSMs: N1, N2".into()],
        },
        What::Checked {
            of: "cluster".into(),
            findings: vec!["cluster: HSMs: expected at least 2, found 1".into()],
        },
        What::Checked {
            of: "identity".into(),
            findings: Vec::new(),
        },
    ]
}

fn of_actions() -> Vec<What> {
    let signature = || Bytes(vec![0; 96]);
    let done = |token, seen| What::Done {
        action: action(),
        token,
        seen,
    };
    vec![
        done(Some(digest()), false),
        done(None, true),
        What::Spending {
            token: Some(digest()),
            action: action(),
        },
        What::Spending {
            token: None,
            action: action(),
        },
        What::Signed {
            action: action(),
            token: Some(digest()),
            signature: signature(),
        },
        What::Signed {
            action: action(),
            token: None,
            signature: signature(),
        },
        What::Lost {
            action: action(),
            cause: "it ended".into(),
        },
        What::Again {
            action: action(),
            reason: "all present agreed".into(),
        },
    ]
}

fn of_the_machine() -> Vec<What> {
    let lines = vec!["2026-11-22T10:00:00Z 'operator' logged in on tty1".to_owned()];
    let logins = |problem: Option<&str>| What::Logins {
        problem: problem.map(str::to_owned),
        logins: lines.clone(),
        power: lines.clone(),
    };
    let machine = |boot: Option<&str>, since| What::Machine {
        boot: boot.map(str::to_owned),
        since,
    };
    let console = |member: Option<&str>, came| What::Console {
        account: "member-1".into(),
        member: member.map(str::to_owned),
        at: Time(1),
        came,
    };
    vec![
        What::Consoles,
        console(Some("member-1"), true),
        console(None, false),
        machine(Some("a-boot"), Some(Time(1))),
        machine(None, None),
        What::Clock,
        logins(None),
        logins(Some("/var/log/wtmp is not there")),
        What::Aborted {
            stage: "before the first key was made".into(),
            reason: "the HSM is gone".into(),
        },
    ]
}

fn of_files() -> Vec<What> {
    vec![
        What::Output {
            file: "certs/root-1.der".into(),
            digest: digest(),
        },
        What::HandedOver {
            user: "root_owner".into(),
            member: "member-3".into(),
            recipient: "age1".to_owned() + &"q".repeat(58),
            file: "hand-over-root-owner-member-3.cbor".into(),
            digest: digest(),
        },
        What::Record { digest: digest() },
    ]
}

fn digest() -> Digest {
    Digest::of(b"x")
}

fn bytes() -> Bytes {
    Bytes(vec![1, 2, 3])
}

fn image() -> Image {
    Image {
        kind: ImageKind::Binary,
        digest: digest(),
    }
}

fn action() -> Action {
    Action {
        step: "root-certificate".into(),
        kind: ActionKind::Sign,
        digest: digest(),
    }
}

fn key_record(quorum: Option<(u8, u8)>) -> KeyRecord {
    KeyRecord {
        key: "root-1".into(),
        change: KeyChange::Adopted,
        label: "root-1-00".into(),
        public_key: bytes(),
        fingerprint: digest(),
        attributes: vec!["extractable=false".into()],
        quorum,
        owner: "root_owner".into(),
        shared: vec!["member_1".into()],
    }
}
