//! Delegates that are new or take another's place, and subkeys.

use super::world;
use super::world::{certificate, crl, key, serial};

const WEBSITE: &str = "\n[[delegate]]\nname = \"website\"\ncommon-name = \"Rust Rehearsal Website\"\npurpose = 9\n\
                       keeper = \"outside\"\nquorum = false\nca = false\nsigns = true\nalgorithms = [\"p384\"]\n\n[crl]";

fn issuance() -> super::World {
    let steps = certificate("website-1", "request = \"website.csr\"", "root-1", "");
    let mut issuance = world("delegate-issuance", &steps);
    issuance.inputs.push("website.csr");
    issuance.next_policy = Some(
        issuance
            .policy
            .replace("version = 1", "version = 2")
            .replace("\n[crl]", WEBSITE),
    );
    issuance
}

#[test]
fn a_new_purpose_comes_with_the_policy_that_knows_it() {
    assert_eq!(issuance().judged(), Ok(()));
    let mut without = issuance();
    without.next_policy = None;
    assert_eq!(without.refused(), "the policy has no delegate 'website'");
}

#[test]
fn what_has_a_certificate_is_replaced_and_not_issued() {
    let mut again = world(
        "delegate-issuance",
        &certificate("release-2", "request = \"release.csr\"", "root-1", ""),
    );
    again.inputs.push("release.csr");
    assert_eq!(
        again.refused(),
        "'release' has a certificate already: it is replaced, not issued"
    );
}

fn replacement(until: &str, revoked: &str) -> super::World {
    let replaces = format!("replaces = {{ certificate = \"release-1\", until = \"{until}\" }}");
    let steps = certificate("release-2", "request = \"release.csr\"", "root-1", &replaces) + &crl("root-1", 2, revoked);
    let mut replacement = world("delegate-replacement", &steps);
    replacement.inputs.push("release.csr");
    replacement
}

const REVOKED: &str =
    "revoked = [{ certificate = \"release-1\", at = \"2027-11-01T00:00:00Z\", reason = \"superseded\" }]";

#[test]
fn an_overlap_is_stated_and_the_old_one_revoked_or_left_to_end() {
    assert_eq!(replacement("2028-05-01T00:00:00Z", "").judged(), Ok(()));
    assert_eq!(replacement("2027-11-01T00:00:00Z", REVOKED).judged(), Ok(()));
    assert_eq!(
        replacement("2028-05-01T00:00:00Z", REVOKED).refused(),
        "release-1 is in use until 2028-05-01T00:00:00Z, so it is not revoked in this event"
    );
    assert_eq!(
        replacement("2027-11-01T00:00:00Z", "").refused(),
        "release-1 is in use until 2027-11-01T00:00:00Z, so it is revoked in this event"
    );
}

#[test]
fn a_replacement_names_the_newest_and_is_numbered_after_it() {
    let until = "2028-05-01T00:00:00Z";
    let refused = |from: &str, to: &str| replacement(until, "").with(from, to).refused();
    assert_eq!(
        refused("certificate = \"release-1\"", "certificate = \"bors-1\""),
        "release-2 replaces 'bors-1', which is not the newest of its name"
    );
    assert_eq!(
        refused(
            &format!("replaces = {{ certificate = \"release-1\", until = \"{until}\" }}"),
            ""
        ),
        "release-2 does not say what it replaces, and until when both are in use"
    );
    assert_eq!(
        refused("number = 2\nkey", "number = 3\nkey"),
        "the next certificate of 'release' is number 2, not 3"
    );
}

#[test]
fn the_keeper_is_the_policys_and_the_issuer_the_root() {
    let made = key("release-2", true) + &certificate("release-2", "made = \"release-2\"", "root-1", "");
    assert_eq!(
        world("delegate-replacement", &made).refused(),
        "the key of release-2 is not kept as the policy says"
    );
    assert_eq!(
        replacement("2028-05-01T00:00:00Z", "")
            .with("issuer = \"root-1\"\nserial", "issuer = \"bors-1\"\nserial")
            .refused(),
        "release-2 is issued by bors-1, not by the root"
    );
}

fn subkey() -> super::World {
    let serial = serial("subkey");
    let steps = format!(
        "[[step]]\nid = \"subkey\"\ndo = \"issue-subkey\"\nrule = \"bors-repository\"\nname = \"bors-rust\"\nnumber = 1\n\
         key = {{ request = \"bors-rust.csr\" }}\nissuer = \"bors-1\"\nuris = [\"https://github.com/rust-lang/rust\"]\n\
         serial = \"{serial}\"\nnot-before = \"2027-11-01T00:00:00Z\"\nnot-after = \"2030-11-01T00:00:00Z\"\n"
    );
    let mut subkey = world("subkey-issuance", &steps);
    subkey.inputs.push("bors-rust.csr");
    subkey
}

#[test]
fn a_subkey_is_its_delegates_and_names_its_repository() {
    assert_eq!(subkey().judged(), Ok(()));
    for (from, to, expected) in [
        (
            "issuer = \"bors-1\"",
            "issuer = \"root-1\"",
            "bors-rust-1 is issued by root-1, not by a key of 'bors' that is kept in this HSM",
        ),
        (
            "name = \"bors-rust\"",
            "name = \"release-rust\"",
            "the subkey 'release-rust' is not called 'bors-' and something",
        ),
        (
            "rule = \"bors-repository\"",
            "rule = \"bors-signing\"",
            "the policy has no subkeys 'bors-signing'",
        ),
        (
            "rust-lang/rust",
            "evil/rust",
            "'https://github.com/evil/rust' is not a URI under https://github.com/rust-lang/",
        ),
        (
            "rust-lang/rust",
            "rust-lang/../evil",
            "'https://github.com/rust-lang/../evil' is not a URI under https://github.com/rust-lang/",
        ),
        (
            "[\"https://github.com/rust-lang/rust\"]",
            "[]",
            "the subkey bors-rust has a URI that begins with https://github.com/rust-lang/, and none is given",
        ),
        (
            "number = 1",
            "number = 2",
            "the next certificate of 'bors-rust' is number 1, not 2",
        ),
        (
            "not-after = \"2030",
            "not-after = \"2031",
            "bors-rust-1 lasts longer than 1200 days",
        ),
    ] {
        assert_eq!(subkey().with(from, to).refused(), expected, "{from}");
    }
}

#[test]
fn a_delegate_kept_outside_gets_no_subkeys_here() {
    let outside = subkey().with("rule = \"bors-repository\"", "rule = \"release-code-signing\"");
    assert_eq!(
        outside.refused(),
        "bors-rust-1 is issued by bors-1, not by a key of 'release' that is kept in this HSM"
    );
}
