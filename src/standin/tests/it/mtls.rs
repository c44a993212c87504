//! Trust anchors and their enforcement, under the admins' quorum of `cluster`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::support::{Cluster, approve, parse};

/// A certificate that `openssl` made.
fn certificate(cluster: &Cluster, name: &str) -> PathBuf {
    let (file, key) = (cluster.path(name), cluster.path("client.key"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-384",
            "-nodes",
            "-days",
            "1",
        ])
        .args(["-subj", "/CN=rehearsal", "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    file
}

fn register(cluster: &Cluster, name: &str) -> String {
    let file = certificate(cluster, name);
    format!("cluster mtls register-trust-anchor --path {}", file.display())
}

#[test]
fn registers_lists_and_deregisters_at_most_two() {
    let cluster = Cluster::with(&[]);
    let mut talk = cluster.talk_as("admin");
    let first = register(&cluster, "1.pem");
    let pem = std::fs::read_to_string(cluster.path("1.pem")).unwrap();
    let anchor = json!({ "certificate-reference": "0x01", "certificate": pem, "cluster-coverage": "full" });
    assert_eq!(talk.ok(&first), json!({ "trust_anchor": anchor }));
    assert_eq!(talk.err(&first), "The trust anchor is registered already");
    talk.ok(&register(&cluster, "2.pem"));
    assert_eq!(
        talk.err(&register(&cluster, "3.pem")),
        "There is no room for another trust anchor"
    );
    // Nobody need be logged in.
    let listed = cluster.talk().ok("cluster mtls list-trust-anchors");
    assert_eq!(listed["trust_anchors"].as_array().unwrap().len(), 2);
    assert_eq!(listed["trust_anchors"][0], anchor);
    talk.ok("cluster mtls deregister-trust-anchor --certificate-reference 0x01");
    let again = "cluster mtls deregister-trust-anchor --certificate-reference 0x01";
    assert_eq!(talk.err(again), "There is no trust anchor 0x01");
    let third = talk.ok(&register(&cluster, "3.pem"));
    assert_eq!(third["trust_anchor"]["certificate-reference"], "0x03");
}

#[test]
fn takes_pem_of_one_certificate_and_nothing_else() {
    let cluster = Cluster::with(&["cu"]);
    let line = register(&cluster, "1.pem");
    let mut talk = cluster.talk_as("admin");
    let pem = std::fs::read_to_string(cluster.path("1.pem")).unwrap();
    let der = crate::support::openssl(&["x509", "-outform", "DER", "-in"], &cluster.path("1.pem"));
    let key = std::fs::read(cluster.path("client.key")).unwrap();
    let twice = format!("{pem}{pem}").into_bytes();
    for bytes in [der, key, twice, Vec::new()] {
        std::fs::write(cluster.path("1.pem"), bytes).unwrap();
        let text = talk.err(&line);
        let refused = ["The trust anchor is not one certificate in PEM", "is not text"];
        assert!(refused.iter().any(|end| text.ends_with(end)), "{text}");
    }
    std::fs::write(cluster.path("1.pem"), pem).unwrap();
    assert_eq!(cluster.talk_as("cu").err(&line), "Only an admin may do this");
    talk.ok(&line);
}

#[test]
fn changes_are_under_the_quorum_of_cluster() {
    let cluster = Cluster::with(&["a1"]);
    [("admin", 0), ("a1", 1)]
        .iter()
        .for_each(|(user, key)| cluster.register(user, *key));
    let mut talk = cluster.talk_as("admin");
    talk.ok("quorum token-sign set-quorum-value --service cluster --value 2");
    let deregister = "cluster mtls deregister-trust-anchor --certificate-reference 0x01";
    for line in [register(&cluster, "1.pem"), deregister.into()] {
        assert_eq!(talk.err(&line), "Quorum approval is required for this operation");
        let other = talk.token(&cluster, "user", "");
        approve(&other, &[("admin", 0), ("a1", 1)]);
        let with_other = format!("{line} --approval {}", other.display());
        assert_eq!(talk.err(&with_other), "Quorum approval is required for this operation");
        talk.ok("quorum token-sign delete --scope user");
        let token = talk.token(&cluster, "cluster", "");
        approve(&token, &[("admin", 0), ("a1", 1)]);
        talk.ok(&format!("{line} --approval {}", token.display()));
    }
}

#[test]
fn the_enforcement_is_under_the_quorum_of_cluster() {
    let cluster = Cluster::with(&["a1"]);
    [("admin", 0), ("a1", 1)]
        .iter()
        .for_each(|(user, key)| cluster.register(user, *key));
    let mut talk = cluster.talk_as("admin");
    talk.ok(&register(&cluster, "1.pem"));
    cluster.order(&["client-certificates", "true"]);
    talk.ok("quorum token-sign set-quorum-value --service cluster --value 2");
    let line = "cluster mtls set-enforcement --level cluster";
    let needed = "Quorum approval is required for this operation";
    assert_eq!(talk.err(line), needed);
    let mut by_token_of = |service: &str| {
        let token = talk.token(&cluster, service, "");
        approve(&token, &[("admin", 0), ("a1", 1)]);
        talk.say(&format!("{line} --approval {}", token.display()))
    };
    for other in ["user", "quorum"] {
        assert_eq!(parse(&by_token_of(other)), (1, json!(needed)), "{other}");
    }
    assert_eq!(parse(&by_token_of("cluster")).0, 0);
    let level = talk.ok("cluster mtls get-enforcement")["mtls-enforcement-level"].clone();
    assert_eq!(level, "cluster");
}

#[test]
fn only_admin_over_mtls_sets_the_enforcement() {
    let cluster = Cluster::with(&["a1"]);
    let mut talk = cluster.talk_as("admin");
    let level = |level: &str| json!({ "mtls-enforcement-level": level });
    assert_eq!(talk.ok("cluster mtls get-enforcement"), level("none"));
    let enforce = "cluster mtls set-enforcement --level cluster";
    let text = "Failed to set the mtls enforcement. Current connection must be mtls to set this enforcement.";
    assert_eq!(talk.err(enforce), text);
    cluster.order(&["client-certificates", "true"]);
    assert_eq!(talk.err(enforce), text);
    talk.ok(&register(&cluster, "1.pem"));
    let others = "Only the user admin may set the mtls enforcement";
    assert_eq!(cluster.talk_as("a1").err(enforce), others);
    talk.ok(enforce);
    assert_eq!(talk.ok("cluster mtls get-enforcement"), level("cluster"));
    // Who comes without a certificate hears no more than this.
    cluster.order(&["client-certificates", "false"]);
    assert_eq!(talk.say("user list"), "Error: \"HSM is disconnected\"\n");
    assert_eq!(
        cluster.talk().say("cluster hsm-info"),
        "Error: \"HSM is disconnected\"\n"
    );
    cluster.order(&["client-certificates", "true"]);
    assert_eq!(talk.err("key list"), "Login is required for this operation");
    talk.login("admin");
    talk.ok("cluster mtls set-enforcement --level none");
}

#[test]
fn to_register_a_diverged_anchor_again_repairs_it_and_says_no() {
    let cluster = Cluster::with(&[]);
    let mut talk = cluster.talk_as("admin");
    let (line, command) = (register(&cluster, "1.pem"), "cluster mtls register-trust-anchor");
    cluster.order(&["fault", "--command", command, "--do", "node-joins"]);
    assert_eq!(talk.ok(&line)["trust_anchor"]["cluster-coverage"], "inconsistent");
    let coverage =
        || cluster.talk().ok("cluster mtls list-trust-anchors")["trust_anchors"][0]["cluster-coverage"].clone();
    assert_eq!(coverage(), "inconsistent");
    assert_eq!(talk.err(&line), "The trust anchor is registered on some HSMs already");
    assert_eq!(coverage(), "full");
}
