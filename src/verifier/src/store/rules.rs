//! Rosters, policies, log policies and documents: each file is the one that an event brought.

use std::collections::BTreeSet;

use super::Walk;
use super::anchor::Anchor;
use super::events::Held;
use crate::finding::Findings;
use crate::{brought, layout};

/// Checks the files that an event brings.
pub(super) fn check(walk: &Walk<'_>, held: &Held, anchor: Option<&Anchor>, findings: &mut Findings) {
    for (rules, bytes) in brought::rules(&held.event) {
        let path = rules.path();
        // Whatever the root's own digests are about has been held against them already.
        if anchor.is_some_and(|anchor| anchor.files.contains(&path)) {
            continue;
        }
        let what = format!("it is not what '{}' put into force", held.name);
        walk.shelf.demand(&path, bytes, "rules-differ", &what, findings);
    }
    for (name, bytes) in brought::documents(&held.event) {
        let what = format!("it is not what '{}' had published", held.name);
        walk.shelf
            .demand(&layout::document(name), bytes, "document-differs", &what, findings);
    }
}

/// A document's name is given once.
pub(super) fn check_documents(events: &[Held], findings: &mut Findings) {
    let mut names = BTreeSet::new();
    for held in events {
        for (name, _) in brought::documents(&held.event) {
            findings.demand(names.insert(name), &layout::document(name), "name-taken", || {
                format!("'{}' publishes it, and an event before had done so", held.name)
            });
        }
    }
}
