//! A store and a ledger in memory, which break as told, and made-up publications.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;

use record::Digest;
use tlog::{Checkpoint, Entry, EntryType, Policy, Signer};
use verifier::entries::Expected;
use verifier::layout;
use zeroize::Zeroizing;

use crate::append::write::Writer;
use crate::error::Error;
use crate::ledger::{Ledger, State};
use crate::publication::{Certificate, Crl, Publication};
use crate::store::{File, Source, Store};
use crate::witness::http::Network;
use crate::witness::{Answer, Ask};

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and that is said.
    Refuse,
    /// It is done, and the opposite is said.
    Forget,
    /// It is not done, and what was not settled is gone.
    PowerCut,
    /// It is not done, and the opposite is said.
    Lie,
}

/// Everything that outlasts a process.
#[derive(Clone)]
pub struct World(Rc<RefCell<Inner>>);

struct Inner {
    files: BTreeMap<String, Vec<u8>>,
    /// What files were before writes that are not settled.
    unsettled: BTreeMap<String, Option<Vec<u8>>>,
    state: State,
    writes: usize,
    fault: Option<(usize, Fault)>,
}

type Files = BTreeMap<String, Vec<u8>>;

impl World {
    pub fn new() -> Self {
        let state = State {
            log: signer().key().to_string(),
            checkpoint: None,
            append: None,
        };
        let inner = Inner {
            files: BTreeMap::new(),
            unsettled: BTreeMap::new(),
            state,
            writes: 0,
            fault: None,
        };
        Self(Rc::new(RefCell::new(inner)))
    }

    pub fn reset(&self) {
        self.0.swap(&World::new().0);
    }

    pub fn clear(&mut self) {
        self.0.borrow_mut().fault = None;
    }

    /// The write of this number from now on fails, once.
    pub fn break_at(&self, write: usize, fault: Fault) {
        let mut inner = self.0.borrow_mut();
        let write = inner.writes + write;
        inner.fault = Some((write, fault));
    }

    /// Whether it did.
    pub fn was_broken(&self) -> bool {
        self.0.borrow().fault.is_none()
    }

    pub fn files(&self) -> Files {
        self.0.borrow().files.clone()
    }

    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.0.borrow().files.get(path).cloned()
    }

    pub fn put(&self, path: &str, bytes: &[u8]) {
        self.0.borrow_mut().files.insert(path.into(), bytes.into());
    }

    pub fn remove(&self, path: &str) {
        self.0.borrow_mut().files.remove(path);
    }

    pub fn state(&self) -> State {
        self.0.borrow().state.clone()
    }

    pub fn set_state(&self, state: State) {
        self.0.borrow_mut().state = state;
    }

    pub fn store(&self) -> Self {
        self.clone()
    }

    /// One write: `act` is done or not, and the answer is given, as the fault of the moment says.
    fn attempt(&self, path: &str, act: impl FnOnce(&mut Inner)) -> Result<(), Error> {
        let mut inner = self.0.borrow_mut();
        let now = inner.writes;
        let broken = inner.fault.take_if(|(write, _)| *write == now).map(|(_, fault)| fault);
        inner.writes += 1;
        match broken {
            None | Some(Fault::Forget) => act(&mut inner),
            Some(Fault::PowerCut) => inner.lose(),
            Some(Fault::Refuse | Fault::Lie) => {}
        }
        match broken {
            None | Some(Fault::Lie) => Ok(()),
            Some(_) => Err(Error::Store {
                path: path.into(),
                cause: io::Error::other("broken for the test"),
            }),
        }
    }
}

impl Inner {
    fn set(&mut self, path: &str, bytes: &[u8]) {
        let before = self.files.insert(path.into(), bytes.into());
        self.unsettled.entry(path.into()).or_insert(before);
    }

    fn lose(&mut self) {
        for (path, before) in std::mem::take(&mut self.unsettled) {
            match before {
                Some(bytes) => self.files.insert(path, bytes),
                None => self.files.remove(&path),
            };
        }
    }
}

impl Source for World {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.file(path))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.borrow().files.keys().cloned().collect())
    }
}

