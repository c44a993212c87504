//! Chains made by OpenSSL: the good one holds, and each defect is named.

use x509::{Certificate, ChainError, Crl, CrlPolicy, Oid, Time, VerifiedChain, verify_chain};

use crate::support::der::{Node, changed};
use crate::support::{DELEGATE, LEAF, PURPOSE, ROOT, Workshop, judge};

struct Chain {
    workshop: Workshop,
    root: Certificate,
    delegate: Certificate,
    leaf: Certificate,
    crls: Vec<Crl>,
    at: Time,
}

impl Chain {
    fn new(name: &str) -> Self {
        Chain::with(name, ROOT, DELEGATE, LEAF)
    }

    fn with(name: &str, root: &str, delegate: &str, leaf: &str) -> Self {
        let workshop = Workshop::new(name);
        workshop.key("root", "p384");
        workshop.key("delegate", "p384");
        workshop.key("leaf", "ed25519");
        let root = workshop.certificate("root", "root", 3000, root);
        let delegate = workshop.certificate("delegate", "root", 2000, delegate);
        let leaf = workshop.certificate("leaf", "delegate", 1000, leaf);
        let crls = vec![workshop.plain_crl("root", &[]), workshop.plain_crl("delegate", &[])];
        let at = Time(crls[1].tbs().this_update().0 + 60);
        Chain {
            workshop,
            root,
            delegate,
            leaf,
            crls,
            at,
        }
    }

    fn verify(&self) -> Result<(), ChainError> {
        self.verify_for(PURPOSE, CrlPolicy::Required)
    }

    fn verify_for(&self, purpose: &str, policy: CrlPolicy) -> Result<(), ChainError> {
        let purpose = Oid::parse(purpose).unwrap();
        let ca = std::slice::from_ref(&self.delegate);
        verify_chain(&self.leaf, ca, &self.root, self.at, &purpose, &self.crls, policy).map(drop)
    }

    /// Another chain for the same purpose and time; where lists are given, each link must have one.
    fn of<'a>(
        &self,
        leaf: &'a Certificate,
        cas: &'a [Certificate],
        root: &'a Certificate,
        crls: &[Crl],
    ) -> Result<VerifiedChain<'a>, ChainError> {
        let purpose = Oid::parse(PURPOSE).unwrap();
        let policy = if crls.is_empty() {
            CrlPolicy::IfPresent
        } else {
            CrlPolicy::Required
        };
        verify_chain(leaf, cas, root, self.at, &purpose, crls, policy)
    }

    fn refusal(&self) -> String {
        self.verify().unwrap_err().to_string()
    }

    fn second_judge(&self) -> Result<(), String> {
        let ca = std::slice::from_ref(&self.delegate);
        judge::accepts(
            &self.leaf,
            ca,
            &self.root,
            self.at,
            &Oid::parse(PURPOSE).unwrap(),
            &self.crls,
        )
    }
}

const DELEGATE_NAME: &str = "O=Test, CN=delegate";
const LEAF_NAME: &str = "O=Test, CN=leaf";

#[test]
fn accepts_a_chain_that_holds_as_the_second_judge_does() {
    let chain = Chain::new("good");
    chain.verify().unwrap();
    chain.second_judge().unwrap();
    let ca = [chain.delegate.clone()];
    let verified = chain.of(&chain.leaf, &ca, &chain.root, &chain.crls).unwrap();
    assert_eq!(verified.certificates(), [&chain.leaf, &chain.delegate, &chain.root]);
    assert!(verified.may_sign());
    let short = chain.of(&chain.delegate, &[], &chain.root, &chain.crls).unwrap();
    assert_eq!(short.leaf(), &chain.delegate);
}

#[test]
fn a_ca_that_only_issues_holds_and_may_not_sign() {
    let chain = Chain::with("issuer-only", ROOT, &DELEGATE.replace("digitalSignature,", ""), LEAF);
    let verified = chain.of(&chain.delegate, &[], &chain.root, &[]).unwrap();
    assert!(!verified.may_sign());
    chain.verify().unwrap();
}

