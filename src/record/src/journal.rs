//! The journal: what happened, in order, each entry bound to the last. Read back as hostile input.
//!
//! The file is a sequence (RFC 8742) of byte strings, each holding one entry in deterministic CBOR.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::messages::{Action, Boot, Image};
use crate::{Bytes, Digest, Error, Signed, Time, cbor};

/// No entry is larger: an approval bundle of a full window is about 4 KB.
pub const ENTRY_LIMIT: usize = 1024 * 1024;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// From 0, without gaps.
    pub number: u64,
    /// SHA-256 of the entry before it; of the empty string for the first.
    pub previous: Digest,
    /// By the console's clock.
    pub at: Time,
    /// What happened, or is about to.
    pub what: What,
}

/// What an entry says. New kinds may come; none changes its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum What {
    /// The event began: on this plan, image and session.
    Opened {
        /// The event's name.
        event: String,
        /// The digest of the inbound bundle.
        plan: Digest,
        /// What the console runs.
        image: Image,
        /// SHA-256 of the `ceremony` binary.
        tool: Digest,
        /// Its version.
        tool_version: String,
        /// How the boot was proved.
        boot: Boot,
        /// 16 random octets.
        session: Bytes,
    },
    /// The engine was started again on this journal.
    Resumed {
        /// What the console runs now.
        image: Image,
        /// Octets after the last whole entry, cut away: a write that a stop interrupted.
        torn: u64,
    },
    /// This run goes by what a probe found out about the HSM's command line, where the documents suggest otherwise.
    Habits {
        /// The answers, by the probe's question.
        answers: BTreeMap<String, String>,
    },
    /// A member's bundle was checked and taken.
    Received {
        /// The bundle's type.
        kind: String,
        /// The bundle, its signature and whose it is.
        signed: Signed,
    },
    /// Enough members answered, and no more answers of this kind are taken.
    Gathered {
        /// The stem of the bundles' files: `review`, `attendance-begin`, `approval-1`, `attendance-end`.
        stem: String,
    },
    /// A step of the plan begins.
    Step {
        /// The step's name.
        step: String,
    },
    /// A command is about to be given to the HSM.
    Intent {
        /// The command, secrets blanked.
        command: String,
    },
    /// The HSM answered.
    Answer {
        /// The command, secrets blanked.
        command: String,
        /// The answer, word for word.
        answer: String,
        /// The files that the command left, by name.
        files: BTreeMap<String, Bytes>,
    },
    /// The HSM answered a question word for word as it did before, so that the answer need not stand here twice.
    Repeated {
        /// The command, secrets blanked.
        command: String,
        /// The number of the entry with the answer to the same command.
        entry: u64,
    },
    /// No answer came to a command.
    NoAnswer {
        /// The command, secrets blanked.
        command: String,
        /// What was seen.
        cause: String,
    },
    /// The HSM has no key of this label: shown before one is made.
    Absent {
        /// The step's name.
        step: String,
        /// The label.
        label: String,
    },
    /// A key is in the HSM, and its attributes are as they must be.
    Key {
        /// The step's name.
        step: String,
        /// The key, as the record will state it.
        record: crate::record::KeyRecord,
    },
    /// All to-be-signed bytes are settled.
    Frozen {
        /// The bytes, by step.
        bytes: BTreeMap<String, Bytes>,
    },
    /// An approval request went out.
    Requested {
        /// The request's file, byte for byte.
        request: Bytes,
    },
    /// A member was asked for signatures that bind users of the HSM to their keys.
    Asked {
        /// The round, from 1: the number in the files' names.
        round: u32,
        /// The request's file, byte for byte.
        request: Bytes,
    },
    /// A token is about to be spent on an action. From here on a signature may exist.
    Spending {
        /// The token; none for a key that the quorum does not guard.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// The action.
        action: Action,
    },
    /// A signature was made, and checked.
    Signed {
        /// The action.
        action: Action,
        /// The token that was spent on it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// r and s, 48 octets each.
        signature: Bytes,
    },
    /// A command of the plan was carried out: the HSM said so, or, after a stop, its state shows it.
    Done {
        /// The action.
        action: Action,
        /// The token that was spent on it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        token: Option<Digest>,
        /// The HSM's answer was lost, and its state shows that it was done.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        seen: bool,
    },
    /// The HSM's users after a command of the plan, to which every later look is compared.
    Users {
        /// The users, a line each.
        users: Vec<String>,
    },
    /// No answer came. Whether the action happened is not known, and people decide.
    Lost {
        /// The action.
        action: Action,
        /// What was seen.
        cause: String,
    },
    /// People decided to do an action again, although it may have been done.
    Again {
        /// The action.
        action: Action,
        /// Who decided, and why.
        reason: String,
    },
    /// People answered a question of the plan.
    Answered {
        /// The step's name.
        step: String,
        /// What they said.
        answer: String,
    },
    /// The HSM was read and judged: the cluster as a whole, or what proves its identity.
    Checked {
        /// What was judged: `cluster`, `identity`.
        of: String,
        /// What falls short, a sentence each; none if nothing does.
        findings: Vec<String>,
    },
    /// The HSMs and their users, to which every later look is compared: as the event found them, or as people decided
    /// to go on with them.
    Hsm {
        /// The HSMs, by serial number.
        nodes: Vec<String>,
        /// The users, a line each; none where the HSM knows no users.
        users: Vec<String>,
    },
    /// After a command without an answer the HSM's state was read again. Whether the command was carried out stays
    /// unknown; people compare.
    ReadBack {
        /// The command, secrets blanked.
        command: String,
        /// Why there is no answer.
        cause: String,
        /// What the HSM has now, a sentence each.
        state: Vec<String>,
    },
    /// The machine, as the engine found it when it was started.
    Machine {
        /// The kernel's random name of this boot, where it gives one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        boot: Option<String>,
        /// When the machine was booted, by the console's clock.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        since: Option<Time>,
    },
    /// The operator compared the console's clock with another one, and it is right.
    Clock,
    /// What the system wrote down between the event's beginning and now.
    Logins {
        /// Why that is not known, if it is not.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        problem: Option<String>,
        /// Who logged in, a line each.
        logins: Vec<String>,
        /// Boots and shutdowns, a line each.
        power: Vec<String>,
    },
    /// The event is ended before its plan was carried out; only its record is still made.
    Aborted {
        /// How far it had come.
        stage: String,
        /// Why, by those who ended it.
        reason: String,
    },
    /// An output was written to the event's disk.
    Output {
        /// Its file.
        file: String,
        /// Its digest.
        digest: Digest,
    },
    /// The record was written; what follows is not in it.
    Record {
        /// The record's digest.
        digest: Digest,
    },
    /// The event is over.
    Closed,
}

