//! What is asked for: another root, no store, no root.

use super::copy::Copy;
use support::rehearsal::{self, text};
use support::scratch::Scratch;
use support::{Outcome, ours, run};

#[test]
fn the_store_does_not_follow_from_another_root() {
    let found = Copy::new("other-root").check_with(&rehearsal::other().done().store("certs/root-1.pem"));
    found.names("certs/root-1.der", "other-root");
}

#[test]
fn a_delegate_is_no_root() {
    let found = Copy::new("no-root").check_with(&rehearsal::plain().done().store("certs/bors-1.pem"));
    found.names("ROOT", "root-bad");
}

#[test]
fn a_folder_that_cannot_be_read_is_bad_input() {
    let (scratch, one) = (Scratch::new("unreadable"), rehearsal::plain().done());
    let told = verify(&text(&scratch.join("absent")), &one.in_store("certs/root-1.pem")).expect(3);
    assert!(told.err.contains("absent cannot be read: "), "{told}");
    assert!(
        told.err.contains("ceremony-verify: hint: nothing was checked"),
        "{told}"
    );
    assert_eq!(told.out, "");
}

#[test]
fn a_root_that_cannot_be_read_is_bad_input() {
    let (scratch, one) = (Scratch::new("rootless"), rehearsal::plain().done());
    let told = verify(&one.in_store(""), &text(&scratch.join("absent.pem"))).expect(3);
    assert!(told.err.contains("absent.pem cannot be read: "), "{told}");
    let file = scratch.join("root.pem");
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").expect("a file");
    let told = verify(&one.in_store(""), &text(&file)).expect(3);
    assert!(told.err.contains("root.pem cannot be read: "), "{told}");
}

#[test]
fn an_empty_folder_is_a_store_in_which_everything_is_missing() {
    let (scratch, one) = (Scratch::new("empty"), rehearsal::plain().done());
    let told = verify(&text(&scratch), &one.in_store("certs/root-1.pem")).expect(1);
    assert!(told.out.contains("FINDING "), "{told}");
}

fn verify(store: &str, root: &str) -> Outcome {
    run(
        ours("ceremony-verify"),
        ["store", store, "--root", root, "--rehearsal"],
        "",
    )
}
