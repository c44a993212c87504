//! A rehearsal that was stopped: it goes on, with its clocks where its members agree to sign the same again.

use record::Bundle;
use record::record::Record;
use support::rehearsal::text;
use support::{Outcome, Scratch, ours, run};

#[test]
fn a_power_cut_after_a_signature_ends_in_a_store_that_verifies() {
    let folder = Scratch::new("rehearsal-cut");
    let out = text(&folder.join("out"));
    let cut = rehearse(&["--out", &out, "--power-cut", "hsm:crypto sign ecdsa#3"]).expect(4);
    assert!(
        cut.err
            .contains("the power was cut at hsm:crypto sign ecdsa#3, as ordered"),
        "{cut}"
    );

    let done = rehearse(&["--resume", "--out", &out]).expect(0);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("All clocks are moved on by 20 minutes, instead of waiting: it is 20"),
        "{done}"
    );
    // The command that is shown is ready to paste, on a clock that was not moved.
    let command = said.split("ceremony-verify store ").nth(1).expect("the command");
    assert!(command.contains(" --rehearsal --now 20"), "{done}");
}

/// Four approve and a fifth is missing; later five approve anew. The first four demand that the record has both.
#[test]
fn approvals_of_a_window_that_ended_short_are_in_the_record() {
    let folder = Scratch::new("rehearsal-short");
    let out = text(&folder.join("out"));
    let four = ["--out", &out, "--approvers", "member-1,member-2,member-3,member-4"];
    let short = rehearse(&four).expect(1);
    assert!(short.err.contains("the quorum has 4 of 5 approvals"), "{short}");
    let five = "member-1,member-2,member-3,member-4,member-5";
    let done = rehearse(&["--resume", "--out", &out, "--approvers", five]).expect(0);
    assert!(
        done.out
            .contains("An approval of member-1 was not used; the record has it."),
        "{done}"
    );
}

/// In the first event of all: nothing stands before it, and the roster is the first.
#[test]
fn a_first_cluster_that_a_stop_left_halfway_ends_its_event_and_another_follows() {
    let folder = Scratch::new("rehearsal-halfway");
    let place = "cluster-initialisation-1/engine:key-answer-4";
    let said = cut_and_gone_on_with(&folder, place, &[]);
    assert!(
        said.contains(
            "The stop left the cluster halfway: what was half done cannot be told from what somebody else did."
        ),
        "{said}"
    );
    assert!(said.contains("The same event follows with another cluster."), "{said}");
    let ended = record(&folder, "cluster-initialisation-1");
    let why = "in the midst of its steps: a stop left the cluster halfway";
    assert_eq!(ended.facts["aborted"], why);
    assert!(ended.adopted.is_empty() && !ended.reviews.is_empty());
    // An approval key registers once: everybody has new ones for the next cluster.
    let held = record(&folder, "cluster-initialisation-2");
    assert!(!held.facts.contains_key("aborted"));
    assert!(held.adopted.contains_key("roster/2.cbor"), "{:?}", held.adopted);
    assert_eq!(record(&folder, "root-generation-1").outputs.len(), 8);
}

/// In a later one, where the old cluster goes on while there is no other.
#[test]
fn a_next_cluster_that_a_stop_left_halfway_ends_its_event_and_another_follows() {
    let folder = Scratch::new("rehearsal-halfway-later");
    let script = ["--script", "cluster-initialisation"];
    let _ = cut_and_gone_on_with(&folder, "hsm:user create#4", &script);
    assert!(
        record(&folder, "cluster-initialisation-2")
            .facts
            .contains_key("aborted")
    );
    let held = record(&folder, "cluster-initialisation-3");
    assert!(held.adopted.contains_key("roster/2.cbor"), "{:?}", held.adopted);
}

/// The cluster is as it was: nobody needs another.
#[test]
fn a_cluster_that_no_command_changed_is_gone_on_with() {
    let folder = Scratch::new("rehearsal-untouched");
    let said = cut_and_gone_on_with(&folder, "cluster-initialisation-1/engine:attendance-begin", &[]);
    assert!(!said.contains("halfway"), "{said}");
    assert!(
        !record(&folder, "cluster-initialisation-1")
            .facts
            .contains_key("aborted")
    );
    assert!(!folder.join("out/store/events/cluster-initialisation-2").exists());
}

/// What was found good is good.
#[test]
fn a_cluster_that_was_found_good_before_the_stop_is_gone_on_with() {
    let folder = Scratch::new("rehearsal-good");
    let said = cut_and_gone_on_with(&folder, "cluster-initialisation-1/engine:attendance-end", &[]);
    assert!(
        said.contains("The cluster is initialised; the journal has it."),
        "{said}"
    );
    assert!(
        !record(&folder, "cluster-initialisation-1")
            .facts
            .contains_key("aborted")
    );
}

#[test]
fn refuses_a_power_cut_in_an_event_that_does_not_come_before_anything_is_made() {
    let folder = Scratch::new("rehearsal-no-event");
    let out = text(&folder.join("out"));
    let told = rehearse(&["--out", &out, "--power-cut", "crl-refresh-1/engine:review"]).expect(2);
    let error = "rehearsal: error: no event 'crl-refresh-1' is to come in which the power could be cut\n\
                 rehearsal: hint: there are: cluster-initialisation-1, root-generation-1\n";
    assert_eq!(told.err, error);
    assert!(!folder.join("out").exists() && !folder.join("out.private").exists());
}

/// A rehearsal whose power is cut there, and which is then gone on with to its end; what it says then, on one line.
fn cut_and_gone_on_with(folder: &Scratch, place: &str, more: &[&str]) -> String {
    let out = text(&folder.join("out"));
    let words = ["--out", &out, "--power-cut", place];
    let cut = rehearse(&[&words, more].concat()).expect(4);
    assert!(cut.err.contains("the power was cut at "), "{cut}");
    let done = rehearse(&["--resume", "--out", &out]).expect(0);
    done.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An event's record, as it is published.
fn record(folder: &Scratch, event: &str) -> Record {
    let path = folder.join("out/store/events").join(event).join("record.cbor");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Bundle::<Record>::decode(&bytes).expect("a record").body
}

fn rehearse(arguments: &[&str]) -> Outcome {
    run(ours("rehearsal"), arguments, "")
}
