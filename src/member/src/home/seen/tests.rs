//! A log that goes back or splits is told.

use std::os::unix::fs::PermissionsExt as _;

use record::Digest;
use tlog::{Checkpoint, Hash, Signer};
use zeroize::Zeroizing;

use super::*;
use crate::home::{Fingerprints, MemberFile};
use crate::keys::{Cost, Keeping};

const ORIGIN: &str = "pki.rust-lang.org/rehearsal/log/1";

fn home(name: &str) -> Home {
    let path = std::env::temp_dir().join(format!("member-seen-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir(&path).expect("made");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("closed");
    let (approval, admin) = (Digest::of(b"a"), Digest::of(b"b"));
    let member = MemberFile {
        version: 1,
        id: "member-1".into(),
        rehearsal: true,
        keys: Keeping::Files,
        cost: Some(Cost::REHEARSAL),
        ssh_key: "ssh-ed25519 x".into(),
        ssh_file: None,
        token: None,
        fingerprints: Fingerprints { approval, admin },
    };
    Home { path, member }
}

fn checkpoint(origin: &str, size: u64, root: u8) -> Vec<u8> {
    let signer = Signer::new(origin, Zeroizing::new([1; 32])).expect("a signer");
    let one = Checkpoint::new(origin, size, Hash::parse(&root_text(root)).expect("a root")).expect("a checkpoint");
    one.sign(&signer).expect("signed").to_string().into_bytes()
}

/// Base64 of 32 equal octets.
fn root_text(octet: u8) -> String {
    use base64ct::{Base64, Encoding as _};
    Base64::encode_string(&[octet; 32])
}

#[test]
fn a_log_only_grows() {
    let home = home("grows");
    let compare = |size| home.demand_onward("plan", &checkpoint(ORIGIN, size, size as u8));
    assert_eq!(compare(5).expect("nothing seen"), Seen::First);
    home.keep_checkpoint(&checkpoint(ORIGIN, 5, 5)).expect("kept");
    home.keep_checkpoint(&checkpoint(ORIGIN, 3, 3))
        .expect("an older one is kept, too");
    assert_eq!(compare(5).expect("the same"), Seen::Onward { before: 5, now: 5 });
    assert_eq!(compare(9).expect("more"), Seen::Onward { before: 5, now: 9 });
    let back = compare(4).expect_err("fewer");
    assert_eq!(
        back.to_string(),
        format!(
            "the log {ORIGIN} had 5 entries when you saw it, and here it has 4: this is older, or entries are gone"
        )
    );
    let old =
        "an old plan or an old copy of the store: ask infra for the newest; if this is the newest, tell the others";
    assert_eq!(back.hint().as_deref(), Some(old));
    let late = home
        .compare_checkpoint("record", &checkpoint(ORIGIN, 4, 4))
        .expect("a record may be late");
    assert_eq!(late, Seen::Back { before: 5, now: 4 });
    let newest = home.newest_checkpoint("plan", &checkpoint(ORIGIN, 1, 1)).expect("kept");
    assert_eq!(newest, Some(checkpoint(ORIGIN, 5, 5)));
    fs::remove_dir_all(home.path()).expect("removed");
}

#[test]
fn two_logs_of_one_size_are_told_also_a_small_one() {
    let home = home("forks");
    for size in [3, 5] {
        home.keep_checkpoint(&checkpoint(ORIGIN, size, size as u8))
            .expect("kept");
    }
    for size in [3, 5] {
        let forked = home
            .compare_checkpoint("record", &checkpoint(ORIGIN, size, 9))
            .expect_err("another root");
        let said = format!(
            "the log {ORIGIN} with {size} entries is not the one that you saw with {size} entries: somebody showed you another log"
        );
        assert_eq!(forked.to_string(), said);
        assert!(forked.hint().expect("a hint").starts_with("sign nothing"));
    }
    let other = home.compare_checkpoint("plan", &checkpoint("pki.rust-lang.org/log/1", 5, 9));
    assert_eq!(other.expect("another log"), Seen::First);
    let none = home.compare_checkpoint("plan", b"no checkpoint").expect_err("none");
    assert!(
        none.to_string().starts_with("the plan's checkpoint is none: "),
        "{none}"
    );
    fs::remove_dir_all(home.path()).expect("removed");
}
