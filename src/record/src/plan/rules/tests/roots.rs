//! Roots after the first: rotation, emergency, another threshold.

use super::world;
use super::world::{certificate, crl, key, serial};

fn cross(subject: &str, issuer: &str) -> String {
    let serial = serial(&format!("{subject} {issuer}"));
    format!(
        "[[step]]\nid = \"{subject}-cross\"\ndo = \"issue-cross\"\nsubject = \"{subject}\"\nissuer = \"{issuer}\"\n\
         serial = \"{serial}\"\nnot-before = \"2027-11-01T00:00:00Z\"\nnot-after = \"2031-10-01T00:00:00Z\"\n\n"
    )
}

const REVIEW: &str = "[[step]]\nid = \"review\"\ndo = \"answer\"\nwho = \"members\"\nquestion = \"Is P-384 strong enough?\"\n\
                      choices = [\"yes\", \"no\"]\nproceed = \"yes\"\n\n";

fn delegates(root: &str) -> String {
    let outside = |name: &str| certificate(&format!("{name}-2"), &format!("request = \"{name}.csr\""), root, "");
    let here = |name: &str| certificate(&format!("{name}-2"), &format!("made = \"{name}-2\""), root, "");
    ["release", "crates-io", "transparency"].map(outside).concat() + &["bors", "console"].map(here).concat()
}

/// Steps of an event that makes root-2.
fn root_2() -> String {
    [key("root-2", true), key("bors-2", true), key("console-2", false)].concat()
        + &certificate("root-2", "made = \"root-2\"", "root-2", "")
        + &delegates("root-2")
        + &crl("root-2", 1, "")
        + &crl("bors-2", 1, "")
}

fn rotation() -> super::World {
    let steps =
        REVIEW.to_owned() + &root_2() + &cross("root-2", "root-1") + &cross("root-1", "root-2") + &crl("root-1", 2, "");
    let mut rotation = world("root-rotation", &steps);
    rotation.generation = 2;
    rotation.inputs = vec!["release.csr", "crates-io.csr", "transparency.csr"];
    rotation
}

#[test]
fn a_rotation_makes_everything_anew_and_ties_it_to_the_old_root() {
    assert_eq!(rotation().judged(), Ok(()));
    let without = |step: String| {
        let mut rotation = rotation();
        assert!(rotation.steps.contains(&step), "{step}");
        rotation.steps = rotation.steps.replace(&step, "");
        rotation.refused()
    };
    assert_eq!(
        without(REVIEW.into()),
        "a 'root-rotation' has a step 'answer', and this one has none"
    );
    assert_eq!(
        without(cross("root-1", "root-2")),
        "root-2 does not cross-certify root-1"
    );
    assert_eq!(
        without(cross("root-2", "root-1")),
        "root-1 does not cross-certify root-2"
    );
    assert_eq!(
        without(crl("root-1", 2, "")),
        "root-1 is in use until it ends, and gets no CRL"
    );
    assert_eq!(
        without(crl("root-2", 1, "")),
        "root-2 issues certificates and gets no CRL"
    );
    let release = certificate("release-2", "request = \"release.csr\"", "root-2", "");
    let mut short = rotation();
    short.inputs.retain(|name| *name != "release.csr");
    short.steps = short.steps.replace(&release, "");
    assert_eq!(short.refused(), "an event that makes a root makes release-2, once");
}

#[test]
fn a_root_follows_the_one_that_stands_and_the_schedule() {
    let mut first = rotation();
    first.generation = 3;
    assert_eq!(first.refused(), "the root after this event is of generation 2, not 3");
    let late = rotation().with("not-after = \"2031-10-01", "not-after = \"2030-10-01");
    assert_eq!(late.refused(), "root-2 ends in 2030, but the schedule says 2031");
}

#[test]
fn a_cross_certificate_is_between_the_two_roots_alone() {
    let other = rotation().with("subject = \"root-1\"", "subject = \"bors-1\"");
    assert_eq!(
        other.refused(),
        "the cross-certificate for bors-1 by root-2 is not between root-1 and root-2"
    );
}

fn emergency() -> super::World {
    let statement = "[[step]]\nid = \"distrust\"\ndo = \"publish-document\"\ninput = \"distrust.md\"\nname = \"distrust-root-1.md\"\n\n";
    let mut emergency = rotation();
    emergency.kind = "root-emergency";
    emergency.steps = statement.to_owned() + &root_2();
    emergency.inputs.push("distrust.md");
    // A new cluster has none of the old keys.
    if let Some(standing) = &mut emergency.standing {
        standing.keys.clear();
    }
    emergency
}

#[test]
fn an_emergency_leaves_the_old_root_behind_and_says_so() {
    assert_eq!(emergency().judged(), Ok(()));
    let mut tied = emergency();
    tied.steps += &cross("root-2", "root-1");
    assert_eq!(tied.refused(), "a 'root-emergency' has no step 'issue-cross'");
    let mut silent = emergency();
    silent.steps = root_2();
    silent.inputs.pop();
    assert_eq!(
        silent.refused(),
        "a 'root-emergency' has a step 'publish-document', and this one has none"
    );
}

#[test]
fn another_threshold_is_another_root() {
    let mut change = rotation();
    change.kind = "threshold-change";
    change.steps += "[[step]]\nid = \"quorum\"\ndo = \"set-quorum\"\nvalue = 6\n";
    assert_eq!(
        change.refused(),
        "a 'threshold-change' brings a next-policy.toml, and this one does not"
    );
    let policy = |text: &str| {
        let (rules, records) = text.split_once("[records]").expect("records");
        let rules = rules
            .replace("version = 1", "version = 2")
            .replace("threshold = 5", "threshold = 6");
        let rules = rules.replace("alike-most = 3", "alike-most = 4");
        format!("{rules}[records]{}", records.replace(" = 5\n", " = 6\n"))
    };
    change.next_policy = Some(policy(&change.policy));
    assert_eq!(change.judged(), Ok(()));
    let mut rotation = rotation();
    rotation.next_policy.clone_from(&change.next_policy);
    assert_eq!(
        rotation.refused(),
        "next-policy.toml has the quorum 6, and 5 stands: only a threshold-change changes it"
    );
    assert_eq!(
        change.with("value = 6", "value = 5").refused(),
        "5 admins would have to agree, but the policy says 6"
    );
}