/// A journal that was read: its entries, and how many octets they take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// The entries, each bound to the last.
    pub entries: Vec<Entry>,
    /// The octets of whole entries.
    pub whole: usize,
    /// The octets after them.
    pub torn: usize,
}

impl Journal {
    /// Reads a journal. An incomplete entry at the very end is what a power cut leaves, and is reported, not refused.
    ///
    /// # Errors
    /// Anything else that is not the one encoding, or an entry that does not follow from the one before it.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut journal = Self {
            entries: Vec::new(),
            whole: 0,
            torn: 0,
        };
        let mut previous = Digest::of(b"");
        while let Some((entry, length)) = next(&bytes[journal.whole..], journal.entries.len() as u64)? {
            let parsed: Entry = cbor::decode(entry).map_err(|e| damaged(&journal, e.to_string()))?;
            if parsed.number != journal.entries.len() as u64 || parsed.previous != previous {
                return Err(damaged(&journal, "it does not follow from the entry before it".into()));
            }
            previous = Digest::of(entry);
            journal.entries.push(parsed);
            journal.whole += length;
        }
        journal.torn = bytes.len() - journal.whole;
        match hides_an_entry(&bytes[journal.whole..], journal.entries.len() as u64) {
            // A power cut leaves a part of one entry. A part that holds a later entry was made otherwise.
            true => Err(damaged(&journal, "it is incomplete, and entries follow it".into())),
            false => Ok(journal),
        }
    }

    /// The digest that the next entry names as its predecessor's.
    ///
    /// # Errors
    /// See [`cbor::encode`].
    pub fn head(&self) -> Result<Digest, Error> {
        match self.entries.last() {
            Some(entry) => Ok(Digest::of(&cbor::encode(entry)?)),
            None => Ok(Digest::of(b"")),
        }
    }
}

