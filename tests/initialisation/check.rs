//! `ceremony hsm check`: a good cluster, and each single thing that falls short.

use record::journal::What;
use record::screen::{Row, Shown};
use serde_json::Value;
use support::event::Event;

use crate::journal;

#[test]
fn leaves_a_cluster_of_which_nothing_falls_short() {
    let event = Event::planned();
    let done = event.check(&["--without-keys"], "").good();
    assert!(done.out.contains("     Nothing falls short.\n"), "{}", done.out);
    assert!(!done.out.contains("     NO "), "{}", done.out);
    assert!(
        done.out
            .contains("     ok admins, with MFA and approval key  9                  9 as they must be\n")
    );
    assert!(done.out.contains("     Note: no key was looked at\n"));
    assert!(done.out.lines().all(|line| line.chars().count() <= 80), "{}", done.out);
    let checked = What::Checked {
        of: "cluster".into(),
        findings: Vec::new(),
    };
    assert!(journal(&event).iter().any(|entry| entry.what == checked));
    assert_eq!(journal(&event).last().map(|entry| &entry.what), Some(&What::Closed));
}

#[test]
fn reads_the_keys_with_the_owners_password_alone() {
    let event = Event::planned();
    let done = event.check(&[], &format!("{}\n", Event::OWNER_PASSWORD)).good();
    assert!(!done.out.contains("no key was looked at"), "{}", done.out);
    let wrong = event.check(&[], "not-the-password\n");
    assert_eq!(wrong.code, Some(4), "{}", wrong.err);
    let silent = event.check(&[], "");
    silent.refuses(
        1,
        "standard input ended before an answer to: Password of the key owner root_owner",
        Some("nothing was changed: check again; the fifth wrong password locks the account"),
    );
}

#[test]
fn says_as_a_table_what_falls_short() {
    let event = Event::planned();
    tamper(&event, |cluster| {
        let users = cluster["users"].as_array_mut().expect("users");
        let admin = users
            .iter()
            .find(|user| user["role"] == "admin")
            .expect("an admin")
            .clone();
        let mut extra = admin;
        extra["name"] = "extra_admin".into();
        users.push(extra);
    });
    let done = event.check(&["--json", "--without-keys"], "");
    done.refuses(
        1,
        "the HSM falls short of policy and roster: admin extra_admin: user: expected nobody of this name and role, found there",
        Some("no key may be made or used on this HSM; `ceremony hsm check` shows all; find out who changed it"),
    );
    let bad: Vec<Row> = table(&done.out).into_iter().filter(|row| !row.good).collect();
    let row = |what: &str, expected: &str, found: &str| Row {
        what: what.into(),
        expected: expected.into(),
        found: found.into(),
        good: false,
    };
    assert_eq!(
        bad,
        [
            row("users beside these", "none", "1"),
            row("admin extra_admin: user", "nobody of this name and role", "there"),
        ]
    );
}

