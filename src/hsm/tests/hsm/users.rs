//! Cluster and users: the exact commands, what is read of the answers, and passwords that appear nowhere.

use hsm::{Error, Hsm, Node, PasswordChange, QuorumService, Role, Secret, same_cluster};

use crate::common::{Bench, refusal, reply, typed};

fn password() -> Secret {
    Secret::new("Correct-Horse-9".into())
}

#[test]
fn lists_the_nodes() {
    let mut bench = Bench::new([reply("hsm-info.json")]);
    let nodes = bench.hsm.nodes().unwrap();
    assert_eq!(bench.lines(), ["cluster hsm-info"]);
    assert_eq!(nodes.len(), 2);
    assert_eq!(nodes[0].serial_number, "node-serial-1");
    assert_eq!(nodes[0].fips_state, "in FIPS mode");
}

fn node(serial: &str) -> Node {
    let empty = String::new;
    Node {
        serial_number: serial.into(),
        vendor: empty(),
        model: empty(),
        firmware_id: empty(),
        fips_state: empty(),
    }
}

#[test]
fn a_cluster_that_changed_or_shrank_is_refused() {
    let start = [node("a"), node("b")];
    assert_eq!(same_cluster(&start, &[node("b"), node("a")], 2), Ok(()));
    let error = same_cluster(&start, &[node("a"), node("c")], 2).unwrap_err();
    assert_eq!(error.to_string(), "the cluster changed since the start: gone b, new c");
    assert_eq!(
        same_cluster(&start[..1], &[node("a")], 2),
        Err(Error::TooFewNodes { found: 1, least: 2 })
    );
    assert_eq!(
        same_cluster(&start, &[node("a"), node("a")], 2).unwrap_err().hint(),
        Some("freeze the cluster's membership for the length of the event")
    );
    assert_eq!(
        same_cluster(&[node("a"), node("a")], &[node("a"), node("a")], 2),
        Err(Error::TooFewNodes { found: 1, least: 2 })
    );
}

#[test]
fn reads_users_with_their_roles_locks_and_factors() {
    let mut bench = Bench::new([reply("user-list.json")]);
    let users = bench.hsm.users().unwrap();
    assert_eq!(bench.lines(), ["user list"]);
    let seen: Vec<_> = users
        .iter()
        .map(|u| (&*u.name, u.role(), u.locked, u.mfa, u.quorum_registered, &*u.coverage))
        .collect();
    assert_eq!(
        seen,
        [
            ("admin", Some(Role::Admin), false, true, true, "full"),
            ("member_1", Some(Role::CryptoUser), true, false, true, "inconsistent"),
            ("app_user", None, false, false, false, "full"),
        ]
    );
}

#[test]
fn passwords_go_by_standard_input_and_are_shown_nowhere() {
    let mut bench = Bench::new(
        [reply("activate.json"), reply("login.json")]
            .into_iter()
            .chain(std::iter::repeat_n(reply("user-changed.json"), 2)),
    );
    bench.hsm.activate(&password()).unwrap();
    bench.hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    bench
        .hsm
        .create_user("member_1", Role::Admin, &password(), None)
        .unwrap();
    bench
        .hsm
        .change_password("member_1", Role::Admin, &password(), PasswordChange::default(), None)
        .unwrap();
    assert_eq!(
        bench.lines(),
        [
            "cluster activate",
            "login --username key_owner --role crypto-user",
            "user create --username member_1 --role admin",
            "user change-password --username member_1 --role admin",
        ]
    );
    let script = bench.script.borrow();
    let typed: Vec<_> = script
        .asked
        .iter()
        .map(|request| typed(request)[1..].to_vec())
        .collect();
    let p = "Correct-Horse-9";
    assert_eq!(typed, [vec![p, p], vec![p], vec![p, p], vec![p, p]]);
    assert_eq!(
        script.asked[1].shown(),
        "login --username key_owner --role crypto-user [secret]"
    );
    let everything = format!("{:?} {:?}", script.asked, bench.notes.borrow().lines);
    assert!(!everything.contains("Correct"), "{everything}");
    assert!(everything.contains("Secret(..)"));
}

