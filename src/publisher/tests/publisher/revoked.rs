//! `ceremony-publish signatures` after a delegate's key was revoked: when a signature was made is only its maker's word.

use record::Time;

use crate::common::history::{day, refresh, replacement};
use crate::new_log::{founded, good, hold, refused, run};
use crate::publish::{Scratch, files};
use crate::signatures::line;

fn log(scratch: &Scratch, key: &str, signer: &str, name: &str, made: Time) -> std::process::Output {
    scratch.put("batch", line(scratch, name, key, signer, made));
    let text = format!(
        "signatures batch --store store --log-key sig.pem --proofs proofs --now {}",
        day(410)
    );
    run(scratch, &text, "secret\n")
}

#[test]
fn nothing_more_is_logged_of_a_key_that_may_be_in_other_hands_whatever_time_it_says() {
    let (scratch, mut history) = founded("revoked-signer");
    std::fs::create_dir(scratch.path("proofs")).unwrap();
    hold(&scratch, &mut history, "log.pem", &refresh());
    good(&log(&scratch, "release", "release-1", "rust-1.tar.xz", day(350)));
    // release-1 is revoked as from day 400, for its key is compromised.
    hold(&scratch, &mut history, "log.pem", &replacement());
    let before = files(&scratch.path("store"));
    let backdated = log(&scratch, "release", "release-1", "rust-2.tar.xz", day(351));
    refused(
        &backdated,
        1,
        "rust-2.tar.xz: release-1 is revoked (keyCompromise): whoever has its key can say any time",
    );
    assert_eq!(files(&scratch.path("store")), before);
    // What was logged before stays proven, and can be asked for again; the next key goes on.
    std::fs::remove_file(scratch.path("proofs/rust-1.tar.xz.proof")).unwrap();
    good(&log(&scratch, "release", "release-1", "rust-1.tar.xz", day(350)));
    assert!(scratch.path("proofs/rust-1.tar.xz.proof").is_file());
    good(&log(&scratch, "release after", "release-2", "rust-3.tar.xz", day(405)));
}
