//! Chains of others, made by OpenSSL as AWS's are: the good one holds, and each defect is named.

use sha2::{Digest, Sha256};
use x509::{ForeignError, PublicKey, Time, verify_foreign_chain};

use crate::support::Workshop;

/// Root, region, zone and machine, and the signer below them.
struct Chain {
    workshop: Workshop,
    above: Vec<Vec<u8>>,
    leaf: Vec<u8>,
    root: [u8; 32],
    at: Time,
}

impl Chain {
    fn new(name: &str) -> Self {
        Self::with(name, |_| None)
    }

    /// `other` gives the extensions of whoever is to have others.
    fn with(name: &str, other: impl Fn(&str) -> Option<&'static str>) -> Self {
        let workshop = Workshop::new(name);
        for name in ["root", "region", "zone", "leaf"] {
            workshop.key(name, "p384");
        }
        let of = |name: &str, usual: &'static str| other(name).unwrap_or(usual);
        let root = workshop.issue("root", &subject("root"), "root", 3000, of("root", CA));
        let region = workshop.issue("region", &subject("region"), "root", 20, of("region", REGION));
        let zone = workshop.issue("zone", &subject("zone"), "region", 2, of("zone", ZONE));
        let leaf = workshop.issue("leaf", &subject("leaf"), "zone", 1, of("leaf", LEAF));
        let fingerprint = Sha256::digest(&root).into();
        let seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let at = Time(i64::try_from(seconds).unwrap() + 60);
        Self {
            workshop,
            above: vec![root, region, zone],
            leaf,
            root: fingerprint,
            at,
        }
    }

    fn verify(&self) -> Result<PublicKey, ForeignError> {
        verify_foreign_chain(&self.leaf, &self.above, &self.root, self.at)
    }

    #[track_caller]
    fn refused(&self, error: &str) {
        assert_eq!(self.verify().unwrap_err().to_string(), error);
    }
}

/// Names that this PKI would not read.
fn subject(name: &str) -> String {
    format!("/C=US/ST=WA/L=Seattle/O=Amazon/OU=AWS/CN={name}.aws.nitro-enclaves")
}

const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign,cRLSign";
const REGION: &str = "basicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign";
const ZONE: &str = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,digitalSignature,keyCertSign\n\
                    crlDistributionPoints=URI:http://x.test/crl";
const LEAF: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature";

#[test]
fn gives_the_key_of_the_signer() {
    let chain = Chain::new("foreign");
    assert_eq!(chain.verify().unwrap(), chain.workshop.public_key("leaf"));
}

#[test]
fn refuses_another_root_although_all_else_is_the_same() {
    let mut chain = Chain::new("foreign-root");
    let known = chain.root;
    chain.root[31] ^= 1;
    let hex = |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let error = format!("the chain's root is {}, not {}", hex(&known), hex(&chain.root));
    chain.refused(&error);
    chain.above.remove(0);
    chain.root = known;
    assert!(matches!(chain.verify(), Err(ForeignError::OtherRoot { .. })));
    chain.above.clear();
    chain.refused("the chain has 0 certificates above the signer's");
}

#[test]
fn refuses_dates_that_do_not_hold_anywhere_in_the_chain() {
    let mut chain = Chain::new("foreign-dates");
    let now = chain.at;
    let after = |days: i64| Time(now.0 + days * 86_400);
    for (at, number) in [
        (after(1), 4),
        (after(2), 3),
        (after(20), 2),
        (after(3000), 1),
        (after(-1), 1),
    ] {
        chain.at = at;
        let Err(ForeignError::Dates { number: found, .. }) = chain.verify() else {
            panic!("{at}");
        };
        assert!(found <= number, "{at}: {found}");
    }
    chain.at = after(1);
    let error = chain.verify().unwrap_err().to_string();
    assert!(
        error.starts_with("certificate 4 of the chain is valid from "),
        "{error}"
    );
    assert!(error.ends_with(&format!(", and not at {}", chain.at)), "{error}");
}

#[test]
fn refuses_a_chain_out_of_order_or_with_one_missing() {
    let mut chain = Chain::new("foreign-order");
    chain.above.swap(1, 2);
    chain.refused("certificate 2 of the chain names another issuer than the one above it");
    chain.above.remove(1);
    chain.refused("certificate 3 of the chain names another issuer than the one above it");
}

#[test]
fn refuses_a_signature_by_a_key_of_the_same_name() {
    let mut chain = Chain::new("foreign-forged");
    chain.workshop.key("region", "p384");
    chain.workshop.issue("region", &subject("region"), "root", 20, REGION);
    chain.leaf = chain.workshop.issue("leaf", &subject("zone"), "region", 1, LEAF);
    // The zone names the region that signed it, but this region has another key.
    chain.above[1] = chain.workshop.openssl("x509 -in region.pem -outform DER");
    chain.refused("certificate 3 of the chain is not signed by the one above it: the signature does not verify");
}

#[test]
fn refuses_an_issuer_that_is_no_ca_or_may_not_sign_certificates() {
    let none = Chain::with("foreign-no-ca", |name| (name == "zone").then_some(LEAF));
    none.refused("certificate 3 of the chain is no CA's");
    let usage = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature";
    let usage = Chain::with("foreign-usage", |name| (name == "region").then_some(usage));
    usage.refused("the key of certificate 2 of the chain may not sign so");
    let deep = Chain::with("foreign-deep", |name| (name == "region").then_some(ZONE));
    deep.refused("certificate 2 of the chain allows 0 CAs below it, and there are more");
}

#[test]
fn refuses_a_signer_that_is_a_ca_or_may_not_sign() {
    let ca = Chain::with("foreign-leaf-ca", |name| (name == "leaf").then_some(CA));
    // The zone allows no CA below it; what the signer is comes after.
    ca.refused("certificate 4 of the chain, the signer's, is a CA's");
    let usage = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,keyAgreement";
    let usage = Chain::with("foreign-leaf-usage", |name| (name == "leaf").then_some(usage));
    usage.refused("the key of certificate 4 of the chain may not sign so");
}

#[test]
fn refuses_what_nobody_here_knows_and_must() {
    let critical = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n1.2.3.4=critical,ASN1:NULL";
    let critical = Chain::with("foreign-critical", |name| (name == "leaf").then_some(critical));
    critical.refused("certificate 4 of the chain has the critical extension 1.2.3.4");
}

#[test]
fn refuses_a_change_of_one_octet_anywhere() {
    let chain = Chain::new("foreign-flip");
    for part in 0..=chain.above.len() {
        let whole = chain.above.get(part).unwrap_or(&chain.leaf).clone();
        // A part of them: each is four signatures to check.
        for place in (0..whole.len()).step_by(5) {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            let (mut above, mut leaf) = (chain.above.clone(), chain.leaf.clone());
            *above.get_mut(part).unwrap_or(&mut leaf) = changed;
            let taken = verify_foreign_chain(&leaf, &above, &chain.root, chain.at);
            assert!(taken.is_err(), "octet {place} of certificate {}", part + 1);
        }
    }
}