impl Store for World {
    fn create(&mut self, files: &[File]) -> Result<(), Error> {
        files.iter().try_for_each(|(path, bytes)| match self.file(path) {
            Some(found) if found != *bytes => Err(Error::OtherBytes { path: path.clone() }),
            Some(_) => Ok(()),
            None => self.attempt(path, |inner| inner.set(path, bytes)),
        })
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        match self.file(path).as_deref() == seen {
            true => self.attempt(path, |inner| inner.set(path, bytes)),
            false => Err(Error::Changed { path: path.into() }),
        }
    }

    fn settle(&mut self) -> Result<(), Error> {
        self.attempt("settling", |inner| inner.unsettled.clear())
    }
}

impl Ledger for World {
    fn read(&self) -> Result<State, Error> {
        Ok(self.state())
    }

    fn write(&mut self, state: &State) -> Result<(), Error> {
        self.attempt("ledger", |inner| inner.state = state.clone())
    }
}

/// Runs an append as a process of its own would.
pub fn publish(world: &World, publication: &Publication) -> Result<Checkpoint, Error> {
    let policy = Policy::without_witnesses([signer().key().clone()]).unwrap();
    publish_asking(world, publication, &policy, &Nobody)
}

/// The same under a policy with witnesses, who are asked over the network.
pub fn publish_by(world: &World, publication: &Publication, policy: &Policy) -> Result<Checkpoint, Error> {
    publish_asking(world, publication, policy, &Network::new())
}

fn publish_asking(
    world: &World,
    publication: &Publication,
    policy: &Policy,
    ask: &dyn Ask,
) -> Result<Checkpoint, Error> {
    let (mut store, mut ledger, signer) = (world.clone(), world.clone(), signer());
    let show = &mut |_: &record::screen::Shown| ();
    let mut writer = Writer {
        store: &mut store,
        ledger: &mut ledger,
        log: layout::Log::MAIN,
        signer: &signer,
        policy,
        ask,
        show,
    };
    writer.append(publication, &|_, checkpoint| {
        Ok(vec![(layout::INDEX.into(), checkpoint.to_string())])
    })
}

/// An event with one certificate, one CRL, and some documents in the log.
pub fn publication(event: &str, documents: usize) -> Publication {
    let stem = format!("{event}-1");
    let (der, crl) = (format!("the certificate of {event}"), format!("the list of {event}"));
    let entry = |file: String, kind, bytes: &str| Expected {
        file,
        entry: Entry::new(kind, bytes.as_bytes()).unwrap(),
    };
    let mut entries = vec![entry(layout::certificate(&stem), EntryType::Certificate, &der)];
    let mut files = BTreeSet::from([
        (layout::record(event), format!("the record of {event}").into_bytes()),
        (layout::policy(1), b"the policy".to_vec()),
    ]);
    for n in 0..documents {
        let text = format!("document {n} of {event}");
        let path = layout::object(&Digest::of(text.as_bytes()));
        entries.push(entry(path.clone(), EntryType::Document, &text));
        // A few will do: every write of the append is broken in turn.
        if n < 4 {
            files.insert((path, text.into_bytes()));
        }
    }
    Publication {
        event: event.into(),
        results: Digest::of(event.as_bytes()),
        entries,
        files: files.into_iter().collect(),
        certificates: vec![Certificate {
            pem: format!("PEM of {der}"),
            stem: stem.clone(),
            der: der.into_bytes(),
        }],
        crls: vec![Crl {
            issuer: stem,
            number: 1,
            der: crl.into_bytes(),
        }],
    }
}

/// No witness is to be asked.
struct Nobody;

impl Ask for Nobody {
    fn post(&self, url: &str, _: &str) -> Result<Answer, String> {
        panic!("{url} was asked")
    }

    fn get(&self, url: &str) -> Result<Answer, String> {
        panic!("{url} was asked")
    }

    fn now(&self) -> u64 {
        0
    }
}

pub fn signer() -> Signer {
    Signer::new(tlog::REHEARSAL_ORIGIN, Zeroizing::new([42; 32])).unwrap()
}
