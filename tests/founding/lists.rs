//! Revocation lists as openssl reads them.

use support::judges::openssl;
use support::rehearsal;

#[test]
fn both_issuers_kept_in_the_hsm_say_that_nothing_is_revoked() {
    let one = rehearsal::plain().done();
    for issuer in ["root-1", "bors-1"] {
        let ca = one.in_store(&format!("certs/{issuer}.pem"));
        for path in [format!("crl/{issuer}/1.crl"), format!("crl/{issuer}.crl")] {
            let list = one.in_store(&path);
            let words = ["crl", "-inform", "DER", "-in", &list, "-CAfile", &ca, "-noout", "-text"];
            let told = openssl(&words, "").expect(0);
            assert!(told.err.contains("verify OK"), "{told}");
            for part in [
                "No Revoked Certificates.",
                "X509v3 CRL Number: \n                1\n",
                "ecdsa-with-SHA384",
            ] {
                assert!(told.out.contains(part), "{part} is not in\n{told}");
            }
            assert!(told.out.contains("X509v3 Authority Key Identifier"), "{told}");
        }
    }
}

#[test]
fn a_list_of_one_issuer_is_not_taken_for_another() {
    let one = rehearsal::plain().done();
    let (list, ca) = (one.in_store("crl/bors-1.crl"), one.in_store("certs/root-1.pem"));
    let told = openssl(&["crl", "-inform", "DER", "-in", &list, "-CAfile", &ca, "-noout"], "");
    assert!(!told.err.contains("verify OK"), "{told}");
}

#[test]
fn the_issuers_kept_outside_have_no_list_yet() {
    let one = rehearsal::plain().done();
    for issuer in ["release-1", "crates-io-1"] {
        assert!(
            !one.store(&format!("crl/{issuer}.crl")).exists(),
            "theirs come through ceremony-publish issued"
        );
    }
}
