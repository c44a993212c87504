//! Mutual TLS: anchors as the HSM lists them, and a no that the state contradicts.

use hsm::{Approved, Error, Hsm, MtlsEnforcement, QuorumService, Reply, Role, Service, Token};

use crate::common::{Bench, answers, approval, refusal, reply};

const REGISTER: &str = "cluster mtls register-trust-anchor --path trust-anchor.pem";
const LIST: &str = "cluster mtls list-trust-anchors";

#[test]
fn reads_anchors_and_level() {
    let mut bench = Bench::new([reply("trust-anchors.json"), reply("mtls-enforcement.json")]);
    let mtls = bench.hsm.mtls().unwrap();
    assert_eq!(bench.lines(), [LIST, "cluster mtls get-enforcement"]);
    assert_eq!(mtls.enforcement, "none");
    let anchors: Vec<_> = mtls
        .anchors
        .iter()
        .map(|anchor| (&*anchor.reference, &*anchor.coverage))
        .collect();
    assert_eq!(anchors, [("0x01", "full"), ("0x02", "inconsistent")]);
    assert_eq!(mtls.anchors[0].certificate_pem, answers("trust-anchor.pem"));
}

#[test]
fn registers_the_certificate_given_and_no_other() {
    let mut bench = Bench::new([reply("trust-anchor.json"), reply("trust-anchor.json")]);
    let anchor = bench
        .hsm
        .register_trust_anchor(&answers("trust-anchor.pem"), None)
        .unwrap();
    assert_eq!(anchor.reference, "0x01");
    let error = bench
        .hsm
        .register_trust_anchor(&answers("trust-anchor-other.pem"), None)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the HSM answered for another trust anchor: asked for the certificate given, got another, 0x01"
    );
    assert_eq!(bench.lines(), [REGISTER, REGISTER]);
    let request = &bench.script.borrow().asked[0];
    assert_eq!(request.inputs()[0].bytes, answers("trust-anchor.pem").into_bytes());
}

#[test]
fn a_no_in_unknown_words_is_judged_by_the_state() {
    let no = || refusal("something went wrong");
    let unknown = Error::Unknown {
        text: "something went wrong".into(),
    };
    // It was repaired all the same.
    let mut bench = Bench::new([no(), reply("trust-anchors.json")]);
    let anchor = bench
        .hsm
        .register_trust_anchor(&answers("trust-anchor.pem"), None)
        .unwrap();
    assert_eq!((&*anchor.reference, &*anchor.coverage), ("0x01", "full"));
    assert_eq!(bench.lines(), [REGISTER, LIST]);
    // It still differs between HSMs, or is not there.
    for (file, state) in [
        ("trust-anchor-other.pem", "trust-anchors.json"),
        ("trust-anchor.pem", "trust-anchors-none.json"),
    ] {
        let mut bench = Bench::new([no(), reply(state)]);
        let error = bench.hsm.register_trust_anchor(&answers(file), None).unwrap_err();
        assert_eq!(error, unknown);
    }
    // A no with a reason is a no.
    let mut bench = Bench::new([refusal("Quorum approval is required for this operation")]);
    let error = bench
        .hsm
        .register_trust_anchor(&answers("trust-anchor.pem"), None)
        .unwrap_err();
    assert_eq!(error, Error::ApprovalRequired);
}

#[test]
fn only_one_certificate_in_pem_is_sent() {
    for text in [
        String::new(),
        answers("public-key.pem"),
        answers("trust-anchor.pem") + &answers("trust-anchor-other.pem"),
    ] {
        let error = Bench::new([]).hsm.register_trust_anchor(&text, None).unwrap_err();
        assert_eq!(error, Error::BadTrustAnchor);
    }
    assert!(Error::BadTrustAnchor.hint().unwrap().contains("no DER"));
}

#[test]
fn removes_an_anchor_by_its_reference_only() {
    let mut bench = Bench::new([refusal("x")]);
    for reference in ["1", "0x01 --approval x", "", "0xzz"] {
        let error = bench.hsm.deregister_trust_anchor(reference, None).unwrap_err();
        assert_eq!(
            error,
            Error::BadArgument {
                value: reference.into()
            }
        );
    }
    bench.hsm.deregister_trust_anchor("0x01", None).unwrap_err();
    assert_eq!(
        bench.lines(),
        ["cluster mtls deregister-trust-anchor --certificate-reference 0x01"]
    );
}

#[test]
fn enforcement_goes_with_the_admins_approval_of_that_service() {
    let approved = |service| {
        let token = Token::parse(answers("admin-token.json").as_bytes(), Service::Admin(service), None).unwrap();
        Approved::new(token, vec![approval("admin_member_2", Role::Admin)]).unwrap()
    };
    let mut bench = Bench::new([Ok(Reply {
        text: r#"{"error_code": 0, "data": {"message": "x"}}"#.into(),
        files: vec![],
    })]);
    let right = approved(QuorumService::Cluster);
    bench
        .hsm
        .set_mtls_enforcement(MtlsEnforcement::Cluster, Some(&right))
        .unwrap();
    assert_eq!(
        bench.lines(),
        ["cluster mtls set-enforcement --level cluster --approval approval.json"]
    );
    let wrong = approved(QuorumService::User);
    for error in [
        bench.hsm.set_mtls_enforcement(MtlsEnforcement::None, Some(&wrong)),
        bench.hsm.deregister_trust_anchor("0x01", Some(&wrong)),
        bench
            .hsm
            .register_trust_anchor(&answers("trust-anchor.pem"), Some(&wrong))
            .map(|_| ()),
    ] {
        assert!(matches!(error, Err(Error::BadToken { .. })), "{error:?}");
    }
}
