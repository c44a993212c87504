//! A store at an address, read over HTTP. What comes is believed as little as a folder's files are.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use record::text::plain;
use ureq::Agent;
use ureq::http::StatusCode;
use verifier::{Source, layout, render};

use crate::fault::Fault;

/// A store at an address.
///
/// It is read by its list of files. An address that does not answer is no evidence against a store: it is remembered, and
/// [`Web::demand_answered`] says that nothing follows from such a walk.
pub struct Web {
    agent: Agent,
    base: String,
    read: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    unanswered: RefCell<Option<String>>,
}

impl Web {
    /// A store at `https://…` or `http://…`; nothing is asked yet.
    pub fn new(address: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .http_status_as_error(false)
            .max_redirects(3)
            .user_agent(concat!("ceremony-verify/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
            base: format!("{}/", address.trim_end_matches('/')),
            read: RefCell::default(),
            unanswered: RefCell::default(),
        }
    }

    /// Whether all that was asked for was answered.
    ///
    /// # Errors
    /// What was not, and why.
    pub fn demand_answered(&self) -> Result<(), Fault> {
        match self.unanswered.borrow().as_deref() {
            Some(what) => Err(Fault::unanswered(what)),
            None => Ok(()),
        }
    }

    /// Asks, and once more if nothing came.
    fn ask(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let address = format!("{}{path}", self.base);
        let first = self.once(&address);
        let answer = first.or_else(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => Err(error),
            _ => self.once(&address),
        });
        answer.inspect_err(|error| {
            let what = format!("{address}: {}", plain(&error.to_string(), 200));
            self.unanswered.borrow_mut().get_or_insert(what);
        })
    }

    fn once(&self, address: &str) -> io::Result<Option<Vec<u8>>> {
        let mut answer = self.agent.get(address).call().map_err(ureq::Error::into_io)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
            other => return Err(io::Error::other(format!("it answers {other}"))),
        }
        let body = answer.body_mut().with_config().limit(LIMIT);
        body.read_to_vec().map(Some).map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => io::Error::from(io::ErrorKind::FileTooLarge),
            other => other.into_io(),
        })
    }
}

impl Source for Web {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if let Some(known) = self.read.borrow().get(path) {
            return Ok(known.clone());
        }
        let bytes = self.ask(path)?;
        // Each file is asked for once, unless it is large: what is there changes while it is read.
        if bytes.as_ref().is_none_or(|bytes| bytes.len() <= KEPT) {
            self.read.borrow_mut().insert(path.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let none = || io::Error::other(format!("it has no {}, and so is no store", layout::FILES));
        let bytes = self.read(layout::FILES)?.ok_or_else(none)?;
        let text = String::from_utf8(bytes).map_err(|_| io::Error::other("its list of files is not text"))?;
        let files = render::parse_files(&text).map_err(io::Error::other)?;
        Ok(files.into_iter().collect())
    }
}

const CONNECT: Duration = Duration::from_secs(20);
/// For one file, however slowly it comes.
const WHOLE: Duration = Duration::from_secs(120);
/// The largest file of a store.
const LIMIT: u64 = tlog::tile::MAX_FILE as u64;
/// The most octets of a file that is kept in memory.
const KEPT: usize = 1024 * 1024;
