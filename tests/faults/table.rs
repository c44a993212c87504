//! What people do after a stop, by what they are told.

use super::case::Case;

/// What people do.
pub enum Then {
    /// `ceremony resume`.
    Resume,
    /// They put the cluster right by this order, then resume.
    Repair(&'static [&'static str]),
    /// They end the event; nothing of it may be half-made.
    Stop,
}

/// Reads the hint as people do. Where an event is stopped for good, it is one of the cases written down here.
pub fn what_people_do(case: &Case, error: &str, hint: &str) -> Then {
    let stops = STOPS
        .iter()
        .find(|(fault, command, _)| *fault == case.fault && *command == case.command);
    match stops {
        Some((_, _, words)) if error.contains(words) => {
            assert!(hint.contains("stop the event"), "{case:?}: {hint}");
            Then::Stop
        }
        _ if hint.contains("membership") || hint.contains("two HSMs") => Then::Repair(&["nodes", "--set", "3"]),
        _ => {
            assert!(!hint.contains("stop the event"), "{case:?}: {error}\n{hint}");
            Then::Resume
        }
    }
}

/// Where an event cannot go on: fault, command, and what is said.
const STOPS: [(&str, &str, &str); 1] = [(
    // A key was made, and the HSM denied it: whose it is must be found out.
    "says-no",
    "key generate-asymmetric-pair ec",
    "the HSM refused to make",
)];
