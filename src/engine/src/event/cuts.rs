//! The power goes at every write of the journal, once before it, once in the middle of it, and once with all that was not
//! synced; the event is resumed; and what it comes to is what it comes to without a stop.
//!
//! Any recorded event can be put through it: `CEREMONY_EVENT=results.cbor cargo test -p ceremony-engine cuts`.

mod cluster;
mod people;
mod power;
mod scene;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use hsm::{CloudHsm, Habits};
use record::journal::{Entry, Journal, What};
use record::messages::{Image, ImageKind};
use record::record::{KeyChange, Record};
use record::{Bundle, Bytes, Digest, Time, difference};

use self::cluster::Cluster;
use self::people::Crowd;
use self::power::{Left, Power};
use self::scene::Scene;
use super::{Again, Device, Places, Sources};
use crate::clock::{Clock, Moments};
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::ledger::Ledger;
use crate::scratch::Scratch;
use crate::sessions::Sessions;

/// One event, held in memory but for the folders that it writes into.
struct Held {
    scene: Rc<Scene>,
    folder: Scratch,
    cluster: Rc<RefCell<Cluster>>,
    decided: Rc<RefCell<Vec<String>>>,
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
    fn new(scene: &Rc<Scene>) -> Self {
        let held = Self {
            scene: Rc::clone(scene),
            folder: Scratch::new("cuts").expect("a folder"),
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
    fn run(&self, power: &Power, minutes: u64) -> Result<(), Error> {
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

    fn came_to(&self, power: &Power) -> CameTo {
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
struct CameTo {
    entries: Vec<Entry>,
    record: Record,
    /// Certificates and revocation lists, by path.
    files: BTreeMap<String, Vec<u8>>,
}

impl CameTo {
    fn frozen(&self) -> Option<&BTreeMap<String, Bytes>> {
        let mut frozen = self.entries.iter().filter_map(|entry| match &entry.what {
            What::Frozen { bytes } => Some(bytes),
            _ => None,
        });
        let first = frozen.next();
        assert!(frozen.next().is_none(), "the bytes are frozen once");
        first
    }

    fn count(&self, like: impl Fn(&What) -> bool) -> usize {
        self.entries.iter().filter(|entry| like(&entry.what)).count()
    }

    /// The record without what a stop changes: times, tokens, what went otherwise, and the journal.
    fn settled(&self) -> Record {
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

#[test]
fn an_event_comes_to_the_same_wherever_the_power_goes() {
    let file = match std::env::var_os("CEREMONY_EVENT") {
        Some(path) => fs::read(path).expect("the event that CEREMONY_EVENT names"),
        None => include_bytes!("../../tests/events/root-generation.cbor").to_vec(),
    };
    let scene = Rc::new(Scene::of(&file));
    let (held, power) = (Held::new(&scene), Power::new(Vec::new(), None));
    held.run(&power, 0).expect("it ends well without a stop");
    let (undisturbed, writes) = (held.came_to(&power), power.writes());
    assert_eq!(writes, undisturbed.entries.len());
    for write in 0..writes {
        for left in [Left::Whole, Left::Torn, Left::Synced] {
            let came_to = cut(&scene, (write, left));
            compare(&undisturbed, &came_to, (write, left));
        }
    }
}

/// The event with its power cut there, resumed to its end.
fn cut(scene: &Rc<Scene>, cut: (usize, Left)) -> CameTo {
    let (held, power) = (Held::new(scene), Power::new(Vec::new(), Some(cut)));
    held.run(&power, 0).expect_err("the power goes");
    let power = Power::new(power.bytes(), None);
    if let Err(error) = held.run(&power, 30) {
        panic!("{cut:?}: {error}\n{:?}", error.hint());
    }
    let came_to = held.came_to(&power);
    signed_by_decision(&held, &came_to, cut);
    came_to
}

/// The HSM signed each thing once, and once more for each decision of people to do so.
fn signed_by_decision(held: &Held, came_to: &CameTo, cut: (usize, Left)) {
    let again = held
        .decided
        .borrow()
        .iter()
        .filter(|answer| *answer == "sign again")
        .count();
    assert_eq!(
        again,
        came_to.count(|what| matches!(what, What::Again { .. })),
        "{cut:?}"
    );
    assert!(again < 2, "{cut:?}: one stop leaves one thing open");
    let signed = &held.cluster.borrow().signed;
    for (step, bytes) in came_to.frozen().into_iter().flatten() {
        let times = signed.get(&bytes.0).copied().unwrap_or(0);
        assert!(
            (1..=1 + again).contains(&times),
            "{cut:?}: {step} was signed {times} times"
        );
    }
}

fn compare(undisturbed: &CameTo, came_to: &CameTo, cut: (usize, Left)) {
    assert_eq!(
        came_to.frozen(),
        undisturbed.frozen(),
        "{cut:?}: the bytes to be signed"
    );
    assert!(came_to.files == undisturbed.files, "{cut:?}: certificates and lists");
    let record = |came_to: &CameTo| record::cbor::encode(&came_to.settled()).expect("encodes");
    let differs = difference::first(&record(undisturbed), &record(came_to));
    assert_eq!(differs, None, "{cut:?}: the record");
    assert!(
        matches!(came_to.entries.last().map(|entry| &entry.what), Some(What::Closed)),
        "{cut:?}"
    );
    let stops = came_to.count(|what| matches!(what, What::Resumed { .. }));
    let begun = came_to
        .entries
        .first()
        .is_some_and(|entry| entry.at == undisturbed.entries[0].at);
    assert_eq!(stops, usize::from(begun), "{cut:?}: the stop is in the journal");
    let of_the_stop = |what: &str| STOPS.iter().any(|words| what.starts_with(words));
    for exception in &came_to.record.exceptions {
        assert!(of_the_stop(&exception.what), "{cut:?}: {exception:?}");
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
/// What a stop may leave in the record.
const STOPS: [&str; 4] = [
    "the engine was started again",
    "no answer came to the signing",
    "the same bytes may have been signed before; decided",
    "`",
];
