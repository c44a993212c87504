//! Findings: what is wrong, in which file, by which rule.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The store's file, relative to the store.
    pub file: String,
    /// The rule that it breaks, in kebab-case; stable, for programs.
    pub rule: &'static str,
    /// What is wrong, in words and with values.
    pub what: String,
}

impl Finding {
    /// Whether it says anything against what stands after the events, so that no next event can be built on the store.
    ///
    /// Who came to console and HSM, and what delegates signed, changes nothing that stands; and in a log that only grows such
    /// a finding stays. If it stopped the next event, one login by a stranger would stop all that the quorum can do about it.
    #[must_use]
    pub fn touches_what_stands(&self) -> bool {
        let about_accesses = self.rule.starts_with("access-");
        let about_signatures = self.file.starts_with("sig/") && self.rule.starts_with("signature");
        !(self.is_overdue() || about_accesses || about_signatures)
    }

    /// Whether it is about a revocation list that was not followed in time: the next event can mend it.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.rule == OVERDUE
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.file, self.what, self.rule)
    }
}

/// The rule by which each issuer's newest list is current.
pub(crate) const OVERDUE: &str = "crl-not-current";

/// Findings as they are collected.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    /// Adds one.
    pub(crate) fn add(&mut self, file: impl Into<String>, rule: &'static str, what: impl fmt::Display) {
        let plain = |text: &str| record::text::plain(text, LONGEST);
        let finding = Finding {
            file: plain(&file.into()),
            rule,
            what: plain(&what.to_string()),
        };
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    /// Adds one unless the condition holds.
    pub(crate) fn demand(&mut self, holds: bool, file: &str, rule: &'static str, what: impl FnOnce() -> String) {
        if !holds {
            self.add(file, rule, what());
        }
    }

    /// The value, or nothing and one more finding.
    pub(crate) fn take<T, E: fmt::Display>(
        &mut self,
        result: Result<T, E>,
        file: &str,
        rule: &'static str,
    ) -> Option<T> {
        result.map_err(|error| self.add(file, rule, error)).ok()
    }
}

/// The most characters of a finding's words: they may quote hostile files.
const LONGEST: usize = 600;
