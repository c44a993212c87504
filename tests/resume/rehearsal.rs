//! A rehearsal that was stopped: it goes on, with its clocks where its members agree to sign the same again.

use support::rehearsal::text;
use support::scratch::files_under;
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

#[test]
fn an_hsm_that_was_half_set_up_is_begun_anew_with_new_keys() {
    let folder = Scratch::new("rehearsal-hsm");
    let out = text(&folder.join("out"));
    let _ = rehearse(&["--out", &out, "--power-cut", "engine:approval-1"]).expect(4);
    // As if the stop had been in the third part.
    let memory = folder.join("out.private/rehearsal.json");
    let kept = std::fs::read_to_string(&memory).expect("the memory");
    let (before, _) = kept.split_once("\"hsm\"").expect("the HSM is set up");
    let before = before.trim_end().trim_end_matches(',');
    std::fs::write(&memory, format!("{before}]}}")).expect("written");
    std::fs::remove_file(folder.join("out/bastion/journal")).expect("no event was begun");
    for file in files_under(&folder.join("out")) {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let later = ["review-", "attendance-", "opening", "approval-"];
        if later.iter().any(|stem| name.starts_with(stem)) {
            std::fs::remove_file(folder.join("out").join(&file)).expect("nobody answered yet");
        }
    }
    let done = rehearse(&["--resume", "--out", &out]).expect(0);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("It begins again with new keys: a member's approval key registers once"),
        "{done}"
    );
}

fn rehearse(arguments: &[&str]) -> Outcome {
    run(ours("rehearsal"), arguments, "")
}
