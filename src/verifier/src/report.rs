//! The report: what was checked, what was not, what is wrong, and what that means.

use serde::Serialize;

use crate::Finding;

/// What a check of a store came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// What was checked, in plain words, with counts.
    pub checked: Vec<String>,
    /// What was not checked, in plain words.
    pub not_checked: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}
