//! Users: roles, names, passwords, the lock, who may change whom.

use serde_json::json;

use crate::support::{Cluster, PASSWORD};

#[test]
fn lists_users_in_the_real_form_without_login() {
    let cluster = Cluster::with(&["cu"]);
    let listed = cluster.talk().ok("user list");
    let entry = |name: &str, role: &str| json!({ "username": name, "role": role, "locked": "false", "mfa": [], "quorum": [], "cluster-coverage": "full" });
    let appliance = entry("app_user", "internal(APPLIANCE_USER)");
    assert_eq!(
        listed,
        json!({ "users": [entry("admin", "admin"), entry("cu", "crypto-user"), appliance] })
    );
}

#[test]
fn admins_alone_make_and_remove_users() {
    let cluster = Cluster::with(&["cu"]);
    let create = format!("user create --username New_User --role crypto-user --password {PASSWORD}");
    assert_eq!(cluster.talk().err(&create), "Login is required for this operation");
    assert_eq!(cluster.talk_as("cu").err(&create), "Only an admin may do this");
    let mut admin = cluster.talk_as("admin");
    assert_eq!(
        admin.ok(&create),
        json!({ "username": "new_user", "role": "crypto-user" })
    );
    assert!(admin.err(&create).contains("exists already"));
    let delete = "user delete --username new_user --role";
    assert_eq!(
        admin.err(&format!("{delete} admin")),
        "There is no user new_user with role admin"
    );
    assert_eq!(
        admin.ok(&format!("{delete} crypto-user")),
        json!({ "username": "new_user", "role": "crypto-user" })
    );
}

#[test]
fn refuses_names_and_passwords_beyond_the_limits() {
    let cluster = Cluster::with(&[]);
    let mut admin = cluster.talk_as("admin");
    let mut create = |name: &str, password: &str| {
        admin.err(&format!(
            "user create --username {name} --role admin --password {password}"
        ))
    };
    assert!(create("member-1", PASSWORD).starts_with("A username has at most 31 characters"));
    assert!(create(&"m".repeat(32), PASSWORD).starts_with("A username has at most 31 characters"));
    assert_eq!(create("member_1", "short-7"), "A password has 8 to 32 characters");
    assert_eq!(create("member_1", &"x".repeat(33)), "A password has 8 to 32 characters");
    assert!(create("app_user", PASSWORD).contains("exists already"));
}

#[test]
fn five_wrong_passwords_lock_the_account() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk();
    for _ in 0..5 {
        let text = talk.err("login --username cu --role crypto-user --password wrong-one");
        assert_eq!(text, "Login failed: incorrect username, role or password");
    }
    let right = format!("login --username cu --role crypto-user --password {PASSWORD}");
    assert_eq!(talk.err(&right), "Login failed: the account is locked");
    assert_eq!(talk.ok("user list")["users"][1]["locked"], "true");
    talk.login("admin");
    talk.ok(&format!(
        "user change-password --username cu --role crypto-user --password {PASSWORD}"
    ));
    talk.become_user("cu");
}

#[test]
fn four_wrong_passwords_and_a_right_one_begin_anew() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk();
    for _ in 0..2 {
        (0..4).for_each(|_| drop(talk.err("login --username cu --role crypto-user --password wrong-one")));
        talk.login("cu");
        talk.ok("logout");
    }
}

#[test]
fn the_role_belongs_to_the_login() {
    let cluster = Cluster::with(&["cu"]);
    let text = cluster
        .talk()
        .err(&format!("login --username cu --role admin --password {PASSWORD}"));
    assert_eq!(text, "Login failed: incorrect username, role or password");
}

#[test]
fn a_user_changes_their_own_password_and_nobody_elses() {
    let cluster = Cluster::with(&["cu", "other"]);
    let mut talk = cluster.talk_as("cu");
    let change = |user| format!("user change-password --username {user} --role crypto-user --password changed-1");
    assert_eq!(
        talk.ok(&change("cu")),
        json!({ "username": "cu", "role": "crypto-user" })
    );
    assert_eq!(talk.err(&change("other")), "Only an admin may do this");
    talk.ok("logout");
    talk.err(&format!("login --username cu --role crypto-user --password {PASSWORD}"));
    talk.ok("login --username cu --role crypto-user --password changed-1");
}

#[test]
fn whoever_is_logged_in_elsewhere_is_left_alone() {
    let cluster = Cluster::with(&["cu"]);
    let there = cluster.talk_as("cu");
    let mut admin = cluster.talk_as("admin");
    let change = format!("user change-password --username cu --role crypto-user --password {PASSWORD}");
    let delete = "user delete --username cu --role crypto-user";
    assert_eq!(
        admin.err(&change),
        "The password of a user who is logged in cannot be changed"
    );
    assert_eq!(admin.err(delete), "A user who is logged in cannot be deleted");
    there.kill();
    admin.ok(&change);
    admin.ok(delete);
}

#[test]
fn whoever_owns_keys_cannot_be_deleted() {
    let cluster = Cluster::with(&["cu"]);
    cluster.talk_as("cu").pair("k", "");
    let mut admin = cluster.talk_as("admin");
    assert_eq!(
        admin.err("user delete --username cu --role crypto-user"),
        "A user who owns keys cannot be deleted"
    );
}

#[test]
fn an_admin_works_on_no_keys() {
    let cluster = Cluster::with(&[]);
    assert_eq!(
        cluster.talk_as("admin").err("key list"),
        "Only a crypto user may do this"
    );
}
