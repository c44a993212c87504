//! One run of the program: the member, their terminal, and what time it is.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use record::messages::KeyUse;
use record::plan::Inbound;
use record::{Body, Bundle, Time, cbor};

use crate::error::Error;
use crate::files;
use crate::home::{Home, Lock, Others};
use crate::keys::Keys;
use crate::outbox::Outbox;
use crate::terminal::Terminal;

/// One run of the program.
pub struct Session {
    /// The member's keys and memory.
    pub home: Home,
    /// Where the person sits.
    pub terminal: Terminal,
    /// The time, read once.
    pub now: Time,
    _lock: Lock,
}

impl Session {
    /// Begins a run.
    ///
    /// # Errors
    /// No home, one that another run works with, or a made-up time outside a rehearsal.
    pub fn open(home: &Path, now: Option<Time>) -> Result<Self, Error> {
        let home = Home::open(home)?;
        let now = clock(now, home.member().rehearsal)?;
        Ok(Self {
            _lock: home.lock()?,
            home,
            terminal: Terminal::open()?,
            now,
        })
    }

    /// The member's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.home.member().id
    }

    /// Reads a bundle with the mark of the member's keys.
    ///
    /// # Errors
    /// A file that cannot be read or is another bundle.
    pub fn read<B: Body>(&self, path: &Path) -> Result<(Vec<u8>, B), Error> {
        let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
        let body = Bundle::decode_marked(&bytes, self.home.member().rehearsal);
        let body = body.map_err(Error::bundle(path))?;
        Ok((bytes, body))
    }

    /// Reads an inbound bundle with the mark of the member's keys.
    ///
    /// # Errors
    /// As [`Session::read`], or a plan that is refused.
    pub fn read_plan(&self, path: &Path) -> Result<(Vec<u8>, Inbound), Error> {
        let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
        let inbound = Inbound::open(&bytes).map_err(Error::bundle(path))?;
        match inbound.plan.rehearsal {
            mark if mark == self.home.member().rehearsal => Ok((bytes, inbound)),
            rehearsal => Err(Error::bundle(path)(record::Error::OtherMark { rehearsal })),
        }
    }

    /// Opens the keys: the SSH key, and one RSA key for each signature in `wanted`.
    ///
    /// # Errors
    /// A key that another home of this machine has for the other purpose, a wrong passphrase or PIN, or other keys than
    /// those of setup.
    pub fn unlock(&mut self, wanted: &[KeyUse]) -> Result<Keys, Error> {
        let others = Others::beside(self.home.path());
        others.demand_apart(&self.home)?;
        self.terminal.show_beside(&others.not_compared());
        self.terminal.show_beside(&others.doubled(&self.home));
        Keys::open(&self.home, &mut self.terminal, wanted)
    }

    /// Signs an answer, remembers it, and puts it where it goes.
    ///
    /// # Errors
    /// It cannot be signed or written.
    pub fn deliver<B: Body>(&self, keys: &mut Keys, body: B, outbox: Outbox) -> Result<(), Error> {
        let (bytes, signature) = self.sign(keys, body)?;
        self.terminal.show(&outbox.deliver(&bytes, &signature)?)
    }

    /// Signs an answer and remembers it.
    ///
    /// # Errors
    /// It cannot be signed or kept.
    pub fn sign<B: Body>(&self, keys: &mut Keys, body: B) -> Result<(Vec<u8>, String), Error> {
        let bytes = Bundle::new(self.home.member().rehearsal, body)
            .encode()
            .map_err(Error::encode)?;
        let signature = keys.sign_ssh(B::NAMESPACE, &bytes)?;
        self.home.keep_made(&bytes)?;
        Ok((bytes, signature))
    }
}

/// The time: the clock's, or in rehearsals the one given.
///
/// # Errors
/// A time was given outside a rehearsal.
pub fn clock(given: Option<Time>, rehearsal: bool) -> Result<Time, Error> {
    match given {
        Some(_) if !rehearsal => Err(Error::NowInProduction),
        Some(time) => Ok(time),
        // A clock before 1970 is 1970, which no event is open at.
        None => Ok(Time(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        )),
    }
}
