//! One event held in memory, and what it came to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use hsm::{CloudHsm, Habits};
use record::journal::{Entry, Journal, What};
use record::messages::{Image, ImageKind};
use record::record::{KeyChange, Record};
use record::{Bundle, Bytes, Digest, Time};

use super::cluster::Cluster;
use super::people::Crowd;
use super::power::Power;
use super::scene::Scene;
use crate::clock::{Clock, Moments};
use crate::console::Console;
use crate::error::Error;
use crate::event::{Again, Device, Places, Sources};
use crate::identity::Identity;
use crate::ledger::Ledger;
use crate::sessions::Sessions;

/// One event, held in memory but for the folders that it writes into.
pub struct Held {
    scene: Rc<Scene>,
    folder: Folder,
    pub cluster: Rc<RefCell<Cluster>>,
    pub decided: Rc<RefCell<Vec<String>>>,
}

/// In memory where there is a place for it: hundreds of events are held, and each syncs what it writes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let place = Some(PathBuf::from("/dev/shm")).filter(|place| place.is_dir());
        let name = format!("ceremony-cuts-{}-{number}", std::process::id());
        Self(place.unwrap_or_else(std::env::temp_dir).join(name))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A clock that stands still, so that two runs write the same.
#[derive(Debug)]
struct Still(Time);

impl Moments for Still {
    fn now(&self) -> Time {
        self.0
    }

    fn of_the_next_entry(&self) -> Time {
        self.0
    }

    fn tokens_are_dead(&self) -> bool {
        false
    }
}

impl Held {
    pub fn new(scene: &Rc<Scene>) -> Self {
        let held = Self {
            scene: Rc::clone(scene),
            folder: Folder::new(),
            cluster: Cluster::of(&scene.inbound),
            decided: Rc::default(),
        };
        let places = held.places();
        for folder in [&places.inbound, &places.outbound, &places.disk] {
            fs::create_dir_all(folder).expect("a folder");
        }
        held
    }

    fn places(&self) -> Places {
        let at = |name: &str| self.folder.path().join(name);
        Places {
            plan: at("inbound/plan.cbor"),
            inbound: at("inbound"),
            outbound: at("outbound"),
            disk: at("bastion"),
            logins: at("wtmp"),
            evidence: Default::default(),
            device: Device::default(),
        }
    }

    /// One run behind what the medium has, so many minutes after the plan opens.
    pub fn run(&self, power: &Power, minutes: u64) -> Result<(), Error> {
        let opens = self.scene.inbound.plan.opens;
        let now = opens.plus(60 * minutes);
        let journal = Journal::read(&power.bytes()).expect("the journal reads");
        let (torn, whole) = (journal.torn as u64, power.bytes()[..journal.whole].to_vec());
        power.replace(whole);
        let clock = Clock::of_the_past(Rc::new(Still(now)));
        let (first, entries) = (journal.entries.is_empty() && minutes == 0, journal.entries);
        let ledger = Ledger::over(power.clone(), entries, clock.clone()).expect("a ledger");
        let crowd = Crowd {
            scene: Rc::clone(&self.scene),
            places: self.places(),
            now,
            decided: Rc::clone(&self.decided),
        };
        let sources = Sources {
            clock,
            console: Console::of(crowd),
            identity: identity(),
            past: None,
            sessions: Sessions::None,
        };
        let plan = (self.scene.plan.clone(), self.scene.inbound.clone());
        let cluster = Rc::clone(&self.cluster);
        let open = |door| Box::new(CloudHsm::new(cluster, door)) as Box<dyn hsm::Hsm>;
        let mut again = Again::new(self.places(), plan, sources, ledger, Habits::default(), open)?;
        again.carry_out((!first).then_some(torn), [9; 16])
    }

    pub fn came_to(&self, power: &Power) -> CameTo {
        let journal = Journal::read(&power.bytes()).expect("the journal reads");
        let record = fs::read(self.folder.path().join("outbound/record.cbor")).expect("a record");
        let mut files = BTreeMap::new();
        read_all(&self.folder.path().join("bastion/outputs"), "", &mut files);
        CameTo {
            entries: journal.entries,
            record: Bundle::<Record>::decode(&record).expect("the record reads").body,
            files,
        }
    }
}

/// What an event came to.
pub struct CameTo {
    pub entries: Vec<Entry>,
    pub record: Record,
    /// Certificates and revocation lists, by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl CameTo {
    pub fn frozen(&self) -> Option<&BTreeMap<String, Bytes>> {
        let mut frozen = self.entries.iter().filter_map(|entry| match &entry.what {
            What::Frozen { bytes } => Some(bytes),
            _ => None,
        });
        let first = frozen.next();
        assert!(frozen.next().is_none(), "the bytes are frozen once");
        first
    }

    pub fn count(&self, like: impl Fn(&What) -> bool) -> usize {
        self.entries.iter().filter(|entry| like(&entry.what)).count()
    }

    /// The record without what a stop changes: times, tokens, what went otherwise, and the journal.
    pub fn settled(&self) -> Record {
        let mut record = self.record.clone();
        for key in &mut record.keys {
            key.change = KeyChange::Made;
        }
        (record.began, record.ended) = (Time(0), Time(0));
        (record.journal, record.journal_entries) = (Digest::of(b""), 0);
        (record.requests, record.approvals, record.tokens) = (Vec::new(), Vec::new(), Vec::new());
        (record.exceptions, record.statements) = (Vec::new(), Vec::new());
        (record.reviews, record.attendance) = (Vec::new(), Vec::new());
        record.facts.retain(|name, _| !OF_THE_MACHINE.contains(&name.as_str()));
        record
    }
}

fn read_all(folder: &Path, under: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{under}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => read_all(&entry.path(), &name, files),
            false => drop(files.insert(name, fs::read(entry.path()).expect("a file"))),
        }
    }
}

fn identity() -> Identity {
    let tool = Digest::of(b"this test");
    let kind = ImageKind::Binary;
    Identity {
        image: Image { kind, digest: tool },
        tool,
        version: "0".into(),
    }
}

/// Facts that a stop changes: when the clock was compared, and how often the machine was booted.
const OF_THE_MACHINE: [&str; 3] = ["clock", "power", "logins"];
