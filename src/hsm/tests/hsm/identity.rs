//! The HSM's identity, proved by chains that openssl makes here: a good one, and each single thing wrong.

use std::sync::OnceLock;

use hsm::{Anchors, Described, check_customer_ca, verify_identity};
use serde_json::json;

use crate::chains::{now, openssl, pem};

#[test]
fn a_good_chain_is_proved_and_its_digests_are_those_of_openssl() {
    let identity = verify_identity(&described(), &all_anchors(), now()).unwrap();
    assert_eq!(identity.findings, []);
    let names: Vec<_> = identity.digests.iter().map(|digest| digest.0).collect();
    assert_eq!(
        names,
        [
            "the AWS root",
            "the manufacturer's root",
            "HsmCertificate",
            "the HSM's public key",
            "the customer CA",
            "the cluster's certificate"
        ]
    );
    let shown = openssl(&["x509", "-in", "aws-root.pem", "-noout", "-fingerprint", "-sha256"]);
    let shown = shown.split('=').nth(1).unwrap().trim().replace(':', "").to_lowercase();
    let ours: String = identity.digests[0].1.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(ours, shown);
}

#[test]
fn openssl_verifies_the_same_chains() {
    for (root, hardware) in [("aws-root", "aws-hardware"), ("maker-root", "maker-hardware")] {
        let (root, hardware) = (format!("{root}.pem"), format!("{hardware}.pem"));
        let said = openssl(&["verify", "-CAfile", &root, "-untrusted", &hardware, "hsm.pem"]);
        assert_eq!(said.trim(), "hsm.pem: OK");
    }
}

#[test]
fn a_root_of_the_same_name_with_another_key_does_not_vouch() {
    let (other, maker) = (pem("other-root.pem"), pem("maker-root.pem"));
    let anchors = anchors(&other, &maker);
    assert_eq!(
        said(&described(), &anchors),
        [
            "AwsHardwareCertificate: signature: expected by the key of the AWS root, found another key's, or over other bytes"
        ]
    );
}

#[test]
fn a_root_of_another_name_and_kind_does_not_vouch() {
    let (aws, maker) = (pem("aws-root.pem"), pem("maker-root.pem"));
    let found = said(&described(), &anchors(&maker, &aws));
    assert_eq!(
        found,
        [
            "AwsHardwareCertificate: issuer: expected CN=MakerRoot, found CN=Root",
            "AwsHardwareCertificate: signature: expected by the key of the AWS root, found another kind of key's",
            "ManufacturerHardwareCertificate: issuer: expected CN=Root, found CN=MakerRoot",
            "ManufacturerHardwareCertificate: signature: expected by the key of the manufacturer's root, found another kind of key's"
        ]
    );
}

#[test]
fn one_key_for_both_roots_is_a_finding_whatever_it_signed() {
    let root = pem("aws-root.pem");
    let changed = Described {
        manufacturer_hardware: pem("hardware-by-aws.pem"),
        ..described()
    };
    let finding = "the manufacturer's root: public key: expected another one than the AWS root's, found the same";
    assert_eq!(said(&changed, &anchors(&root, &root)), [finding]);
}

#[test]
fn a_critical_extension_that_is_unknown_is_a_finding_and_another_is_none() {
    let changed = Described {
        aws_hardware: pem("aws-hardware-strange.pem"),
        ..described()
    };
    assert_eq!(
        said_of(&changed),
        ["AwsHardwareCertificate: critical extensions: expected none that is unknown, found 1.2.3.4"]
    );
}

#[test]
fn a_root_that_allows_no_ca_below_it_does_not_vouch() {
    let (aws, maker) = (pem("aws-root-short.pem"), pem("maker-root.pem"));
    assert_eq!(
        said(&described(), &anchors(&aws, &maker)),
        ["the AWS root: CAs below it: expected at least 1 may be, found none may be"]
    );
}

