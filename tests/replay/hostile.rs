//! Journals that somebody made up: each ends with an error, and none with a panic.

use record::journal::{Entry, What};
use support::event::Event;

use super::held;

#[test]
fn a_made_up_journal_ends_with_an_error() {
    let event = held();
    let entries = event.journal();
    let mut random = Random(0x3579);
    for round in 0..60 {
        let mut made_up = entries.clone();
        for _ in 0..=round % 3 {
            change(&mut made_up, &mut random);
        }
        event.write("bastion/journal", support::event::bound(made_up));
        let said = event.replayed_from_disk();
        assert!(matches!(said.code, Some(0 | 1 | 3)), "round {round}: {}", said.err);
        assert!(!said.err.contains("panicked"), "round {round}: {}", said.err);
        assert_eq!(said.code == Some(0), said.err.is_empty(), "round {round}: {}", said.err);
    }
}

#[test]
fn a_journal_of_stops_alone_ends_with_an_error() {
    let event = held();
    let opened = event.journal().remove(0);
    let What::Opened { image, .. } = opened.what.clone() else {
        unreachable!()
    };
    let stop = Entry {
        what: What::Resumed { image, torn: u64::MAX },
        ..opened.clone()
    };
    for (stops, code, words) in [(3, 1, "recorded is the record"), (1001, 3, "it has 1001 stops")] {
        let entries = [vec![opened.clone()], vec![stop.clone(); stops]].concat();
        event.write("bastion/journal", support::event::bound(entries));
        let said = event.replayed_from_disk();
        assert_eq!(said.code, Some(code), "{}", said.err);
        assert!(said.error().contains(words), "{}", said.err);
    }
}

#[test]
fn a_journal_without_a_beginning_is_bad_input() {
    let event = held();
    for entries in [Vec::new(), event.journal().split_off(1)] {
        event.write("bastion/journal", support::event::bound(entries));
        let error =
            "the journal is damaged at entry 0: it does not say how the event began, with a session of 16 octets";
        let said = event.replayed_from_disk();
        assert!(said.error().ends_with(error), "{}", said.err);
        assert_eq!(said.code, Some(3));
    }
    assert!(
        Event::planned().replayed_from_disk().code == Some(3),
        "there is no journal"
    );
}

/// One entry is left out, comes twice, changes places, or says something else.
fn change(entries: &mut Vec<Entry>, random: &mut Random) {
    let (at, other) = (random.below(entries.len()), random.below(entries.len()));
    match random.below(6) {
        0 => drop(entries.remove(at)),
        1 => entries.insert(at, entries[other].clone()),
        2 => entries.swap(at, other),
        3 => entries[at].at.0 = [0, u64::MAX, 1 << 40][random.below(3)],
        4 => entries.truncate(at + 1),
        _ => spoil(&mut entries[at].what, random),
    }
}

fn spoil(what: &mut What, random: &mut Random) {
    match what {
        What::Answer { answer, files, .. } => {
            *answer = ["", "{}", "{\"error_code\":0}", "{\"error_code\":1,\"data\":\"x\"}"][random.below(4)].into();
            files.clear();
        }
        What::Intent { command } | What::NoAnswer { command, .. } => command.push('\u{202e}'),
        What::Repeated { entry, .. } => *entry = [0, 7, u64::MAX][random.below(3)],
        What::Received { signed, .. } => signed.member = "../../member-1".into(),
        What::Requested { request } => request.0.truncate(random.below(40)),
        What::Frozen { bytes } => {
            let _ = bytes.insert("../../x".into(), record::Bytes(vec![0x30; 7]));
        }
        What::Signed { signature, .. } => signature.0.truncate(random.below(96)),
        What::Resumed { torn, .. } => *torn = u64::MAX,
        other => *other = What::Closed,
    }
}

/// xorshift: the same journals each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }
}
