//! The keys as pkcs11-tool, which is not ours, finds them on the token.

use crate::fixture::{OnToken, has_pkcs11_tool};

/// With the PIN, and a tool that is not ours: the public half is handed out, the private half never.
#[test]
fn pkcs11_tool_cannot_read_the_root_key_out_of_the_token() {
    const TEST: &str = "pkcs11_tool_cannot_read_the_root_key_out_of_the_token";
    if !has_pkcs11_tool(TEST) {
        return;
    }
    let Some(event) = OnToken::planned(TEST) else { return };
    let mut engine = event.start("run");
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.judge_results();
    let record = event.record();
    let root = record
        .keys
        .iter()
        .find(|key| key.key == "root-1")
        .expect("the root's key");
    let (_, listed) = event.pkcs11_tool(&["--list-objects", "--type", "privkey"]);
    assert!(listed.contains(&root.label), "the key is there: {listed}");
    let held = "sensitive, always sensitive, never extractable, local";
    assert_eq!(listed.matches(held).count(), 3, "{listed}");
    let read = [
        "--read-object",
        "--label",
        &root.label,
        "--output-file",
        "read-out",
        "--type",
    ];
    // The tool ends well without having read anything: what counts is the file.
    let (_, said) = event.pkcs11_tool(&[&read[..], &["privkey"]].concat());
    assert!(!event.has("read-out") || event.read("read-out").is_empty(), "{said}");
    // Wrapping takes an id, deleting takes a right; the key gets neither.
    for change in [&["--set-id", "0a"][..], &["--delete-object"]] {
        let (done, said) = event.pkcs11_tool(&[change, &["--type", "privkey", "--label", &root.label]].concat());
        assert!(!done, "{change:?}: {said}");
    }
    assert_eq!(event.pkcs11_tool(&["--list-objects", "--type", "privkey"]).1, listed);
    // And it is the record's key: its other half is there for all to see.
    let (_, listed) = event.pkcs11_tool(&["--list-objects", "--type", "pubkey"]);
    let point = &root.public_key[root.public_key.len() - 97..];
    let point: String = point.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(listed.contains(&point), "{point} is not in:\n{listed}");
}