#[test]
fn an_hsm_certificate_that_another_hardware_key_signed_is_found_under_both_chains() {
    let changed = Described {
        hsm: pem("other-hsm.pem"),
        ..described()
    };
    let text = "found another key's, or over other bytes";
    let found = said_of(&changed);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found[0],
        format!("HsmCertificate: signature: expected by the key of AwsHardwareCertificate, {text}")
    );
    assert_eq!(
        found[1],
        format!("HsmCertificate: signature: expected by the key of ManufacturerHardwareCertificate, {text}")
    );
}

#[test]
fn a_hardware_certificate_for_other_hardware_vouches_for_nothing() {
    let changed = Described {
        manufacturer_hardware: pem("maker-other-hardware.pem"),
        ..described()
    };
    assert_eq!(
        said_of(&changed),
        [
            "HsmCertificate: signature: expected by the key of ManufacturerHardwareCertificate, found another key's, or over other bytes"
        ]
    );
}

#[test]
fn a_request_with_another_key_is_not_the_hsms() {
    let changed = Described {
        cluster_csr: pem("other.csr"),
        ..described()
    };
    let found = said_of(&changed);
    // And the cluster's certificate is not for that request.
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("ClusterCsr: public key, SHA-256: expected "),
        "{found:?}"
    );
}

#[test]
fn a_request_whose_signature_is_not_its_own_is_found() {
    let changed = Described {
        cluster_csr: pem("broken.csr"),
        ..described()
    };
    assert_eq!(
        said_of(&changed),
        ["ClusterCsr: signature: expected by its own key, found another key's, or over other bytes"]
    );
}

#[test]
fn hardware_that_may_not_issue_vouches_for_nothing() {
    let changed = Described {
        aws_hardware: pem("aws-hardware-no-ca.pem"),
        ..described()
    };
    assert_eq!(
        said_of(&changed),
        ["AwsHardwareCertificate: may issue certificates: expected yes, found no"]
    );
}

#[test]
fn sha1_and_short_keys_are_not_taken() {
    let changed = Described {
        aws_hardware: pem("aws-hardware-sha1.pem"),
        ..described()
    };
    assert_eq!(
        said_of(&changed),
        [
            "AwsHardwareCertificate: signature: expected by the key of the AWS root, found algorithm 1.2.840.113549.1.1.5, which is not taken"
        ]
    );
    let (_, findings) = check_customer_ca(&pem("short-root.pem"), now()).unwrap();
    let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "the customer CA: signature: expected by the key of the customer CA, found by an RSA key of 1024 bits, which is too short"
        ]
    );
}

#[test]
fn everything_must_be_in_force() {
    let found = verify_identity(&described(), &all_anchors(), 4_000_000_000)
        .unwrap()
        .findings;
    let subjects: Vec<&str> = found.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "the AWS root",
            "the manufacturer's root",
            "AwsHardwareCertificate",
            "ManufacturerHardwareCertificate",
            "HsmCertificate",
            "the customer CA",
            "the cluster's certificate"
        ]
    );
    assert!(found.iter().all(|finding| finding.what == "dates"));
    assert_eq!(found[0].found, "it is 2096-10-02T07:06:40Z");
}

#[test]
fn the_customers_ca_must_be_a_root_and_its_certificate_for_the_request() {
    let (aws, maker) = (pem("aws-root.pem"), pem("maker-root.pem"));
    let (customer, other) = (pem("customer.pem"), pem("other-cluster.pem"));
    let mut anchors = anchors(&aws, &maker);
    anchors.customer = Some(&customer);
    anchors.cluster = Some(&other);
    let found = said(&described(), &anchors);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("the cluster's certificate: public key, SHA-256: expected "));
    let (_, findings) = check_customer_ca(&pem("cluster.pem"), now()).unwrap();
    let found: Vec<_> = findings.iter().map(|finding| finding.what).collect();
    assert_eq!(found, ["issuer", "signature", "may issue certificates"]);
}

