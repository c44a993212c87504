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
            .ends_with(": private keys with this label: expected 1, found 0; and 4 more")
    );
    assert!(done.out.contains("        extractable\n"), "{}", done.out);
    // Its public half is shown to everybody.
    let rows = table(&event.check(&["--json"], &password).out);
    let public = rows.iter().filter(|row| row.what.starts_with("public key bors-1-"));
    let public: Vec<_> = public.map(|row| (row.expected.as_str(), row.found.as_str())).collect();
    assert_eq!(public, [("a key that the owner sees", "none")]);
    // A pair that is a member's alone is seen by its public half, without a plan too.
    tamper(&event, |cluster| {
        for key in cluster["keys"].as_array_mut().expect("keys") {
            if key["attributes"]["label"]
                .as_str()
                .unwrap_or_default()
                .starts_with("console-1-")
            {
                key["owner"] = "member_2".into();
            }
        }
    });
    let rows = table(&event.check(&["--json"], &password).out);
    let public = rows.iter().filter(|row| row.what.starts_with("public key console-1-"));
    let public: Vec<_> = public.map(|row| (row.expected.as_str(), row.found.as_str())).collect();
    assert_eq!(
        public,
        [("root_owner", "member_2"), ("a key that the owner sees", "none")]
    );
}

#[test]
fn keys_can_be_named_without_a_plan() {
    let event = Event::planned();
    let password = format!("{}\n", Event::OWNER_PASSWORD);
    let done = event.check(&["--key", "root-1=quorum"], &password);
    let finding = "key root-1: private keys with this label: expected 1, found 0";
    let error = format!("the HSM falls short of policy and roster: {finding}");
    assert_eq!((done.error(), done.code), (error.as_str(), Some(1)));
    let done = event.check(&["--key", "root-1=all"], &password);
    assert_eq!(done.code, Some(2));
    assert!(
        done.err.contains("it is not LABEL=quorum or LABEL=owner"),
        "{}",
        done.err
    );
}

#[test]
fn what_the_hsm_or_a_file_says_moves_no_cursor() {
    let event = Event::planned();
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let hostile = "q\u{1b}[2J\u{202e}\n     ok HSMs   at least 2";
    tamper(&event, |cluster| {
        let keys = cluster["keys"].as_array_mut().expect("keys").iter_mut();
        for key in keys.filter(|key| key["class"] == "private-key") {
            let label = key["attributes"]["label"].as_str().unwrap_or_default();
            if label.starts_with("console-1-") {
                key["attributes"]["label"] = hostile.into();
                key["attributes"]["extractable"] = true.into();
            }
        }
        let users = cluster["users"].as_array_mut().expect("users");
        let user = users
            .iter_mut()
            .find(|user| user["name"] == "member_9")
            .expect("the user");
        user["name"] = "member_9\u{1b}[1A\u{9b}".into();
    });
    let password = format!("{}\n", Event::OWNER_PASSWORD);
    for done in [event.check_plan(&password), event.check(&[], &password)] {
        assert_eq!(done.code, Some(1), "{}", done.err);
        for text in [&done.out, &done.err] {
            let odd = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
            assert_eq!(text.chars().find(odd), None, "{text:?}");
        }
        assert!(done.out.contains("NO key q\\u{1b}[2J\\u{202e}\\u{a}"), "{}", done.out);
        assert!(done.out.contains("member_9\\u{1b}[1A\\u{9b}"), "{}", done.out);
        assert_eq!(done.out.matches("\n     ok HSMs ").count(), 1, "{}", done.out);
    }
    event.write("answers.toml", "[answers]\n\"\u{1b}[2J\u{202e}\" = 1\n");
    let done = event.check(&["--without-keys", "--hsm-answers", "answers.toml"], "");
    assert_eq!(done.code, Some(3), "{}", done.err);
    assert!(done.err.contains("\\u{1b}[2J\\u{202e}"), "{:?}", done.err);
    assert!(!done.err.contains(['\u{1b}', '\u{202e}']), "{:?}", done.err);
    let ours = |line: &&str| line.starts_with("ceremony: error: ");
    assert_eq!(done.err.lines().filter(ours).count(), 1, "{}", done.err);
}

#[test]
fn each_row_that_says_no_says_why() {
    let event = Event::planned();
    tamper(&event, |cluster| {
        let nodes = cluster["nodes"].as_array_mut().expect("nodes");
        *nodes = vec![nodes[0].clone(), nodes[0].clone()];
        let users = cluster["users"].as_array_mut().expect("users");
        for user in users.iter_mut().filter(|user| user["role"] == "admin").take(5) {
            user["approval_key"] = Value::Null;
            user["mfa_key"] = Value::Null;
        }
        let stray = users.iter_mut().find(|user| user["name"] == "admin_member_9");
        stray.expect("the user")["role"] = "crypto-user".into();
    });
    let rows = table(&event.check(&["--json", "--without-keys"], "").out);
    let row = |what: &str| {
        let row = rows.iter().find(|row| row.what == what && !row.good);
        let row = row.unwrap_or_else(|| panic!("{what}: {rows:#?}"));
        (row.expected.as_str(), row.found.as_str())
    };
    assert_eq!(row("HSMs"), ("at least 2", "1, though 2 are listed"));
    assert_eq!(row("admins, with MFA and approval key"), ("9", "3 as they must be"));
    assert_eq!(row("admins who can approve"), ("at least 5", "3"));
    // An admin's name in another role is a user beside these.
    assert_eq!(row("users beside these"), ("none", "1"));
    assert_eq!(row("crypto-user admin_member_9: user").1, "there");
    let odd = |row: &&Row| !row.good && row.expected == row.found;
    assert_eq!(rows.iter().find(odd), None);
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
