//! A store and a ledger in memory, which break as told.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use super::runs::signer;
use crate::error::Error;
use crate::ledger::{Ledger, State};
use crate::store::{File, Source, Store};

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
    /// It is not done in time, and is done later.
    Delay,
}

/// Everything that outlasts a process.
#[derive(Clone)]
pub struct World(Rc<RefCell<Inner>>);

struct Inner {
    files: BTreeMap<String, Vec<u8>>,
    /// What files were before writes that are not settled.
    unsettled: BTreeMap<String, Option<Vec<u8>>>,
    /// What is kept aside.
    staging: Files,
    state: State,
    writes: usize,
    fault: Option<(usize, Fault)>,
    /// Writes that nobody waits for any more, and that arrive late.
    late: Vec<Late>,
    /// From this write on, the disk has no room; until it is made.
    full: Option<usize>,
}

/// One write, with its condition.
#[derive(Clone, Debug)]
enum Late {
    Create(String, Vec<u8>),
    Swap(String, Option<Vec<u8>>, Vec<u8>),
}

type Files = BTreeMap<String, Vec<u8>>;

impl World {
    pub fn new() -> Self {
        let inner = Inner {
            files: BTreeMap::new(),
            unsettled: BTreeMap::new(),
            staging: BTreeMap::new(),
            state: State::of(signer().key().to_string()),
            writes: 0,
            fault: None,
            late: Vec::new(),
            full: None,
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

    /// What is kept aside.
    pub fn staging(&self) -> Files {
        self.0.borrow().staging.clone()
    }

    /// Another thing lies where this was kept aside.
    pub fn replace_staging(&self, bytes: &[u8]) {
        for staged in self.0.borrow_mut().staging.values_mut() {
            *staged = bytes.to_vec();
        }
    }

    pub fn empty_staging(&self) {
        self.0.borrow_mut().staging.clear();
    }

    /// From the write of this number from now on there is no room.
    pub fn fill_at(&self, write: usize) {
        let mut inner = self.0.borrow_mut();
        inner.full = Some(inner.writes + write);
    }

    pub fn make_room(&self) {
        self.0.borrow_mut().full = None;
    }

    /// What was delayed arrives, and is judged by its condition as it is then.
    pub fn arrive(&self) -> usize {
        let mut inner = self.0.borrow_mut();
        let late = std::mem::take(&mut inner.late);
        for write in &late {
            match write {
                Late::Create(path, bytes) if !inner.files.contains_key(path) => inner.set(path, bytes),
                Late::Swap(path, seen, bytes) if inner.files.get(path) == seen.as_ref() => inner.set(path, bytes),
                _ => {}
            }
        }
        late.len()
    }

    pub fn store(&self) -> Self {
        self.clone()
    }

    /// One write: `act` is done or not, and the answer is given, as the fault of the moment says.
    fn attempt(&self, path: &str, act: impl FnOnce(&mut Inner)) -> Result<(), Error> {
        self.attempt_or(path, None, act)
    }

    fn attempt_or(&self, path: &str, late: Option<Late>, act: impl FnOnce(&mut Inner)) -> Result<(), Error> {
        let mut inner = self.0.borrow_mut();
        let now = inner.writes;
        if inner.full.is_some_and(|full| now >= full) {
            return Err(Error::Store {
                path: path.into(),
                cause: io::ErrorKind::StorageFull.into(),
            });
        }
        let broken = inner.fault.take_if(|(write, _)| *write == now).map(|(_, fault)| fault);
        inner.writes += 1;
        match broken {
            None | Some(Fault::Forget) => act(&mut inner),
            Some(Fault::PowerCut) => inner.lose(),
            Some(Fault::Delay) => inner.late.extend(late),
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
            None => {
                let late = Late::Create(path.clone(), bytes.clone());
                self.attempt_or(path, Some(late), |inner| inner.set(path, bytes))
            }
        })
    }

    fn swap(&mut self, path: &str, seen: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
        let late = Late::Swap(path.into(), seen.map(<[u8]>::to_vec), bytes.into());
        match self.file(path).as_deref() == seen {
            true => self.attempt_or(path, Some(late), |inner| inner.set(path, bytes)),
            false => Err(Error::Changed { path: path.into() }),
        }
    }

    fn settle(&mut self) -> Result<(), Error> {
        self.attempt("settling", |inner| inner.unsettled.clear())
    }

    fn stage(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        match self.staging().get(name) {
            Some(found) if found != bytes => Err(Error::OtherBytes { path: name.into() }),
            Some(_) => Ok(()),
            None => self.attempt(name, |inner| drop(inner.staging.insert(name.into(), bytes.into()))),
        }
    }

    fn staged(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.staging().get(name).cloned())
    }

    fn unstage(&mut self, name: &str) -> Result<(), Error> {
        self.attempt(name, |inner| drop(inner.staging.remove(name)))
    }
}

impl Ledger for World {
    fn read(&self) -> Result<State, Error> {
        Ok(self.state())
    }

    fn swap(&mut self, seen: &State, new: &State) -> Result<(), Error> {
        match self.state() == *seen {
            true => self.attempt("ledger", |inner| inner.state = new.clone()),
            false => Err(Error::LedgerChanged { path: "ledger".into() }),
        }
    }
}
