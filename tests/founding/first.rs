//! The event before the founding event: the cluster becomes the members', with a record of its own, and nothing stands yet.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use record::plan::{Inbound, Kind};
use record::record::Record;
use record::{Bundle, Digest};
use support::rehearsal::{self, text};
use support::run;
use support::scratch::{Scratch, files_under};

const FIRST: &str = "cluster-initialisation-1";

#[test]
fn a_rehearsal_holds_the_clusters_initialisation_and_then_the_founding() {
    let one = rehearsal::plain().done();
    let events = fs::read_dir(one.store("events")).expect("events");
    let events: BTreeSet<_> = events.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(events, [FIRST, "root-generation-1"].map(Into::into).into());
    let first = inbound(&one.first_event());
    assert_eq!(first.plan.kind, Kind::ClusterInitialisation);
    assert!(first.standing.is_none(), "nothing stands before the first event");
    let standing = inbound(&one.dir).standing.expect("the founding plan says what stands");
    let events: Vec<_> = standing
        .events
        .iter()
        .map(|past| (past.event.as_str(), past.record))
        .collect();
    assert_eq!(events, [(FIRST, record(&one.store("events").join(FIRST)).1)]);
    assert!(standing.certificates.is_empty() && standing.crls.is_empty() && standing.keys.is_empty());
}

#[test]
fn each_record_names_the_one_before_it() {
    let one = rehearsal::plain().done();
    let (first, digest) = record(&one.store("events").join(FIRST));
    let (founding, _) = record(&one.event());
    assert_eq!(first.previous, None);
    assert_eq!(founding.previous, Some(digest));
    assert!(first.outputs.is_empty() && first.keys.is_empty() && first.tokens.is_empty());
    assert_eq!(first.facts["cluster"], "nothing falls short");
}

#[test]
fn openssh_verifies_each_members_signature_on_the_first_record() {
    let one = rehearsal::plain().done();
    let event = one.store("events").join(FIRST);
    let bytes = fs::read(event.join("record.cbor")).expect("the record");
    let scratch = Scratch::new("first-record");
    let copy = scratch.join("record.cbor");
    fs::write(&copy, bytes).expect("a copy");
    for number in 1..=9 {
        let member = format!("member-{number}");
        let check = format!(
            "ssh-keygen -Y verify -f {} -I {member} -n record@pki.rust-lang.org -s {} < {}",
            text(&event.join("allowed_signers")),
            text(&event.join(format!("countersignatures/{member}.sig"))),
            text(&copy)
        );
        run("sh", ["-c", &check], "").expect(0);
    }
}

/// There is no other way to a cluster in a rehearsal.
#[test]
fn no_cluster_is_initialised_outside_of_an_event() {
    let one = rehearsal::plain().done();
    for file in files_under(&one.dir) {
        assert_ne!(file.file_name(), Some("initialisation".as_ref()), "{}", file.display());
        assert!(
            !file.ends_with("bastion/journal") || journal_is_an_events(&one.dir.join(&file)),
            "{}",
            file.display()
        );
    }
}

fn journal_is_an_events(path: &Path) -> bool {
    let journal = record::journal::Journal::read(&fs::read(path).expect("a journal")).expect("it reads");
    let opened = |entry: &record::journal::Entry| matches!(entry.what, record::journal::What::Opened { .. });
    journal.entries.first().is_some_and(opened)
}

fn inbound(event: &Path) -> Inbound {
    let bytes = fs::read(event.join("inbound/plan.cbor")).expect("the plan");
    Inbound::open(&bytes).expect("a plan")
}

/// An event's record and its digest.
fn record(event: &Path) -> (Record, Digest) {
    let bytes = fs::read(event.join("record.cbor")).expect("the record");
    (
        Bundle::<Record>::decode(&bytes).expect("a record").body,
        Digest::of(&bytes),
    )
}