#[test]
fn refuses_another_purpose() {
    let chain = Chain::new("purpose");
    let other = chain
        .verify_for("1.3.6.1.4.1.32473.3579.2", CrlPolicy::Required)
        .unwrap_err();
    assert_eq!(
        other.to_string(),
        "O=Test, CN=leaf is not for the purpose 1.3.6.1.4.1.32473.3579.2"
    );
}

#[test]
fn refuses_a_leaf_without_purposes() {
    let chain = Chain::with(
        "no-eku",
        ROOT,
        DELEGATE,
        &LEAF.replace("extendedKeyUsage=1.3.6.1.4.1.32473.3579.1\n", ""),
    );
    assert_eq!(chain.refusal(), format!("{LEAF_NAME} is not for the purpose {PURPOSE}"));
    assert!(chain.second_judge().is_err());
}

#[test]
fn refuses_a_ca_of_another_purpose() {
    let chain = Chain::with("ca-eku", ROOT, &DELEGATE.replace("3579.1", "3579.2"), LEAF);
    assert_eq!(
        chain.refusal(),
        format!("{DELEGATE_NAME} is not for the purpose {PURPOSE}")
    );
    assert!(chain.second_judge().is_err());
}

#[test]
fn refuses_a_chain_with_a_hole() {
    let chain = Chain::new("hole");
    let error = chain.of(&chain.leaf, &[], &chain.root, &chain.crls).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no certificate of the issuer (O=Test, CN=delegate) of O=Test, CN=leaf was given"
    );
    assert_eq!(error.hint(), Some("give the certificates between leaf and root"));
}

#[test]
fn refuses_an_issuer_of_the_same_name_with_another_key() {
    let mut chain = Chain::new("namesake");
    chain.workshop.key("delegate", "p384");
    chain.delegate = chain.workshop.certificate("delegate", "root", 2000, DELEGATE);
    assert!(matches!(chain.verify().unwrap_err(), ChainError::NoIssuer { .. }));
}

#[test]
fn refuses_a_signature_of_another_key() {
    let chain = Chain::new("signature");
    let broken = |certificate: &Certificate| {
        let der = changed(certificate.der(), |tree| match tree.at(&[2]) {
            Node::Leaf(3, bits) => *bits.last_mut().unwrap() ^= 1,
            other => panic!("{other:?}"),
        });
        Certificate::parse(&der).unwrap()
    };
    let error = verify_of(&chain.root, &chain.delegate, &broken(&chain.leaf), chain.at);
    assert_eq!(
        error,
        format!("{LEAF_NAME} is not signed by {DELEGATE_NAME}: the signature does not verify")
    );
    let error = verify_of(&chain.root, &broken(&chain.delegate), &chain.leaf, chain.at);
    assert_eq!(
        error,
        format!("{DELEGATE_NAME} is not signed by O=Test, CN=root: the signature does not verify")
    );
    chain.verify().unwrap();
}

#[test]
fn refuses_a_key_identifier_that_is_not_the_keys() {
    let chain = Chain::with(
        "sha1-id",
        ROOT,
        &DELEGATE.replace("SKID", "subjectKeyIdentifier=hash"),
        LEAF,
    );
    assert_eq!(
        chain.refusal(),
        format!("{DELEGATE_NAME} has another subjectKeyIdentifier than its key")
    );
}

#[test]
fn refuses_other_dates_and_names_the_clock() {
    let mut chain = Chain::new("dates");
    chain.crls.clear();
    let (begins, ends) = (chain.leaf.tbs().not_before(), chain.leaf.tbs().not_after());
    let at = |time: Time| verify_of(&chain.root, &chain.delegate, &chain.leaf, time);
    assert_eq!(at(ends), "");
    let late = Time(ends.0 + 1);
    assert_eq!(
        at(late),
        format!("{LEAF_NAME} was valid until {ends}, the clock says {late}")
    );
    let early = Time(begins.0 - 1);
    assert_eq!(
        at(early),
        format!("{LEAF_NAME} is valid from {begins}, the clock says {early}")
    );
}

#[test]
fn refuses_a_certificate_that_outlives_its_issuer() {
    let mut chain = Chain::new("outlives");
    chain.leaf = chain.workshop.certificate("leaf", "delegate", 2500, LEAF);
    let (end, ca_end) = (chain.leaf.tbs().not_after(), chain.delegate.tbs().not_after());
    assert_eq!(
        chain.refusal(),
        format!("{LEAF_NAME} ends {end}, after its issuer ({ca_end})")
    );
}

