//! What people do after a stop, by what they are told.

use super::case::Case;

/// What people do.
pub enum Then {
    /// `ceremony resume`.
    Resume,
    /// They put the cluster right by this order, then resume.
    Repair(&'static [&'static str]),
}

/// Reads the hint as people do. No fault of the stand-in stops an event for good.
pub fn what_people_do(case: &Case, error: &str, hint: &str) -> Then {
    assert!(!hint.contains("stop the event"), "{case:?}: {error}\n{hint}");
    match hint.contains("membership") || hint.contains("two HSMs") {
        true => Then::Repair(&["nodes", "--set", "3"]),
        false => Then::Resume,
    }
}
