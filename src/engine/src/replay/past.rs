//! A past event as it was recorded: plan, journal, record, and what it made. Hostile input, like a journal on resume.

use std::collections::BTreeMap;
use std::path::Path;

use record::journal::{Entry, Journal, What};
use record::plan::Inbound;
use record::record::Record;
use record::results::Results;
use record::{Bundle, Digest, cbor};

use super::ReplayArgs;
use crate::error::Error;
use crate::files;
use crate::identity::Identity;
use crate::ledger::JOURNAL_LIMIT;

/// A past event.
pub struct Past {
    /// The inbound bundle, byte for byte.
    pub plan: Vec<u8>,
    /// The same, read.
    pub inbound: Inbound,
    /// The journal.
    pub entries: Vec<Entry>,
    /// The record, byte for byte.
    pub record: Vec<u8>,
    /// The same, read.
    pub said: Record,
    /// The results' bundle, byte for byte, if it is that which was given.
    pub results: Option<Vec<u8>>,
    /// Certificates and revocation lists that a store has, by their path in it.
    pub published: BTreeMap<String, Vec<u8>>,
}

/// The bytes of a past event, with the names by which people know them.
struct Parts {
    plan: (String, Vec<u8>),
    journal: (String, Vec<u8>),
    record: (String, Vec<u8>),
    results: Option<Vec<u8>>,
}

impl Past {
    /// Reads what the command line names.
    pub fn read(args: &ReplayArgs) -> Result<Self, Error> {
        match (&args.results, &args.plan, &args.store) {
            (Some(results), ..) => Self::from_results(results),
            (_, Some(plan), _) => {
                let read = |path: &Option<std::path::PathBuf>, limit| match path {
                    Some(path) => Ok((path.display().to_string(), files::read(path, limit)?)),
                    None => Err(incomplete()),
                };
                Self::of(Parts {
                    plan: read(&Some(plan.clone()), cbor::BUNDLE_LIMIT)?,
                    journal: read(&args.journal, JOURNAL_LIMIT)?,
                    record: read(&args.record, cbor::BUNDLE_LIMIT)?,
                    results: None,
                })
            }
            (.., Some(store)) => Self::from_store(store, args.event.as_deref().ok_or_else(incomplete)?),
            _ => Err(incomplete()),
        }
    }

    fn from_results(path: &Path) -> Result<Self, Error> {
        let (name, bytes) = (path.display().to_string(), files::read(path, cbor::BUNDLE_LIMIT)?);
        let results = Bundle::<Results>::decode(&bytes).map_err(|cause| Error::input(name.clone(), cause))?;
        let part = |what: &str, part: record::Bytes| (format!("the {what} in {name}"), part.0);
        let Results {
            plan, record, journal, ..
        } = results.body;
        Self::of(Parts {
            plan: part("plan", plan),
            journal: part("journal", journal),
            record: part("record", record),
            results: Some(bytes),
        })
    }

    fn from_store(store: &Path, event: &str) -> Result<Self, Error> {
        if event.is_empty()
            || !event
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
        {
            return Err(Error::Usage {
                what: format!("'{}' is no event's name", record::text::plain(event, 63)),
                hint: "an event's name is that of its folder in the store's events/".into(),
            });
        }
        let path = store.join("events").join(event).join("record.cbor");
        let record = (path.display().to_string(), files::read(&path, cbor::BUNDLE_LIMIT)?);
        let said = Bundle::<Record>::decode(&record.1).map_err(|cause| Error::input(record.0.clone(), cause))?;
        let object = |digest: &Digest, limit| -> Result<_, Error> {
            let path = store.join("objects").join("sha256").join(digest.hex());
            Ok((path.display().to_string(), files::read(&path, limit)?))
        };
        let mut past = Self::of(Parts {
            plan: object(&said.body.plan, cbor::BUNDLE_LIMIT)?,
            journal: object(&said.body.journal, JOURNAL_LIMIT)?,
            record,
            results: None,
        })?;
        for output in &said.body.outputs {
            let bytes = files::read(&store.join(plain_path(&output.file)?), cbor::BUNDLE_LIMIT)?;
            past.published.insert(output.file.clone(), bytes);
        }
        Ok(past)
    }

    fn of(parts: Parts) -> Result<Self, Error> {
        let Parts {
            plan: (plan_name, plan),
            journal: (journal_name, journal),
            record: (record_name, record),
            results,
        } = parts;
        let inbound = Inbound::open(&plan).map_err(|cause| Error::input(plan_name, cause))?;
        let said = Bundle::<Record>::decode(&record).map_err(|cause| Error::input(record_name, cause))?;
        let read = Journal::read(&journal).map_err(|cause| Error::input(&*journal_name, cause))?;
        if read.torn > 0 {
            let what = format!("{} octets follow the last whole entry", read.torn);
            let entry = read.entries.len() as u64;
            return Err(Error::input(journal_name, record::Error::Journal { entry, what }));
        }
        let past = Self {
            plan,
            inbound,
            entries: read.entries,
            record,
            said: said.body,
            results,
            published: BTreeMap::new(),
        };
        past.opened().map(|_| past)
    }

    /// The record's digest.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.record)
    }

    /// What the console said that it ran, and its session.
    pub fn opened(&self) -> Result<Opened, Error> {
        let opened = self.entries.first().and_then(|entry| match &entry.what {
            What::Opened {
                image,
                tool,
                tool_version,
                session,
                ..
            } => Some(Opened {
                identity: Identity {
                    image: image.clone(),
                    tool: *tool,
                    version: tool_version.clone(),
                },
                version: tool_version.clone(),
                session: session.0.as_slice().try_into().ok()?,
            }),
            _ => None,
        });
        let what = "it does not say how the event began, with a session of 16 octets".to_owned();
        opened.ok_or_else(|| Error::input("the journal", record::Error::Journal { entry: 0, what }))
    }
}

/// How the event began.
pub struct Opened {
    /// What the console ran.
    pub identity: Identity,
    /// The version of the `ceremony` that carried it out.
    pub version: String,
    /// The console's session.
    pub session: [u8; 16],
}

fn incomplete() -> Error {
    Error::Usage {
        what: "which event is to be replayed is not said".into(),
        hint: "give --results FILE, or --plan, --journal and --record, or --store DIR and --event NAME".into(),
    }
}

/// A record is somebody's file: what it names must lie in the store.
fn plain_path(file: &str) -> Result<&str, Error> {
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.');
    match file.split('/').all(plain) {
        true => Ok(file),
        false => Err(Error::input(
            "the record",
            record::Error::Invalid {
                file: "record",
                what: format!("'{}' is no file of the store", record::text::plain(file, 80)),
            },
        )),
    }
}
