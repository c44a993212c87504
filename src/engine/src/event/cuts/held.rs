//! One event that is held in memory, but for the folders that it writes into.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::rc::Rc;
use std::sync::Arc;

use hsm::{DryCluster, Habits};
use record::journal::Journal;
use record::messages::{Image, ImageKind};
use record::record::Record;
use record::{Bundle, Digest, Time};

use super::came_to::{CameTo, read_all};
use super::cluster::Cluster;
use super::folder::Folder;
use super::people::Crowd;
use super::power::Power;
use super::scene::Scene;
use crate::clock::{Clock, Moments};
use crate::console::Console;
use crate::error::Error;
use crate::event::{Again, Device, Places, Sources};
use crate::hand_over::Sealer;
use crate::identity::Identity;
use crate::ledger::Ledger;
use crate::sessions::Sessions;

/// The event.
pub struct Held {
    scene: Arc<Scene>,
    folder: Folder,
    cluster: Cluster,
    decided: Rc<RefCell<Vec<String>>>,
}

/// Which run of an event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// `ceremony run`, when the plan opens.
    First,
    /// `ceremony resume`, so many minutes later.
    Resumed(u64),
    /// `ceremony abort`, so many minutes later.
    Ended(u64),
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
    pub fn new(scene: &Arc<Scene>, before: &DryCluster) -> Self {
        let held = Self {
            scene: Arc::clone(scene),
            folder: Folder::new(),
            cluster: Cluster::of(before),
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
            consoles: Default::default(),
            sealer: Sealer::None,
        }
    }

    /// One run behind what the medium has.
    pub fn run(&self, power: &Power, run: Run) -> Result<(), Error> {
        let minutes = match run {
            Run::First => 0,
            Run::Resumed(minutes) | Run::Ended(minutes) => minutes,
        };
        let now = self.scene.inbound.plan.opens.plus(60 * minutes);
        let journal = Journal::read(&power.bytes()).expect("the journal reads");
        let (torn, whole) = (journal.torn as u64, power.bytes()[..journal.whole].to_vec());
        power.replace(whole);
        let clock = Clock::of_the_past(Rc::new(Still(now)));
        let ledger = Ledger::over(power.clone(), journal.entries, clock.clone()).expect("a ledger");
        let (cluster, further) = (self.cluster.clone(), self.cluster.clone());
        let sources = Sources {
            clock,
            console: Console::of(self.crowd(now)),
            identity: identity(),
            past: None,
            sessions: Sessions::Memory(Rc::new(move |door, habits| further.open(door, habits))),
        };
        let plan = (self.scene.plan.clone(), self.scene.inbound.clone());
        let open = |door| cluster.open(door, Habits::default());
        let mut again = Again::new(self.places(), plan, sources, ledger, Habits::default(), open)?;
        match run {
            Run::First => again.carry_out(None, SESSION),
            Run::Resumed(_) => again.carry_out(Some(torn), SESSION),
            Run::Ended(_) => again.end(torn, SESSION, "a test ends it"),
        }
    }

    fn crowd(&self, now: Time) -> Crowd {
        Crowd {
            scene: Arc::clone(&self.scene),
            places: self.places(),
            now,
            decided: Rc::clone(&self.decided),
            made: HashSet::new(),
            typed: 0,
        }
    }

    pub fn came_to(&self, power: &Power) -> CameTo {
        let journal = Journal::read(&power.bytes()).expect("the journal reads");
        let outbound = |name: &str| fs::read(self.places().outbound.join(name)).ok();
        let (record, results) = (
            outbound("record.cbor").expect("a record"),
            outbound("results.cbor").expect("results"),
        );
        let mut files = BTreeMap::new();
        read_all(&self.folder.path().join("bastion/outputs"), "", &mut files);
        CameTo {
            entries: journal.entries,
            digest: Digest::of(&record),
            record: Bundle::<Record>::decode(&record).expect("the record reads").body,
            results,
            results_signature: outbound("results.cbor.sig"),
            files,
            cluster: self.cluster.holds().settled(),
            told: self.cluster.told(),
            decided: self.decided.borrow().clone(),
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

const SESSION: [u8; 16] = [9; 16];
