//! The journal's writer: each entry is on the event's disk before anything else happens.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hsm::{Answer, Observer, ObserverError};
use record::journal::{Entry, Journal, What, frame};
use record::{Bytes, Digest, cbor};

use crate::clock::Clock;
use crate::error::Error;
use crate::event::Progress;
use crate::files;

/// No journal is larger: a founding event's has about 300 KB.
const JOURNAL_LIMIT: usize = 64 * 1024 * 1024;

/// A journal that can be written. Every entry that was ever in it is in `entries`.
pub struct Ledger {
    path: PathBuf,
    /// None in a dry run, which leaves nothing behind.
    file: Option<File>,
    bytes: Vec<u8>,
    previous: Digest,
    entries: Vec<Entry>,
    progress: Rc<Progress>,
    clock: Clock,
}

impl Ledger {
    /// Begins a new journal.
    pub fn create(path: &Path, clock: Clock) -> Result<Self, Error> {
        files::write_new(path, b"")?;
        Self::open(path, clock).map(|(ledger, _)| ledger)
    }

    /// Goes on with a journal, alone: another run that has it open is an error. A torn last entry is kept beside the
    /// journal and cut away, and its octets are counted.
    pub fn open(path: &Path, clock: Clock) -> Result<(Self, u64), Error> {
        let name = path.display().to_string();
        let failed = |act, cause| Error::File {
            act,
            path: name.clone(),
            cause,
        };
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(|cause| failed("open", cause))?;
        if file.try_lock().is_err() {
            return Err(Error::Busy { path: name });
        }
        let mut bytes = files::read(path, JOURNAL_LIMIT)?;
        let input = |cause| Error::input(name.clone(), cause);
        let journal = Journal::read(&bytes).map_err(input)?;
        let previous = journal.head().map_err(input)?;
        let (now, last) = (clock.now(), journal.entries.last().map(|entry| entry.at));
        if let Some(last) = last.filter(|last| *last > now) {
            return Err(Error::ClockBack { now, last });
        }
        if journal.torn > 0 {
            files::write_once(&torn_path(path, journal.whole), &bytes[journal.whole..])?;
            file.set_len(journal.whole as u64)
                .and_then(|()| file.sync_all())
                .map_err(|cause| failed("cut", cause))?;
        }
        bytes.truncate(journal.whole);
        let torn = journal.torn as u64;
        Ok((
            Self {
                path: path.to_owned(),
                file: Some(file),
                bytes,
                previous,
                progress: Rc::new(Progress::of(&journal.entries)),
                entries: journal.entries,
                clock,
            },
            torn,
        ))
    }

    /// A journal that is nowhere, for a dry run.
    pub fn in_memory(clock: Clock) -> Self {
        Self {
            path: PathBuf::new(),
            file: None,
            bytes: Vec::new(),
            previous: Digest::of(b""),
            progress: Rc::default(),
            entries: Vec::new(),
            clock,
        }
    }

    /// Writes one entry; on return it is on the disk, and so is every entry before it.
    pub fn write(&mut self, what: What) -> Result<(), Error> {
        self.append(what)?;
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_data);
        synced.map_err(|cause| self.failed(cause))
    }

    /// Writes one entry that the next [`Ledger::write`] puts on the disk: for what may be lost without harm, such as a
    /// question to the HSM that changes nothing there.
    pub fn append(&mut self, what: What) -> Result<(), Error> {
        let entry = Entry {
            number: self.entries.len() as u64,
            previous: self.previous,
            at: self.clock.now(),
            what,
        };
        let encoded = |cause| Error::input("the journal", cause);
        let bytes = frame(&entry).map_err(encoded)?;
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(&bytes));
        written.map_err(|cause| self.failed(cause))?;
        tracing::debug!(entry = entry.number, "journal");
        self.previous = Digest::of(&cbor::encode(&entry).map_err(encoded)?);
        self.bytes.extend(bytes);
        Rc::make_mut(&mut self.progress).apply(&entry);
        self.entries.push(entry);
        Ok(())
    }

    fn failed(&self, cause: std::io::Error) -> Error {
        Error::File {
            act: "write",
            path: self.path.display().to_string(),
            cause,
        }
    }

    /// What has been written, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What it has come to. Whoever keeps this keeps what was so then.
    pub fn progress(&self) -> Rc<Progress> {
        Rc::clone(&self.progress)
    }

    /// The file, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where a torn entry is kept: beside the journal, by the octet at which it began.
