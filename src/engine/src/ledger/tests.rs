//! A disk that fails in every way: the journal always reads, and never has a step without what came before it.

use std::io;

use record::messages::{Action, ActionKind};
use record::{Bytes, Time};

use super::disk::Medium;
use super::*;

/// What the next call of its kind does.
#[derive(Default)]
struct Faulty {
    bytes: Vec<u8>,
    /// Octets that still fit; none if there is no end.
    room: Option<usize>,
    cannot_cut: bool,
    cannot_sync: bool,
}

#[derive(Clone, Default)]
struct Floppy(Rc<RefCell<Faulty>>);

impl Medium for Floppy {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut faulty = self.0.borrow_mut();
        match faulty.room {
            Some(room) if room < bytes.len() => {
                faulty.bytes.extend(&bytes[..room]);
                // Somebody else gives room back.
                faulty.room = None;
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => {
                faulty.bytes.extend(bytes);
                Ok(())
            }
        }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut faulty = self.0.borrow_mut();
        if faulty.cannot_cut {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        faulty.bytes.truncate(usize::try_from(length).expect("a length"));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.0.borrow_mut().cannot_sync) {
            true => Err(io::Error::other("Input/output error")),
            false => Ok(()),
        }
    }
}

impl Floppy {
    /// How many entries are there, and how many octets after them.
    fn reads(&self) -> (usize, usize) {
        let journal = Journal::read(&self.0.borrow().bytes).expect("the journal reads");
        (journal.entries.len(), journal.torn)
    }
}

fn ledger(floppy: &Floppy) -> Ledger {
    Ledger {
        path: "journal".into(),
        disk: Some(Disk::new(floppy.clone(), 0)),
        ..Ledger::in_memory(Clock::new(Some(Time(0))))
    }
}

fn step(name: &str) -> What {
    What::Step { step: name.into() }
}

fn signed() -> What {
    What::Signed {
        action: Action {
            step: "root-certificate".into(),
            kind: ActionKind::Sign,
            digest: Digest::of(b""),
        },
        token: None,
        signature: Bytes(vec![7; 96]),
    }
}

#[test]
fn half_an_entry_is_cut_away_and_no_later_step_is_written() {
    for room in [0, 1, 40] {
        let floppy = Floppy::default();
        let mut ledger = ledger(&floppy);
        ledger.write(step("one")).expect("written");
        floppy.0.borrow_mut().room = Some(room);
        let first = ledger.write(step("two")).expect_err("there is no room");
        assert_eq!(first.to_string(), "cannot write journal: no storage space");
        assert_eq!(floppy.reads(), (1, 0), "{room}");
        for _ in 0..2 {
            let later = ledger.append(step("three")).expect_err("nothing more is written");
            let words = "cannot write journal: an entry before this one could not be written, so that no later one is \
                         (no storage space)";
            assert_eq!(later.to_string(), words);
            assert_eq!(later.hint(), first.hint());
        }
        assert_eq!((floppy.reads(), ledger.entries().len()), ((1, 0), 1));
        assert_eq!(*ledger.bytes(), floppy.0.borrow().bytes);
    }
}

/// The HSM's own words found no room; the signature in them may.
#[test]
fn a_signature_is_written_all_the_same() {
    let floppy = Floppy::default();
    let mut ledger = ledger(&floppy);
    ledger.write(step("one")).expect("written");
    floppy.0.borrow_mut().room = Some(30);
    ledger.write(step("two")).expect_err("there is no room");
    ledger.write(signed()).expect("room came back");
    ledger.write(step("three")).expect_err("the run ends all the same");
    assert_eq!(floppy.reads(), (2, 0));
    assert!(ledger.progress().signatures.contains_key("root-certificate"));
}

#[test]
fn what_cannot_be_cut_away_stays_the_end() {
    let floppy = Floppy::default();
    let mut ledger = ledger(&floppy);
    ledger.write(step("one")).expect("written");
    floppy.0.borrow_mut().room = Some(30);
    floppy.0.borrow_mut().cannot_cut = true;
    let first = ledger.write(step("two")).expect_err("there is no room");
    let words = "cannot write journal: no storage space, and what was written in part could not be cut away: permission \
                 denied";
    assert_eq!(first.to_string(), words);
    ledger.write(signed()).expect_err("not even a signature");
    assert_eq!(floppy.reads(), (1, 30), "as a power cut leaves it");
}

#[test]
fn what_may_not_be_on_the_disk_has_nothing_behind_it() {
    let floppy = Floppy::default();
    let mut ledger = ledger(&floppy);
    floppy.0.borrow_mut().cannot_sync = true;
    let first = ledger.write(step("one")).expect_err("it may not be on the disk");
    assert_eq!(first.to_string(), "cannot write journal: Input/output error");
    ledger.append(step("two")).expect_err("nothing more is written");
    ledger.write(signed()).expect_err("not even a signature");
    assert_eq!(floppy.reads(), (1, 0));
}
