//! Inputs, by their digests; and labels.

use super::*;

#[test]
fn refuses_an_input_that_changed_is_missing_or_was_not_planned() {
    let plan = Plan::parse(filled().as_bytes()).expect("a plan");
    let zero: BTreeMap<String, crate::Bytes> = plan
        .inputs
        .keys()
        .map(|name| (name.clone(), Vec::new().into()))
        .collect();
    let error = |inputs| {
        Inbound::pack(filled().as_bytes(), inputs)
            .expect_err("refused")
            .to_string()
    };
    let empty = Digest::of(b"");
    let zeros = "00".repeat(32);
    assert_eq!(
        error(zero.clone()),
        format!("input 'crates-io.csr' has the digest {empty}, but the plan says {zeros}")
    );
    let mut less = zero.clone();
    less.remove("crates-io.csr");
    assert_eq!(error(less), "input 'crates-io.csr' is in the plan but not there");
    let mut more = zero;
    more.insert("notes".into(), Vec::new().into());
    assert_eq!(error(more), "input 'notes' is there but not in the plan");
}

#[test]
fn a_label_depends_on_plan_step_and_key() {
    let label = Plan::label(&Digest::of(b"plan"), "root-key", "root-1");
    assert!(label.starts_with("root-1-") && label.len() == 23, "{label}");
    assert_ne!(label, Plan::label(&Digest::of(b"other"), "root-key", "root-1"));
    assert_ne!(label, Plan::label(&Digest::of(b"plan"), "other", "root-1"));
}