fn torn_path(path: &Path, at: usize) -> PathBuf {
    path.with_file_name(format!("journal.torn-{at}"))
}

/// A ledger that the engine and the HSM's door share.
pub type Shared = Rc<RefCell<Ledger>>;

/// The one door to the HSM: the journal is written before a command and after its answer.
pub struct Door(pub Shared);

impl Observer for Door {
    fn before(&mut self, shown: &str) -> Result<(), ObserverError> {
        tracing::info!(command = shown, "to the HSM");
        self.note(
            shown,
            What::Intent {
                command: shown.to_owned(),
            },
        )
    }

    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        let what = match answer {
            Answer::Came { text, files } => self.answered(shown, text, files),
            Answer::Lost { error } => What::NoAnswer {
                command: shown.to_owned(),
                cause: error.to_string(),
            },
        };
        self.note(shown, what)
    }
}

impl Door {
    fn answered(&self, shown: &str, text: &str, files: &[hsm::File]) -> What {
        let command = shown.to_owned();
        match self.said_before(shown, text).filter(|_| files.is_empty()) {
            Some(entry) => What::Repeated { command, entry },
            None => {
                let files = files.iter().map(|file| (file.name.clone(), Bytes(file.bytes.clone())));
                What::Answer {
                    command,
                    answer: text.to_owned(),
                    files: files.collect::<BTreeMap<_, _>>(),
                }
            }
        }
    }

    /// The entry in which the same question got the same long answer, if its last answer was that.
    fn said_before(&self, shown: &str, text: &str) -> Option<u64> {
        if !changes_nothing(shown) || text.len() < REPEATED_FROM {
            return None;
        }
        let ledger = self.0.borrow();
        let answer = |entry: &&Entry| matches!(&entry.what, What::Answer { command, .. } if command == shown);
        let last = ledger.entries().iter().rev().find(answer)?;
        match &last.what {
            What::Answer { answer, files, .. } if answer == text && files.is_empty() => Some(last.number),
            _ => None,
        }
    }

    fn note(&self, shown: &str, what: What) -> Result<(), ObserverError> {
        let mut ledger = self.0.borrow_mut();
        let written = match changes_nothing(shown) {
            true => ledger.append(what),
            false => ledger.write(what),
        };
        written.map_err(|error| ObserverError(error.to_string()))
    }
}

/// A shorter answer, in octets, is written each time.
const REPEATED_FROM: usize = 256;

/// Commands after which, if the journal lost them, nothing would be other than the journal says: they ask, or what
/// they make dies with the login.
fn changes_nothing(shown: &str) -> bool {
    const ASKING: [&str; 14] = [
        "cluster hsm-info",
        "console token",
        "key generate-file",
        "key list",
        "login ",
        "logout",
        "pkcs11 list-keys",
        "pkcs11 login ",
        "pkcs11 logout",
        "pkcs11 public-key ",
        "pkcs11 token-info ",
        "quorum token-sign generate",
        "quorum token-sign list",
        "user list",
    ];
    ASKING.iter().any(|command| shown.starts_with(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_hsm_is_on_the_disk_before_it_is_sent() {
        for changing in [
            "key generate-asymmetric-pair ec",
            "crypto sign ecdsa",
            "user create",
            "key share",
            "quorum token-sign set-quorum-value",
            "user change-quorum token-sign register",
            "cluster activate",
            "pkcs11 generate CKM_EC_KEY_PAIR_GEN secp384r1",
            "pkcs11 sign CKM_ECDSA",
        ] {
            assert!(!changes_nothing(changing), "{changing}");
        }
        assert!(changes_nothing("key list --verbose") && changes_nothing("logout"));
    }
}
