//! Keys in a token: SoftHSM holds them, OpenSC's tool, `openssl` and `ssh-keygen` judge what they did.

mod fido;
mod purposes;

use std::fs;

use record::Bundle;
use record::messages::{Approval, Registration};

use super::scene::event::{path, request};
use super::scene::judge::{rsa_verifies, ssh_verifies};
use super::scene::token::{MODULE, PIN, SoftHsm, event, ssh_key};
use super::scene::{folder, names, read, run_in, two_words};

fn pin() -> String {
    format!("{PIN}\n")
}

/// A setup that was stopped after it had made the keys.
#[test]
fn keys_that_are_there_already_are_said_to_be_there_and_are_taken_without_make() {
    let folder = folder("token-twice");
    let token = SoftHsm::new(&folder, "production");
    let ssh = ssh_key(&folder, "id");
    let (first, home) = (folder.join("first"), folder.join("home"));
    token.setup(&first, &ssh, &["--make"], &pin()).good();
    std::fs::remove_dir_all(&first).expect("as if it had been stopped");
    token.setup(&home, &ssh, &["--make"], &pin()).refused(
        4,
        "making a key in the token: a key labelled approval is in the token already",
        "nothing was made; without --make, keys that are there are taken: also those of a setup that was stopped",
    );
    token.setup(&home, &ssh, &[], &pin()).good();
}

