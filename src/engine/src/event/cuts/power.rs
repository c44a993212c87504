//! A journal's medium whose power goes at one write, in each way that a disk leaves behind.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use crate::ledger::Medium;

/// What the disk has of the last entries when the power is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Everything before the write.
    Whole,
    /// Half of the entry that was being written too.
    Torn,
    /// Only what had been synced.
    Synced,
}

/// The medium; its holders share it.
#[derive(Clone)]
pub struct Power(Rc<RefCell<Inner>>);

struct Inner {
    bytes: Vec<u8>,
    synced: usize,
    writes: usize,
    cut: Option<(usize, Left)>,
    is_off: bool,
}

impl Power {
    /// A medium with these bytes, whose power goes at a write, counted from 0; or never.
    pub fn new(bytes: Vec<u8>, cut: Option<(usize, Left)>) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            synced: bytes.len(),
            bytes,
            writes: 0,
            cut,
            is_off: false,
        })))
    }

    /// What is there now.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.borrow().bytes.clone()
    }

    /// Leaves this, as a journal is cut where it is torn.
    pub fn replace(&self, bytes: Vec<u8>) {
        let mut inner = self.0.borrow_mut();
        (inner.synced, inner.bytes) = (bytes.len(), bytes);
    }

    /// How often something was written.
    pub fn writes(&self) -> usize {
        self.0.borrow().writes
    }
}

impl Medium for Power {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        inner.is_on()?;
        match inner.cut {
            Some((at, left)) if at == inner.writes => {
                inner.is_off = true;
                let synced = inner.synced;
                match left {
                    Left::Whole => {}
                    Left::Torn => inner.bytes.extend(&bytes[..bytes.len() / 2]),
                    Left::Synced => inner.bytes.truncate(synced),
                }
                inner.is_on()
            }
            _ => {
                inner.writes += 1;
                inner.bytes.extend(bytes);
                Ok(())
            }
        }
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        self.0.borrow().is_on()
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        inner.is_on()?;
        inner.synced = inner.bytes.len();
        Ok(())
    }
}

impl Inner {
    fn is_on(&self) -> io::Result<()> {
        match self.is_off {
            true => Err(io::Error::other("the power is off")),
            false => Ok(()),
        }
    }
}