#[test]
fn refuses_an_issuer_that_is_no_ca() {
    for constraints in [
        "basicConstraints=critical,CA:FALSE",
        "basicConstraints=CA:TRUE,pathlen:0",
        "",
    ] {
        let chain = Chain::with(
            "no-ca",
            ROOT,
            &DELEGATE.replace("basicConstraints=critical,CA:TRUE,pathlen:0", constraints),
            LEAF,
        );
        assert_eq!(
            chain.refusal(),
            format!("{DELEGATE_NAME} has issued a certificate and is not a CA")
        );
    }
}

#[test]
fn refuses_more_cas_than_the_path_length_allows() {
    let chain = Chain::new("path-length");
    chain.workshop.key("sub", "p384");
    let sub = chain.workshop.certificate("sub", "delegate", 1500, DELEGATE);
    let leaf = chain.workshop.certificate("leaf", "sub", 1000, LEAF);
    let purpose = Oid::parse(PURPOSE).unwrap();
    let cas = [sub, chain.delegate.clone()];
    let error = chain.of(&leaf, &cas, &chain.root, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "O=Test, CN=delegate allows 0 CAs beneath it, the chain has 1"
    );
    assert!(judge::accepts(&leaf, &cas, &chain.root, chain.at, &purpose, &[]).is_err());
}

#[test]
fn refuses_keys_used_beyond_their_usage() {
    let chain = Chain::with("ca-usage", ROOT, &DELEGATE.replace("keyCertSign,", ""), LEAF);
    assert_eq!(
        chain.refusal(),
        format!("the key usage of {DELEGATE_NAME} lacks keyCertSign")
    );
    let chain = Chain::with(
        "leaf-usage",
        ROOT,
        DELEGATE,
        &LEAF.replace("digitalSignature", "keyAgreement"),
    );
    assert_eq!(
        chain.refusal(),
        format!("the key usage of {LEAF_NAME} lacks digitalSignature")
    );
    let chain = Chain::with("crl-usage", ROOT, &DELEGATE.replace(",cRLSign", ""), LEAF);
    assert_eq!(
        chain.refusal(),
        format!("the key usage of {DELEGATE_NAME} lacks cRLSign")
    );
}

#[test]
fn refuses_extensions_that_it_does_not_apply() {
    let chain = Chain::with(
        "poison",
        ROOT,
        DELEGATE,
        &format!("{LEAF}\n1.3.6.1.4.1.11129.2.4.3=critical,DER:0500"),
    );
    assert_eq!(
        chain.refusal(),
        format!("{LEAF_NAME} has extension 1.3.6.1.4.1.11129.2.4.3, which is not supported")
    );
    assert!(chain.second_judge().is_err());
    let chain = Chain::with(
        "constraints",
        ROOT,
        &format!("{DELEGATE}\nnameConstraints=permitted;DNS:x.test"),
        LEAF,
    );
    assert_eq!(
        chain.refusal(),
        format!("{DELEGATE_NAME} has extension 2.5.29.30, which is not supported")
    );
    let chain = Chain::with(
        "unknown",
        ROOT,
        DELEGATE,
        &format!("{LEAF}\n1.3.6.1.4.1.32473.9=DER:0500"),
    );
    chain.verify().unwrap();
}

#[test]
fn refuses_a_root_that_is_not_self_signed() {
    let chain = Chain::new("root");
    let error = chain.of(&chain.leaf, &[], &chain.delegate, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{DELEGATE_NAME} is given as the root and is not self-signed")
    );
}

#[test]
fn takes_the_way_that_holds_among_look_alikes() {
    let mut chain = Chain::new("look-alikes");
    let bad = chain
        .workshop
        .certificate("delegate", "root", 2000, &DELEGATE.replace("3579.1", "3579.2"));
    let cas = [bad, chain.delegate.clone()];
    chain.of(&chain.leaf, &cas, &chain.root, &chain.crls).unwrap();
    // Ten certificates of one name and key that issue each other: the search ends all the same.
    let cas: Vec<_> = (0..10)
        .map(|_| chain.workshop.certificate("delegate", "delegate", 2000, DELEGATE))
        .collect();
    chain.crls.clear();
    let error = chain.of(&chain.leaf, &cas, &chain.root, &[]).unwrap_err();
    assert!(matches!(error, ChainError::NoIssuer { .. }), "{error}");
}

