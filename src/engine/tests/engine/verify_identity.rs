//! `ceremony hsm verify-identity` as people call it, on chains that openssl makes.

use std::process::{Command, Output};

use crate::chains::{folder, openssl, pem};

#[test]
fn a_good_chain_is_proved_and_the_roots_are_shown_to_be_compared() {
    let done = verify(&[&FOUR[..], &ROOTS].concat());
    let said = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let print = openssl(&["x509", "-in", "maker-root.pem", "-noout", "-fingerprint", "-sha256"]);
    let print = print.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    let first_row: Vec<&str> = (0..4).map(|n| &print[n * 8..n * 8 + 8]).collect();
    assert!(said.contains(&first_row.join(" ")), "{said}");
    assert!(said.contains("both vouch for the hardware"), "{said}");
    assert!(
        said.contains("Note: this has a meaning only before the cluster is initialised"),
        "{said}"
    );
    for line in said.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn what_is_wrong_is_a_row_and_an_exit_code_of_1() {
    let four = FOUR.map(|word| if word == "hsm.csr" { "other.csr" } else { word });
    let done = verify(&[&four[..], &ROOTS].concat());
    assert_eq!(done.status.code(), Some(1));
    let (said, error) = (text(&done.stdout), text(&done.stderr));
    assert!(said.contains("     NO ClusterCsr: public key, SHA-256"), "{said}");
    assert!(!said.contains("vouch"), "{said}");
    let begins = "ceremony: error: the HSM's identity is not proved: ClusterCsr: public key, SHA-256: expected ";
    assert!(error.starts_with(begins), "{error}");
    let hint = "ceremony: hint: do not initialise this cluster; ask AWS, and compare the roots with another source\n";
    assert!(error.ends_with(hint), "{error}");
}

#[test]
fn reads_the_answer_of_aws_and_refuses_a_cluster_that_is_initialised() {
    for (state, code) in [("UNINITIALIZED", 0), ("INITIALIZED", 1)] {
        let json = serde_json::json!({"Clusters": [{
            "ClusterId": "cluster-a", "State": state, "Certificates": {
                "ClusterCsr": pem("hsm.csr"), "HsmCertificate": pem("hsm.pem"),
                "AwsHardwareCertificate": pem("aws-hardware.pem"),
                "ManufacturerHardwareCertificate": pem("maker-hardware.pem"),
            },
        }]});
        let name = format!("{state}.json");
        std::fs::write(folder().join(&name), json.to_string()).unwrap();
        let done = verify(&[&["--described", &name, "--cluster", "cluster-a"], &ROOTS[..]].concat());
        assert_eq!(done.status.code(), Some(code), "{}", text(&done.stderr));
    }
}

#[test]
fn programs_read_the_findings_as_json() {
    let four = FOUR.map(|word| if word == "hsm.csr" { "broken.csr" } else { word });
    let done = verify(&[&["--json"], &four[..], &ROOTS].concat());
    let table = text(&done.stdout)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|shown| shown["event"] == "table")
        .unwrap();
    let row = serde_json::json!({
        "what": "ClusterCsr: signature", "expected": "by its own key",
        "found": "another key's, or over other bytes", "good": false,
    });
    assert_eq!(table["rows"], serde_json::json!([row]));
}

#[test]
fn says_what_is_missing_or_no_certificate() {
    let two = "ceremony: error: the roots that the HSM's identity hangs on are not named";
    let cases: [(&[&str], i32, &str); 3] = [
        (&[], 2, "ceremony: error: nothing is named that describes the cluster"),
        (&FOUR, 2, two),
        (
            &[
                "--described",
                "ca.ext",
                "--aws-root",
                "aws-root.pem",
                "--manufacturer-root",
                "maker-root.pem",
            ],
            3,
            "ceremony: error: the description of the cluster cannot be read: expected value at line 1 column 1",
        ),
    ];
    for (arguments, code, error) in cases {
        let done = verify(arguments);
        assert_eq!(text(&done.stderr).lines().next(), Some(error));
        assert_eq!(done.status.code(), Some(code));
    }
}

#[test]
fn no_other_time_is_taken_than_the_clocks() {
    let done = verify(&[&["--now", "2026-11-22T10:00:00Z"], &FOUR[..], &ROOTS].concat());
    assert_eq!(
        text(&done.stderr).lines().next(),
        Some("ceremony: error: --now is for rehearsals, and this is none")
    );
}

fn verify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    command
        .args(["hsm", "verify-identity"])
        .args(arguments)
        .current_dir(folder());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const FOUR: [&str; 8] = [
    "--cluster-csr",
    "hsm.csr",
    "--hsm-certificate",
    "hsm.pem",
    "--aws-hardware",
    "aws-hardware.pem",
    "--manufacturer-hardware",
    "maker-hardware.pem",
];
const ROOTS: [&str; 4] = ["--aws-root", "aws-root.pem", "--manufacturer-root", "maker-root.pem"];