#[test]
fn each_single_change_of_users_values_or_hsms_is_found() {
    let admin = |name: &'static str, field: &'static str, value: Value| {
        move |cluster: &mut Value| {
            let users = cluster["users"].as_array_mut().expect("users");
            let user = users.iter_mut().find(|user| user["name"] == name).expect("the user");
            user[field] = value;
        }
    };
    let key = |name: &str| {
        let event = Event::planned();
        let cluster: Value = serde_json::from_slice(&event.read("cluster/cluster.json")).expect("JSON");
        let users = cluster["users"].as_array().expect("users");
        let user = users.iter().find(|user| user["name"] == name).expect("the user");
        user["approval_key"].clone()
    };
    let cases: Vec<(Change, &str)> = vec![
        (
            Box::new(admin("admin_member_3", "mfa_key", Value::Null)),
            "admin admin_member_3: MFA: expected on, found off",
        ),
        (
            Box::new(admin("member_4", "mfa_key", key("member_4"))),
            "crypto-user member_4: MFA: expected off, found on",
        ),
        (
            Box::new(admin("root_owner", "approval_key", key("member_4"))),
            "crypto-user root_owner: approval key: expected none, found registered",
        ),
        (
            Box::new(admin("member_5", "approval_key", Value::Null)),
            "crypto-user member_5: approval key: expected registered, found none",
        ),
        (
            Box::new(admin("admin_member_9", "failed_logins", 5.into())),
            "admin admin_member_9: locked: expected no, found yes",
        ),
        (
            Box::new(|cluster: &mut Value| cluster["quorum_values"]["user"] = 2.into()),
            "cluster: quorum value user: expected 5, found 2",
        ),
        (
            Box::new(|cluster: &mut Value| cluster["nodes"].as_array_mut().expect("nodes").truncate(1)),
            "cluster: HSMs: expected at least 2, found 1",
        ),
    ];
    for (change, finding) in cases {
        let event = Event::planned();
        tamper(&event, change);
        let done = event.check(&["--without-keys"], "");
        let error = format!("the HSM falls short of policy and roster: {finding}");
        assert_eq!((done.error(), done.code), (error.as_str(), Some(1)));
    }
}

#[test]
fn the_keys_of_a_plan_are_judged_by_their_labels() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let password = format!("{}\n", Event::OWNER_PASSWORD);
    let done = event.check_plan(&password).good();
    for key in ["ok key root-1-", "ok key bors-1-", "ok key console-1-"] {
        assert!(done.out.contains(key), "{}", done.out);
    }
    let keys_of = |cluster: &mut Value, label: &str, change: &dyn Fn(&mut Value)| {
        let keys = cluster["keys"].as_array_mut().expect("keys");
        let named = |key: &&mut Value| {
            let found = key["attributes"]["label"].as_str().unwrap_or_default().to_owned();
            found.starts_with(label) && key["class"] == "private-key"
        };
        change(keys.iter_mut().find(named).expect("the key"));
    };
    tamper(&event, |cluster| {
        keys_of(cluster, "console-1-", &|key| {
            key["shared_with"] = vec!["member_1"].into()
        });
        keys_of(cluster, "root-1-", &|key| {
            key["attributes"]["extractable"] = true.into()
        });
        keys_of(cluster, "bors-1-", &|key| key["owner"] = "member_2".into());
    });
    let done = event.check_plan(&password);
    assert_eq!(done.code, Some(1));
    let said: Vec<&str> = done.out.lines().filter(|line| line.starts_with("     NO ")).collect();
    for row in ["     NO key root-1-", "     NO key bors-1-", "     NO key console-1-"] {
        assert!(
            said.iter().filter(|line| line.starts_with(row)).count() >= 2,
            "{}",
            done.out
        );
    }
    // A key of somebody else's, not shared with the owner, is not seen: it is missing.
    assert!(
        done.error().contains(" falls short of policy and roster: key bors-1-"),
        "{}",
        done.err
    );
    assert!(
        done.error()
            .ends_with(": private keys with this label: expected 1, found 0; and 3 more")
    );
    assert!(done.out.contains("        extractable\n"), "{}", done.out);
}

fn table(out: &str) -> Vec<Row> {
    let shown = out
        .lines()
        .map(|line| serde_json::from_str::<Shown>(line).expect("JSON"));
    shown
        .filter_map(|shown| match shown {
            Shown::Table { rows, .. } => Some(rows),
            _ => None,
        })
        .flatten()
        .collect()
}

fn tamper(event: &Event, change: impl FnOnce(&mut Value)) {
    let mut cluster: Value = serde_json::from_slice(&event.read("cluster/cluster.json")).expect("JSON");
    change(&mut cluster);
    event.write("cluster/cluster.json", cluster.to_string());
}

/// What is done to a cluster behind the HSM's back.
type Change = Box<dyn FnOnce(&mut Value)>;