#[test]
fn reads_what_aws_describes() {
    let described = described();
    let read = Described::from_json(json(&[("cluster-a", "UNINITIALIZED")]).as_bytes(), None).unwrap();
    assert_eq!((&read.hsm, &read.cluster_csr), (&described.hsm, &described.cluster_csr));
    assert_eq!(said_of(&read), Vec::<String>::new());
    let two = json(&[("cluster-a", "UNINITIALIZED"), ("cluster-b", "ACTIVE")]);
    let error = Described::from_json(two.as_bytes(), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the description of the cluster cannot be read: it describes several clusters: cluster-a, cluster-b"
    );
    let read = Described::from_json(two.as_bytes(), Some("cluster-b")).unwrap();
    assert_eq!(
        said_of(&read),
        ["cluster cluster-b: State: expected UNINITIALIZED, found ACTIVE"]
    );
    let error = Described::from_json(two.as_bytes(), Some("cluster-c")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the description of the cluster cannot be read: the cluster is not among: cluster-a, cluster-b"
    );
}

#[test]
fn refuses_what_is_no_certificate() {
    let error = Described::from_json(b"{}", None).unwrap_err().to_string();
    assert!(error.contains("missing field `Clusters`"), "{error}");
    let bare = json!({"Clusters": [{"ClusterId": "cluster-a", "State": "ACTIVE"}]}).to_string();
    assert_eq!(
        Described::from_json(bare.as_bytes(), None).unwrap_err().to_string(),
        "the description of the cluster cannot be read: cluster-a has no ClusterCsr: AWS gives it before the cluster is \
         initialised"
    );
    for (text, why) in [
        (String::new(), "it is not one PEM block CERTIFICATE"),
        (pem("hsm.pem") + &pem("hsm.pem"), "it is not one PEM block CERTIFICATE"),
        (pem("other.csr"), "it is not one PEM block CERTIFICATE"),
    ] {
        let changed = Described {
            hsm: text,
            ..described()
        };
        let error = verify_identity(&changed, &all_anchors(), now()).unwrap_err();
        assert_eq!(error.to_string(), format!("HsmCertificate cannot be read: {why}"));
    }
    let cut = pem("hsm.pem").lines().take(3).collect::<Vec<_>>().join("\n") + "\n-----END CERTIFICATE-----\n";
    let changed = Described {
        hsm: cut,
        ..described()
    };
    let error = verify_identity(&changed, &all_anchors(), now())
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("HsmCertificate cannot be read: "), "{error}");
}

fn said(described: &Described, anchors: &Anchors<'_>) -> Vec<String> {
    let identity = verify_identity(described, anchors, now()).unwrap();
    identity.findings.iter().map(ToString::to_string).collect()
}

fn said_of(described: &Described) -> Vec<String> {
    said(described, &all_anchors())
}

fn described() -> Described {
    Described {
        cluster: None,
        cluster_csr: pem("hsm.csr"),
        hsm: pem("hsm.pem"),
        aws_hardware: pem("aws-hardware.pem"),
        manufacturer_hardware: pem("maker-hardware.pem"),
    }
}

fn all_anchors() -> Anchors<'static> {
    static ALL: OnceLock<[String; 4]> = OnceLock::new();
    let [aws, maker, customer, cluster] =
        ALL.get_or_init(|| ["aws-root.pem", "maker-root.pem", "customer.pem", "cluster.pem"].map(pem));
    Anchors {
        customer: Some(customer),
        cluster: Some(cluster),
        ..anchors(aws, maker)
    }
}

fn anchors<'a>(aws: &'a str, manufacturer: &'a str) -> Anchors<'a> {
    Anchors {
        aws,
        manufacturer,
        customer: None,
        cluster: None,
    }
}

/// AWS's answer, with fields that we do not know.
fn json(clusters: &[(&str, &str)]) -> String {
    let described = described();
    let certificates = json!({
        "ClusterCsr": described.cluster_csr,
        "HsmCertificate": described.hsm,
        "AwsHardwareCertificate": described.aws_hardware,
        "ManufacturerHardwareCertificate": described.manufacturer_hardware,
    });
    let one = |(id, state): &(&str, &str)| {
        json!({
            "ClusterId": id, "State": state, "HsmType": "hsm2m.medium", "Hsms": [],
            "BackupPolicy": "DEFAULT", "Certificates": certificates,
        })
    };
    json!({"Clusters": clusters.iter().map(one).collect::<Vec<_>>()}).to_string()
}
