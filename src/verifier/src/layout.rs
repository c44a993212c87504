//! The store's layout: where each file lies. One implementation for those who write it and those who check it.

mod access;
mod log;
mod pages;
mod probe;

pub use access::{ACCESS, AccessLog, access_year, year_of_access};
pub use log::{Log, Series};
pub use pages::{
    DOCUMENTS, ENTRIES_A_PAGE, INDEX, LOGS, SCANNER, certificate_page, document_page, entries_page, event_page,
    full_pages, roster_page,
};
pub use probe::{PROBES, Probe};

/// `files.txt`: the paths of all files, each in a line, sorted; mutable, made from the rest. Whoever serves files over HTTP
/// lists none, and this is what a store at an address is read by.
pub const FILES: &str = "files.txt";

/// Hidden folders at the root of a store in a local folder: what is being written and has no name yet, and publications
/// that are under way. What they hold is no file of the store: it is never served, and nothing rests on it.
pub const HIDDEN: [&str; 2] = [INCOMING, STAGING];

/// What has no name of its own yet.
pub const INCOMING: &str = ".incoming";

/// Publications that are under way.
pub const STAGING: &str = ".staging";

/// Whether a path can be a store's: names of few characters, none hidden, none that leads upward.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|name| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(known)
    })
}

/// A certificate, DER: `certs/root-1.der`.
#[must_use]
pub fn certificate(stem: &str) -> String {
    format!("certs/{stem}.der")
}

/// The same certificate as PEM.
#[must_use]
pub fn certificate_pem(stem: &str) -> String {
    format!("certs/{stem}.pem")
}

/// Its staple.
#[must_use]
pub fn proof(stem: &str) -> String {
    format!("certs/{stem}.tlog-proof")
}

/// A CRL, DER: `crl/root-1/1.crl`.
#[must_use]
pub fn crl(issuer: &str, number: u64) -> String {
    format!("crl/{issuer}/{number}.crl")
}

/// The newest CRL of an issuer, mutable: `crl/root-1.crl`.
#[must_use]
pub fn newest_crl(issuer: &str) -> String {
    format!("crl/{issuer}.crl")
}

/// The record of an event.
#[must_use]
pub fn record(event: &str) -> String {
    format!("events/{event}/record.cbor")
}

/// The console's signature over the event's results, which are rebuilt from the store's files.
#[must_use]
pub fn results_signature(event: &str) -> String {
    format!("events/{event}/results.sig")
}

/// Who may sign the record, for `ssh-keygen -Y verify`.
#[must_use]
pub fn allowed_signers(event: &str) -> String {
    format!("events/{event}/allowed_signers")
}

/// A member's signature over the record.
#[must_use]
pub fn countersignature(event: &str, member: &str) -> String {
    format!("events/{event}/countersignatures/{member}.sig")
}

/// A member's refusal that was published by itself.
#[must_use]
pub fn refusal(number: u32) -> String {
    format!("refusals/{number}.cbor")
}

/// The member's signature over it.
#[must_use]
pub fn refusal_signature(number: u32) -> String {
    format!("refusals/{number}.sig")
}

/// A roster, as the plan's bundle held it.
#[must_use]
pub fn roster(number: u32) -> String {
    format!("roster/{number}.cbor")
}

/// A policy.
#[must_use]
pub fn policy(number: u32) -> String {
    format!("policy/{number}.toml")
}

/// A log policy.
#[must_use]
pub fn log_policy(number: u32) -> String {
    format!("policy/tlog-policy-{number}")
}

/// A document that an event published.
#[must_use]
pub fn document(name: &str) -> String {
    format!("docs/{name}")
}

/// A file of rules, which is in force from one event to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// `roster/<n>.cbor`
    Roster(u32),
    /// `policy/<n>.toml`
    Policy(u32),
    /// `policy/tlog-policy-<n>`
    LogPolicy(u32),
}

impl Rules {
    /// Reads a path in the one spelling that it has.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let between = |before: &str, after: &str| path.strip_prefix(before)?.strip_suffix(after)?.parse().ok();
        let rules = between("roster/", ".cbor").map(Self::Roster);
        let rules = rules.or_else(|| between("policy/tlog-policy-", "").map(Self::LogPolicy));
        let rules = rules.or_else(|| between("policy/", ".toml").map(Self::Policy));
        rules.filter(|rules| rules.path() == path)
    }

    /// The path in the store.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Roster(number) => roster(number),
            Self::Policy(number) => policy(number),
            Self::LogPolicy(number) => log_policy(number),
        }
    }
}

/// Something addressed by its digest: plan bundles, journals, large payloads.
#[must_use]
pub fn object(digest: &record::Digest) -> String {
    format!("objects/sha256/{digest}")
}

/// What a file named in a record's list of outputs is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputName {
    /// `certs/<name>-<number>.der`
    Certificate {
        /// `root`, or the delegate's name.
        name: String,
        /// Its number among those of its name.
        number: u32,
    },
    /// `crl/<issuer>/<number>.crl`
    Crl {
        /// The issuer's stem.
        issuer: String,
        /// The CRL's number.
        number: u64,
    },
}

impl OutputName {
    /// Reads a name in the one spelling that it has; nothing else becomes a path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let output = match path.split_once('/')? {
            ("certs", file) => {
                let (name, number) = file.strip_suffix(".der")?.rsplit_once('-')?;
                Self::Certificate {
                    name: name.to_owned(),
                    number: number.parse().ok()?,
                }
            }
            ("crl", rest) => {
                let (issuer, file) = rest.split_once('/')?;
                Self::Crl {
                    issuer: issuer.to_owned(),
                    number: file.strip_suffix(".crl")?.parse().ok()?,
                }
            }
            _ => return None,
        };
        (output.has_a_name() && output.path() == path).then_some(output)
    }

    /// The path in the store.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Certificate { name, number } => certificate(&format!("{name}-{number}")),
            Self::Crl { issuer, number } => crl(issuer, *number),
        }
    }

    fn has_a_name(&self) -> bool {
        let (Self::Certificate { name, .. } | Self::Crl { issuer: name, .. }) = self;
        record::text::is_name(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_rules_has_one_name() {
        for path in ["roster/1.cbor", "policy/12.toml", "policy/tlog-policy-2"] {
            assert_eq!(Rules::of(path).map(Rules::path).as_deref(), Some(path));
        }
        for path in [
            "roster/01.cbor",
            "roster/1.toml",
            "policy/+1.toml",
            "policy/tlog-policy-",
            "1.cbor",
        ] {
            assert_eq!(Rules::of(path), None, "{path}");
        }
    }

    #[test]
    fn an_output_has_one_name() {
        for path in ["certs/crates-io-1.der", "certs/root-12.der", "crl/root-1/1.crl"] {
            assert_eq!(OutputName::parse(path).map(|name| name.path()).as_deref(), Some(path));
        }
        for path in [
            "certs/root.der",
            "certs/root-01.der",
            "certs/root-1.pem",
            "certs/../root-1.der",
            "certs/Root-1.der",
            "crl/root-1.crl",
            "crl/../1.crl",
            "crl/root-1/x.crl",
            "crl/root-1/+1.crl",
            "events/root-1.der",
            "root-1.der",
        ] {
            assert_eq!(OutputName::parse(path), None, "{path}");
        }
    }
}