#[test]
fn refuses_a_missing_crl_only_where_the_policy_asks_for_it() {
    let mut chain = Chain::new("crl-missing");
    chain.crls.pop();
    assert_eq!(chain.refusal(), format!("no crl of {DELEGATE_NAME} was given"));
    chain.verify_for(PURPOSE, CrlPolicy::IfPresent).unwrap();
}

#[test]
fn refuses_a_crl_of_another_time_and_names_the_clock() {
    let mut chain = Chain::new("crl-time");
    let crl = chain.workshop.crl(
        "delegate",
        &[],
        "authorityKeyIdentifier=keyid:always",
        "-crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z",
    );
    chain.crls[1] = Crl::parse(&crl).unwrap();
    let text = format!(
        "the crl of {DELEGATE_NAME} is for 2020-01-01T00:00:00Z to 2020-02-01T00:00:00Z, the clock says {}",
        chain.at
    );
    assert_eq!(chain.refusal(), text);
    assert_eq!(
        chain.verify_for(PURPOSE, CrlPolicy::IfPresent).unwrap_err().to_string(),
        text
    );
    assert!(chain.second_judge().is_err());
}

#[test]
fn refuses_a_revoked_certificate_with_date_and_reason() {
    let mut chain = Chain::new("revoked");
    let serial = chain.leaf.tbs().serial_hex();
    chain.crls[1] = chain.workshop.plain_crl(
        "delegate",
        &[("77", ""), (serial.to_uppercase().as_str(), ",keyCompromise")],
    );
    let text = format!("{LEAF_NAME} (serial number {serial}) was revoked on 2030-01-01T00:00:00Z: keyCompromise");
    assert_eq!(chain.refusal(), text);
    assert!(chain.second_judge().unwrap_err().contains("Revoked"));
    chain.crls[1] = chain.workshop.plain_crl("delegate", &[("77", "")]);
    chain.verify().unwrap();
    let serial = chain.delegate.tbs().serial_hex().to_uppercase();
    chain.crls[0] = chain.workshop.plain_crl("root", &[(serial.as_str(), "")]);
    assert!(
        chain
            .refusal()
            .ends_with("was revoked on 2030-01-01T00:00:00Z: no reason given"),
        "{}",
        chain.refusal()
    );
}

#[test]
fn refuses_a_crl_signed_by_another_key() {
    let mut chain = Chain::new("crl-signature");
    let der = changed(chain.crls[1].der(), |tree| match tree.at(&[2]) {
        Node::Leaf(3, bits) => *bits.last_mut().unwrap() ^= 1,
        other => panic!("{other:?}"),
    });
    chain.crls[1] = Crl::parse(&der).unwrap();
    assert_eq!(
        chain.refusal(),
        format!("crl 10 of {DELEGATE_NAME} is not signed by it: the signature does not verify")
    );
}

#[test]
fn refuses_a_crl_for_some_certificates_only() {
    let mut chain = Chain::new("crl-scope");
    let crl = |section: &str| {
        let extensions = format!("authorityKeyIdentifier=keyid:always\nissuingDistributionPoint=critical,@{section}");
        Crl::parse(&chain.workshop.crl("delegate", &[], &extensions, "-crldays 30")).unwrap()
    };
    let (full, partial) = (crl("dp"), crl("dpuser"));
    chain.crls[1] = full;
    chain.verify().unwrap();
    chain.crls[1] = partial;
    assert_eq!(
        chain.refusal(),
        format!("crl 10 of {DELEGATE_NAME} has extension 2.5.29.28, which is not supported")
    );
}

/// The words of the refusal without CRLs, empty if there is none.
fn verify_of(root: &Certificate, delegate: &Certificate, leaf: &Certificate, at: Time) -> String {
    let purpose = Oid::parse(PURPOSE).unwrap();
    let ca = std::slice::from_ref(delegate);
    let result = verify_chain(leaf, ca, root, at, &purpose, &[], CrlPolicy::IfPresent);
    result.map_or_else(|error| error.to_string(), |_| String::new())
}
