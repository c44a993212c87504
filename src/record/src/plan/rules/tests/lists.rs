//! CRLs after those that stand.

use super::world;
use super::world::crl;

const ENTRY: &str =
    "revoked = [{ certificate = \"release-1\", at = \"2027-11-01T00:00:00Z\", reason = \"keyCompromise\" }]";

#[test]
fn a_list_follows_the_one_that_stands() {
    for (number, expected) in [(1, "2, not 1"), (3, "2, not 3")] {
        let refused = world("crl-refresh", &crl("root-1", number, "")).refused();
        assert_eq!(refused, format!("the next CRL of root-1 has the number {expected}"));
    }
}

#[test]
fn only_some_kinds_revoke_and_a_revocation_does() {
    assert_eq!(
        world("crl-refresh", &crl("root-1", 2, ENTRY)).refused(),
        "a 'crl-refresh' revokes nothing"
    );
    assert_eq!(world("delegate-revocation", &crl("root-1", 2, ENTRY)).judged(), Ok(()));
    assert_eq!(
        world("delegate-revocation", &crl("root-1", 2, "")).refused(),
        "a 'delegate-revocation' revokes something, and no list of this plan does"
    );
}

#[test]
fn what_is_revoked_stands_and_was_revoked_before_the_list_is_made() {
    let revocation = |from: &str, to: &str| {
        world("delegate-revocation", &crl("root-1", 2, ENTRY))
            .with(from, to)
            .refused()
    };
    assert_eq!(
        revocation("release-1", "release-7"),
        "'release-7' cannot be revoked: no certificate of this name stands"
    );
    assert_eq!(
        revocation("at = \"2027-11-01", "at = \"2027-11-03"),
        "the CRL of root-1 revokes from 2027-11-03T00:00:00Z on, after it is made"
    );
}

#[test]
fn a_serial_number_that_stands_nowhere_can_be_revoked() {
    let entry = ENTRY.replace("certificate = \"release-1\"", "serial = \"5a\"");
    assert_eq!(world("delegate-revocation", &crl("root-1", 2, &entry)).judged(), Ok(()));
}

#[test]
fn the_issuer_stands_in_the_hsm() {
    assert_eq!(
        world("crl-refresh", &crl("release-1", 1, "")).refused(),
        "the issuer 'release-1' is neither a key made before nor one that stands in the HSM"
    );
    assert_eq!(
        world("crl-refresh", &crl("console-1", 1, "")).refused(),
        "console-1 issues no certificates, so it has no CRL"
    );
}