#[test]
fn deletes_a_user() {
    let mut bench = Bench::new([reply("user-changed.json")]);
    bench.hsm.delete_user("member_1", Role::Admin, None).unwrap();
    assert_eq!(bench.lines(), ["user delete --username member_1 --role admin"]);
}

#[test]
fn one_login_at_a_time_and_logout_ends_the_session() {
    let mut bench = Bench::new([
        reply("login.json"),
        refusal("anything"),
        reply("login-without-role.json"),
    ]);
    bench.hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    let twice = bench.hsm.login("member_1", Role::CryptoUser, &password()).unwrap_err();
    assert_eq!(
        (twice.to_string(), twice.hint()),
        ("key_owner is logged in".into(), Some("log out first"))
    );
    assert_eq!(
        bench.hsm.logout().unwrap_err(),
        Error::Unknown {
            text: "anything".into()
        }
    );
    assert_eq!(bench.script.borrow().closed, 1);
    bench.hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
    assert_eq!(bench.lines()[1], "logout");
}

#[test]
fn a_login_as_somebody_else_is_refused_and_ended() {
    let mut bench = Bench::new([reply("login.json"), reply("login.json"), reply("login.json")]);
    let other = bench.hsm.login("member_1", Role::CryptoUser, &password()).unwrap_err();
    assert_eq!(
        other.to_string(),
        "the HSM answered for another user: asked for member_1, got key_owner"
    );
    let role = bench.hsm.login("key_owner", Role::Admin, &password()).unwrap_err();
    assert_eq!(
        role.to_string(),
        "the HSM answered for another role: asked for admin, got crypto-user"
    );
    assert_eq!(bench.script.borrow().closed, 2);
    bench.hsm.login("key_owner", Role::CryptoUser, &password()).unwrap();
}

#[test]
fn names_and_passwords_that_would_be_refused_or_misread_are_not_sent() {
    let mut bench = Bench::new([]);
    for name in ["", "member-1", "Member_1", "a b", "a\nlogout", &"a".repeat(32)] {
        let error = bench.hsm.delete_user(name, Role::Admin, None).unwrap_err();
        assert_eq!(error, Error::BadUserName { name: name.into() });
    }
    for (secret, why) in [
        ("short", "a new password has 8 to 32 characters"),
        (&"a".repeat(33), "a new password has 8 to 32 characters"),
        ("password\nlogout", "it is empty or holds a control character"),
    ] {
        let error = bench
            .hsm
            .create_user("member_1", Role::Admin, &Secret::new(secret.into()), None)
            .unwrap_err();
        assert_eq!(error, Error::BadSecret { why });
        assert!(!error.to_string().contains(secret));
    }
    let login = bench
        .hsm
        .login("member_1", Role::Admin, &Secret::new("a\nb".into()))
        .unwrap_err();
    assert_eq!(
        login,
        Error::BadSecret {
            why: "it is empty or holds a control character"
        }
    );
    assert!(bench.lines().is_empty());
}

#[test]
fn quorum_values_are_read_plain_and_wrapped_and_set() {
    let mut bench = Bench::new([
        reply("quorum-values.json"),
        reply("quorum-values-wrapped.json"),
        reply("quorum-value-set.json"),
    ]);
    assert_eq!(bench.hsm.quorum_values().unwrap().cluster, Some(1));
    let wrapped = bench.hsm.quorum_values().unwrap();
    assert_eq!((wrapped.user, wrapped.quorum, wrapped.cluster), (5, 5, None));
    bench.hsm.set_quorum_value(QuorumService::User, 5, None).unwrap();
    assert_eq!(bench.lines()[1], "quorum token-sign list-quorum-values");
    assert_eq!(
        bench.lines()[2],
        "quorum token-sign set-quorum-value --service user --value 5"
    );
}