/// An entry as it stands in the file.
///
/// # Errors
/// See [`cbor::encode`].
pub fn frame(entry: &Entry) -> Result<Vec<u8>, Error> {
    cbor::encode(&Bytes(cbor::encode(entry)?))
}

/// Whether a whole entry with this number or a later one begins somewhere in a torn tail.
fn hides_an_entry(tail: &[u8], number: u64) -> bool {
    (1..tail.len()).any(|at| {
        let framed = next(&tail[at..], number).ok().flatten();
        let entry = framed.and_then(|(entry, _)| cbor::decode::<Entry>(entry).ok());
        entry.is_some_and(|entry| entry.number >= number)
    })
}

/// The next entry's bytes and the octets it takes, or none if the rest is empty or incomplete.
fn next(rest: &[u8], number: u64) -> Result<Option<(&[u8], usize)>, Error> {
    let Some(first) = rest.first() else { return Ok(None) };
    // RFC 8949 §3: major type 2, its length in the initial byte or in the 1, 2 or 4 octets after it.
    let extra = match first {
        0x40..=0x57 => 0,
        0x58 => 1,
        0x59 => 2,
        0x5a => 4,
        _ => {
            return Err(Error::Journal {
                entry: number,
                what: format!("octet {first:02x} begins no entry"),
            });
        }
    };
    let Some(length) = rest.get(1..=extra) else {
        return Ok(None);
    };
    let length = match extra {
        0 => usize::from(first - 0x40),
        _ => length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    if length > ENTRY_LIMIT {
        return Err(Error::Journal {
            entry: number,
            what: format!("{length} octets are too many for an entry"),
        });
    }
    let Some(entry) = rest.get(1 + extra..1 + extra + length) else {
        return Ok(None);
    };
    let shortest = match extra {
        0 => true,
        1 => length >= 24,
        2 => length > 0xff,
        _ => length > 0xffff,
    };
    match shortest {
        true => Ok(Some((entry, 1 + extra + length))),
        false => Err(Error::Journal {
            entry: number,
            what: "its length is not in the shortest form".into(),
        }),
    }
}

fn damaged(journal: &Journal, what: String) -> Error {
    Error::Journal {
        entry: journal.entries.len() as u64,
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Vec<u8> {
        let mut previous = Digest::of(b"");
        let mut file = Vec::new();
        for number in 0..3 {
            let what = What::Step {
                step: format!("step-{number}").repeat(100),
            };
            let entry = Entry {
                number,
                previous,
                at: Time(7),
                what,
            };
            previous = Digest::of(&cbor::encode(&entry).expect("encodes"));
            file.extend(frame(&entry).expect("frames"));
        }
        file
    }

    #[test]
    fn reads_what_was_written_and_names_a_torn_tail_at_every_cut() {
        let file = three();
        let whole = Journal::read(&file).expect("reads");
        assert_eq!((whole.entries.len(), whole.torn), (3, 0));
        for cut in 0..file.len() {
            let part = Journal::read(&file[..cut]).expect("a cut is not damage");
            assert_eq!(part.whole + part.torn, cut);
            assert!(part.entries.len() < 3);
        }
    }

    #[test]
    fn refuses_any_changed_octet_before_the_last_entry() {
        let file = three();
        // Only the last entry has no successor that binds it: a change there is another valid journal, which the
        // record's digest of the journal shows, or a torn tail.
        let last = file.len() - file.len() / 3;
        for n in 0..last {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[n] ^= 1 << bit;
                assert!(Journal::read(&changed).is_err(), "octet {n}, bit {bit}");
            }
        }
    }

    #[test]
    fn refuses_an_entry_left_out() {
        let file = three();
        let first = Journal::read(&file).expect("reads");
        let length = frame(&first.entries[0]).expect("frames").len();
        let error = Journal::read(&file[length..]).expect_err("the first is missing");
        assert_eq!(
            error.to_string(),
            "the journal is damaged at entry 0: it does not follow from the entry before it"
        );
    }
}