#[test]
fn production_keys_are_made_in_a_token_and_never_leave_it() {
    let folder = folder("token-make");
    let token = SoftHsm::new(&folder, "production");
    let (home, ssh) = (folder.join("home"), ssh_key(&folder, "id"));
    let ran = token.setup(&home, &ssh, &["--make"], &pin());
    for said in [
        "PIN of the token production: ",
        "Signature 1 of 3, by your approval key",
        "Signature 3 of 3, by your SSH key",
    ] {
        assert!(ran.errors.contains(said), "{}", ran.errors);
    }
    let page = ran.good();
    for said in [
        "The token makes 2 signatures. It may blink before each: touch it each time, at",
        "Your SSH key makes 1 signature; it needs no touch.",
        "each made a signature as a trial: it fits the key",
        "where the approval key is from: made in the token, and never outside, by what",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let bundle = home.with_extension("out").join("registration-member-1.cbor");
    let registered: Registration = Bundle::decode_marked(&read(&bundle), false).expect("no rehearsal's");
    for (label, public) in [("approval", &registered.approval_key), ("admin", &registered.admin_key)] {
        let spki = token.public_key(label);
        assert_eq!(spki, public.0, "{label}");
    }
    let private = token.tool(&["--list-objects", "--type", "privkey"]);
    let access = "Access:     sensitive, always sensitive, never extractable, local";
    assert_eq!(private.matches(access).count(), 2, "{private}");
    ssh_verifies(
        &bundle,
        &bundle.with_extension("cbor.sig"),
        "roster@pki.rust-lang.org",
        "member-1",
        &registered.ssh_key,
    );
    assert_eq!(names(&home), ["attended", "made", "member.toml", "reviewed", "ssh.pub"]);
    let told = String::from_utf8(read(&home.join("member.toml"))).expect("text");
    assert!(
        told.contains("keys = \"token\"") && told.contains("token = \"serial:") && !told.contains(PIN),
        "{told}"
    );
}

#[test]
fn adopts_keys_by_their_ids_also_one_that_wants_its_pin_each_time() {
    let folder = folder("token-adopt");
    let token = SoftHsm::new(&folder, "adopted");
    token.rsa("SIGN key", "02", &["--always-auth"]);
    token.rsa("KEY MAN key", "03", &[]);
    let names = ["--approval-key", "id:02", "--admin-key", "id:03"];
    let page = token
        .setup(&folder.join("home"), &ssh_key(&folder, "id"), &names, &pin())
        .good();
    assert!(
        page.contains("approval key in it: id:02") && page.contains("admin key in it: id:03"),
        "{page}"
    );
}

#[test]
fn refuses_a_wrong_pin_an_empty_one_no_token_and_no_key_and_leaves_nothing() {
    let folder = folder("token-refusals");
    let token = SoftHsm::new(&folder, "refusing");
    let (home, ssh) = (folder.join("home"), ssh_key(&folder, "id"));
    let hint = "check the keyboard's layout and Caps Lock; each wrong PIN counts, and few are left before it locks";
    let ran = token.setup(&home, &ssh, &[], "0000-0000\n");
    ran.refused(1, "the login at the token: the token refused the PIN", hint);
    let ran = token.setup(&home, &ssh, &[], "\n");
    ran.refused(1, "no PIN was typed", "start again, and type the token's PIN");
    let ran = token.setup(&home, &ssh, &[], &pin());
    let hint =
        "plug in the right token; `pkcs11-tool --list-objects` shows the labels and ids of its keys, --make makes them";
    ran.refused(4, "looking for the key: there is no key approval", hint);
    let arguments = [
        "setup",
        "--id",
        "member-1",
        "--module",
        MODULE,
        "--token",
        "other",
        "--ssh-key",
    ];
    let (public, out) = (ssh.with_extension("pub"), folder.join("out"));
    let ran = run_in(
        &token.env(),
        &home,
        &[&arguments[..], &[path(&public), "--out", path(&out)]].concat(),
        &pin(),
    );
    assert_eq!(ran.code, 4, "{}", ran.errors);
    assert!(
        ran.errors
            .contains("looking for the token: there is no token other; there are: refusing"),
        "{}",
        ran.errors
    );
    assert!(!home.exists());
}

#[test]
fn refuses_a_key_that_can_leave_the_token_and_one_key_for_both() {
    let folder = folder("token-weak");
    let token = SoftHsm::new(&folder, "weak");
    let ssh = ssh_key(&folder, "id");
    token.rsa("good", "04", &[]);
    let both = ["--approval-key", "good", "--admin-key", "id:04"];
    let hint = "name two keys: a signature of the admin key, for a login, could be a quorum's approval otherwise";
    let ran = token.setup(&folder.join("home"), &ssh, &both, &pin());
    ran.refused(
        1,
        "the approval key and the admin key are the same key of the token",
        hint,
    );
    token.rsa("weak", "05", &["--extractable"]);
    let weak = ["--approval-key", "weak", "--admin-key", "good"];
    let hint = "such a key can leave the token; make one that cannot, with --make";
    let ran = token.setup(&folder.join("home"), &ssh, &weak, &pin());
    ran.refused(
        4,
        "checking the key: extractable of the key weak must be false and is true",
        hint,
    );
}

#[test]
fn approves_with_a_token_counts_the_signatures_and_asks_for_the_pin_once() {
    let (event, _token) = event("token-approve");
    let words = |digest| format!("{}\n", two_words(&digest));
    let plan = record::Digest::of(super::scene::plan::bundle());
    // No RSA key is needed for these, so no PIN is asked.
    event.act("member-1", &["review"], "plan.cbor", &words(plan)).good();
    let attend = ["attend", "--phase", "begin", "--place", "local"];
    event
        .act("member-1", &attend, "opening.cbor", &words(event.opening.image.digest))
        .good();
    let asked = request(&event);
    let digest = event.put("approval-request-1.cbor", asked.clone());
    let ran = event.act(
        "member-1",
        &["approve"],
        "approval-request-1.cbor",
        &(pin() + &words(digest)),
    );
    assert_eq!(
        ran.errors.matches("PIN of the token members: ").count(),
        1,
        "{}",
        ran.errors
    );
    for said in [
        "Signature 1 of 9, by your approval key: if the token blinks, touch it now.",
        "Signature 9 of 9, by your SSH key",
    ] {
        assert!(ran.errors.contains(said), "{}", ran.errors);
    }
    let page = ran.good();
    assert!(
        page.contains(
            "The token makes 8 signatures. It may blink before each: touch it each time, at\n  once, 8 times in all."
        ),
        "{page}"
    );
    let approval: Approval = event.answer("approval-1-member-1.cbor");
    let key = super::scene::plan::registration("member-1");
    for given in &approval.tokens {
        rsa_verifies(&event.folder, &key.approval_key, &given.token.0, &given.signature);
    }
    let [file, sig] = ["approval-1-member-1.cbor", "approval-1-member-1.cbor.sig"].map(|name| event.out().join(name));
    ssh_verifies(&file, &sig, "approval@pki.rust-lang.org", "member-1", &key.ssh_key);
}

#[test]
fn names_the_wrong_key_and_the_token_that_is_not_there() {
    let (event, token) = event("token-wrong");
    let words = |digest| format!("{}\n", two_words(&digest));
    event
        .act(
            "member-1",
            &["review"],
            "plan.cbor",
            &words(record::Digest::of(super::scene::plan::bundle())),
        )
        .good();
    let attend = ["attend", "--phase", "begin", "--place", "local"];
    event
        .act("member-1", &attend, "opening.cbor", &words(event.opening.image.digest))
        .good();
    let digest = event.put("approval-request-1.cbor", request(&event));
    let typed = pin() + &words(digest);
    for kind in ["privkey", "pubkey"] {
        token.tool(&["--delete-object", "--type", kind, "--id", "02"]);
    }
    token.rsa("approval", "02", &[]);
    let ran = event.act("member-1", &["approve"], "approval-request-1.cbor", &typed);
    assert_eq!(ran.code, 1, "{}", ran.errors);
    assert!(
        ran.errors.contains("error: the approval key in the token serial:"),
        "{}",
        ran.errors
    );
    assert!(
        ran.errors.contains("is not the one of setup: it is another key\n"),
        "{}",
        ran.errors
    );
    assert!(
        ran.errors
            .contains("hint: plug in the token of setup, or name the right --home"),
        "{}",
        ran.errors
    );
    fs::rename(token.folder.join("tokens"), token.folder.join("pulled out")).expect("moved");
    fs::create_dir(token.folder.join("tokens")).expect("made");
    let ran = event.act("member-1", &["approve"], "approval-request-1.cbor", &typed);
    assert_eq!(ran.code, 4, "{}", ran.errors);
    assert!(
        ran.errors
            .contains("error: looking for the token: there is no token serial:"),
        "{}",
        ran.errors
    );
    assert!(!event.out().join("approval-1-member-1.cbor").exists());
}

#[test]
fn a_key_that_came_into_the_token_from_outside_is_no_production_key() {
    let folder = folder("token-imported");
    let token = SoftHsm::new(&folder, "imported");
    let (home, ssh) = (folder.join("home"), ssh_key(&folder, "id"));
    let files = super::scene::home(&folder, "member-1");
    token.import(&files.join("approval.pem"), "approval", "02");
    token.rsa("admin", "03", &[]);
    fs::remove_dir_all(&files).expect("away");
    let ran = token.setup(&home, &ssh, &[], &pin());
    let error = "the approval key was made outside of the token: by what it says, local is false";
    let hint = "whoever made it may have it still: make both keys in the token, with --make or with its own tool";
    ran.refused(1, error, hint);
    assert!(!home.exists() && !home.with_extension("out").exists());
    // A rehearsal takes it, and says so.
    let page = token.setup(&home, &ssh, &["--rehearsal"], &pin()).good();
    for said in [
        "where the approval key is from: FROM OUTSIDE: the token says that local is",
        "where the admin key is from: made in the token, and never outside, by what the",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
}
