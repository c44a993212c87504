//! The bucket policy of the publisher's guide, held against a store that has a file of each kind: what changes may be replaced, and
//! nothing else.

use support::process::workspace;
use support::rehearsal;
use support::scratch::files_under;

#[test]
fn the_guides_policy_lets_what_changes_be_replaced_and_nothing_else() {
    let policy = policy();
    let statement = |sid: &str| {
        let all = policy["Statement"].as_array().expect("statements");
        all.iter().find(|one| one["Sid"] == sid).expect("the statement")
    };
    let replaced = patterns(&statement("WhatNeverChangesIsOnlyCreated")["NotResource"]);
    let numbered = patterns(&statement("NumberedListsAreOnlyCreated")["Resource"]);
    let whole = rehearsal::whole().done().store("");
    let files = files_under(&whole).into_iter().map(|path| rehearsal::text(&path));
    let aside = [
        "probe/once",
        "probe/swapped",
        "staging/claim",
        "access/2026.html",
        "log/entries-0.html",
    ];
    let (mut mutable, mut immutable) = (0, 0);
    for path in files.chain(aside.map(str::to_owned)) {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, &path));
        let may = any(&replaced) && !any(&numbered);
        assert_eq!(may, changes(&path), "{path}");
        match may {
            true => mutable += 1,
            false => immutable += 1,
        }
    }
    assert!(mutable > 10 && immutable > 50, "{mutable} and {immutable}");
}

/// What is replaced, by what the design says of names: pages, pointers, checkpoints, the list of files.
fn changes(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["files.txt"] | ["probe", "swapped"] | ["log" | "sig", _, "checkpoint"] => true,
        ["crl", list] => list.ends_with(".crl"),
        ["staging", ..] => true,
        _ => path.ends_with(".html"),
    }
}

fn policy() -> serde_json::Value {
    let guide = std::fs::read_to_string(workspace().join("docs/guides/publisher.md")).expect("the guide");
    let from = guide.find("```json\n{\n  \"Version\"").expect("a policy") + "```json\n".len();
    let length = guide[from..].find("```").expect("its end");
    serde_json::from_str(&guide[from..][..length]).expect("JSON")
}

fn patterns(value: &serde_json::Value) -> Vec<String> {
    let one = |value: &serde_json::Value| {
        let arn = value.as_str().expect("a resource");
        arn.strip_prefix("arn:aws:s3:::BUCKET/")
            .expect("of this bucket")
            .to_owned()
    };
    match value.as_array() {
        Some(all) => all.iter().map(one).collect(),
        None => vec![one(value)],
    }
}

/// As IAM does: `*` is any characters, a slash among them.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => path
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|at| rest.is_char_boundary(at) && matches(after, &rest[at..]))),
    }
}
