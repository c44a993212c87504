//! Is the HSM what the ceremony demands? Every shortfall is a finding, and none is an exception.

mod cluster;
mod key;
mod users;

pub use cluster::{ClusterState, ClusterTerms, KeySubject, KeyTerms, check_cluster, key_subjects};
pub use key::{check_console_key, check_key_attributes, check_root_key};

use std::{collections::BTreeSet, fmt};

/// One way in which something falls short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose it is: `cluster`, `admin admin_member_1`, `key root-1`, `HsmCertificate`.
    pub subject: String,
    /// What was looked at, in the HSM's words where it has one.
    pub what: &'static str,
    /// What it must be.
    pub expected: String,
    /// What the HSM says.
    pub found: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding {
            subject,
            what,
            expected,
            found,
        } = self;
        write!(f, "{subject}: {what}: expected {expected}, found {found}")
    }
}

impl Finding {
    /// A finding whose texts are plain: labels, names and words come from the HSM or from files, and are shown to people.
    pub(crate) fn new(subject: &str, what: &'static str, expected: &str, found: &str) -> Finding {
        Finding {
            subject: plain(subject),
            what,
            expected: plain(expected),
            found: plain(found),
        }
    }
}

/// A text as it is shown, and as subjects are compared.
pub(crate) fn plain(text: &str) -> String {
    record::text::plain(text, LIMIT)
}

/// The findings about one subject, as they are collected.
pub(crate) struct Findings {
    subject: String,
    found: Vec<Finding>,
}

impl Findings {
    pub(crate) fn about(subject: impl Into<String>) -> Findings {
        Findings {
            subject: subject.into(),
            found: Vec::new(),
        }
    }

    /// Notes a difference, if there is one.
    pub(crate) fn expect(&mut self, what: &'static str, expected: impl Into<String>, found: impl Into<String>) {
        let (expected, found) = (expected.into(), found.into());
        if expected != found {
            self.add(what, expected, found);
        }
    }

    /// Notes a difference.
    pub(crate) fn add(&mut self, what: &'static str, expected: impl Into<String>, found: impl Into<String>) {
        let finding = Finding::new(&self.subject, what, &expected.into(), &found.into());
        self.found.push(finding);
    }

    pub(crate) fn done(self) -> Vec<Finding> {
        self.found
    }
}

/// Names in one order, each once.
fn names(of: impl Iterator<Item = impl AsRef<str>>) -> String {
    let sorted: BTreeSet<String> = of.map(|name| name.as_ref().to_owned()).collect();
    match sorted.is_empty() {
        true => "nobody".into(),
        false => Vec::from_iter(sorted).join(" "),
    }
}

/// The names of nine members and more.
const LIMIT: usize = 400;
