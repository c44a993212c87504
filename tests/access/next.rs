//! The next event, though somebody came whom nothing explains: that finding stays for ever, and the quorum goes on.

use std::fs;

use support::rehearsal::{self, text};
use support::scratch::copy_folder;
use support::{ours, run};

use super::{Keeper, Said};

/// Mallory at the console, in the hour of the founding event.
fn mallory(test: &str) -> Keeper {
    let keeper = Keeper::new(test);
    let stranger = "Accepted publickey for mallory from 192.0.2.9 port 1 ssh2";
    let log = keeper.good_log() + &keeper.line(61, "sshd[9]", stranger);
    keeper.publishes("console", &log, (0, 1), "one", &[]);
    keeper
}

#[test]
fn findings_that_touch_nothing_that_stands_are_told() {
    let keeper = mallory("access-standing");
    let (store, root) = (keeper.path("store"), text(&keeper.store("certs/root-1.pem")));
    let standing = |out: &str| {
        let (out, now) = (keeper.path(out), keeper.now());
        let words = [
            "standing",
            &store,
            "--root",
            &root,
            "--rehearsal",
            "--now",
            &now,
            "--out",
            &out,
        ];
        run(ours("ceremony-verify"), words, "")
    };
    let told = standing("standing.cbor").expect(0);
    for words in [
        "what is behind access/console/1.cbor [access-unexplained]: a login by mallory, who was not present then",
        "nothing that stands depends on it, and it stays: ask what is known of it before you plan",
        "Nothing is wrong with what stands; the store has 1 finding, told above.",
    ] {
        assert!(told.said(words), "{words}: {told}");
    }
    // Anything else stops it, whatever there is besides.
    fs::write(keeper.store("certs/bors-1.pem"), "other").expect("a file");
    let refused = standing("other.cbor").expect(1);
    assert!(
        refused.out.contains("[pem-differs]") && refused.out.contains("[access-unexplained]"),
        "{refused}"
    );
    assert!(!keeper.folder.join("other.cbor").exists());
}

#[test]
fn a_stranger_who_came_does_not_stop_the_next_event() {
    let keeper = mallory("access-next");
    let (rehearsal, whole) = (rehearsal::plain().done(), keeper.folder.join("r"));
    let private = keeper.folder.join("r.private");
    copy_folder(&rehearsal.dir, &whole);
    copy_folder(&rehearsal.private, &private);
    // The store in which mallory came, and what its keeper remembers of it.
    for (from, to) in [("store", whole.join("store")), ("publisher", private.join("publisher"))] {
        fs::remove_dir_all(&to).expect("a folder");
        copy_folder(&keeper.folder.join(from), &to);
    }
    let out = text(&whole);
    let words = ["--resume", "--out", &out, "--script", "crl-refresh"];
    let ended = run(ours("rehearsal"), words, "").expect(1);
    // It was planned, reviewed against the store by members, held, and published; the finding is still told at the end.
    assert!(
        whole.join("store/events/crl-refresh-1/record.cbor").is_file(),
        "{ended}"
    );
    assert!(
        ended.all().contains("access-unexplained: a login by mallory"),
        "{ended}"
    );
    assert!(ended.all().contains("there is 1 finding"), "{ended}");
}
