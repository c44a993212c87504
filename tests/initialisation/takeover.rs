//! Until the quorum stands, one admin alone can give any user another password and another key. The ceremony must end
//! with an error then, whatever the HSM shows of its users.

use std::os::unix::fs::PermissionsExt as _;

use hsm::{CloudHsm, Hsm as _, Limits, PasswordChange, Process, Role, Secret, Unobserved};
use record::journal::What;
use record::screen::Shown;
use support::event::{Ended, Event, openssl};
use support::process::make_program;

use crate::{journal, unprepared};

#[test]
fn an_approver_that_another_admin_reset_and_gave_a_key_is_found() {
    for round in ["key-answer-2", "key-answer-3"] {
        let done = attacked(round, |attacker| {
            attacker.reset("member_4", Role::CryptoUser, "attackers-password");
            attacker.register("member_4", "attackers-password");
        });
        refused(
            &done,
            1,
            "the HSM user member_4 has an approval key, and no member was asked for one yet: it is somebody else's, who \
             could approve in its member's place",
        );
    }
}

#[test]
fn an_approver_that_another_admin_reset_does_not_log_in() {
    for round in ["key-answer-1", "key-answer-2", "key-answer-3"] {
        let done = attacked(round, |attacker| {
            attacker.reset("member_4", Role::CryptoUser, "attackers-password");
        });
        refused(
            &done,
            4,
            "the HSM user member_4 did not log in with the password that was made here; whoever gave it another could \
             approve in its member's place: ",
        );
    }
}

#[test]
fn an_admin_that_another_admin_took_over_does_not_log_in() {
    for (password, error) in [
        (
            "attackers-password",
            "the HSM user admin_member_9 did not begin its login with the password that it was given here; whoever gave it \
             another could change users in its member's place: ",
        ),
        // Whoever saw the password typed gives it again: only the key tells.
        (
            PASSWORD,
            "the HSM user admin_member_9 did not log in with its member's key; whoever has the key that it has could \
             change users in its member's place: ",
        ),
    ] {
        let done = attacked("key-answer-2", |attacker| {
            attacker.reset("admin_member_9", Role::Admin, password);
            attacker.give_factor("admin_member_9", password);
        });
        refused(&done, 4, error);
    }
}

#[test]
fn an_owner_that_another_admin_reset_does_not_log_in() {
    let done = attacked("key-answer-3", |attacker| {
        attacker.reset("root_owner", Role::CryptoUser, "attackers-password");
    });
    refused(
        &done,
        4,
        "the HSM user root_owner did not log in with the password that it was given here; whoever gave it another could \
         make and use its keys: ",
    );
}

#[test]
fn an_admin_too_many_is_found_before_any_approval_key_is_asked_for() {
    let done = attacked("key-answer-3", |attacker| {
        let mut hsm = attacker.login_with_factor();
        let password = Secret::new("attackers-password".into());
        hsm.create_user("admin_member_10", Role::Admin, &password, None)
            .expect("one admin is enough");
        hsm.logout().expect("logs out");
    });
    refused(
        &done,
        1,
        "the HSM falls short of policy and roster: admin admin_member_10: user: expected nobody of this name and role, \
         found there",
    );
}

/// The attacks are real: in the last round the same admin can do nothing alone, and the ceremony ends well.
#[test]
fn in_the_last_round_one_admin_alone_changes_nobody() {
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    let waiting = engine.play_until(|shown| awaited(shown, "key-answer-4"));
    let mut hsm = Attacker::of(&event).login_with_factor();
    // The owner is logged out already; nobody changes a user who is logged in, which the approvers are.
    for (user, refusal) in [("root_owner", "ApprovalRequired"), ("member_4", "who is logged in")] {
        let password = Secret::new("attackers-password".into());
        let done = hsm.change_password(user, Role::CryptoUser, &password, PasswordChange::default(), None);
        let error = format!("{:?}", done.expect_err(user));
        assert!(error.contains(refusal), "{user}: {error}");
    }
    hsm.logout().expect("logs out");
    engine.answer(&waiting);
    engine.play_to_the_end();
    let _ = engine.end().good();
    let _ = event.check(&["--without-keys"], "").good();
}

/// Member-3's own admin, second factor and all, does this while a round's answers are awaited.
fn attacked(round: &str, act: impl Fn(&Attacker<'_>)) -> Ended {
    let event = unprepared();
    let mut engine = event.initialise(&[]);
    let waiting = engine.play_until(|shown| awaited(shown, round));
    act(&Attacker::of(&event));
    engine.answer(&waiting);
    engine.play_to_the_end();
    let done = engine.end();
    assert!(!journal(&event).iter().any(|entry| entry.what == What::Closed));
    done
}

fn refused(done: &Ended, code: i32, error: &str) {
    assert!(done.error().starts_with(error), "{}", done.err);
    assert_eq!(
        (done.hint(), done.code),
        (
            Some(
                "find out from the HSM's audit log who changed this; the cluster is thrown away, and nothing is lost: no \
                 key exists; begin with a new one and an empty disk"
            ),
            Some(code)
        )
    );
}

fn awaited(shown: &Shown, round: &str) -> bool {
    matches!(shown, Shown::Waiting { kind, .. } if kind == round)
}

/// Somebody with one admin account of their own, at the same cluster.
struct Attacker<'a>(&'a Event);

impl<'a> Attacker<'a> {
    fn of(event: &'a Event) -> Self {
        let script = format!(
            "#!/bin/sh\nexport CLOUDHSM_STANDIN_DIR='{}' CLOUDHSM_STANDIN_SYNC=off\nexec '{}' \"$@\"\n",
            event.path("cluster").display(),
            support::ours("cloudhsm-standin").display()
        );
        make_program(&event.path("attackers-cli"), &script);
        let _ = openssl(event.root(), &["genrsa", "-out", "evil.key", "2048"]).good();
        let public = ["rsa", "-in", "evil.key", "-pubout", "-out", "evil.pem"];
        let _ = openssl(event.root(), &public).good();
        Self(event)
    }

    fn session(&self) -> CloudHsm {
        let work = self.0.path("attackers-work");
        let _ = std::fs::remove_dir_all(&work);
        std::fs::create_dir(&work).expect("a folder");
        std::fs::set_permissions(&work, std::fs::Permissions::from_mode(0o700)).expect("its mode");
        let process = Process::new(&self.0.path("attackers-cli"), &work, Limits::default());
        CloudHsm::new(process.expect("the program is there"), Unobserved)
    }

    /// Before round 1 is over there is no second factor yet.
    fn login_with_factor(&self) -> CloudHsm {
        let (user, password) = ("admin_member_3", Secret::new(PASSWORD.into()));
        let mut hsm = self.session();
        let mfa = |user: &hsm::User| user.name == "admin_member_3" && user.mfa;
        if !hsm.users().expect("a list").iter().any(mfa) {
            hsm.login(user, Role::Admin, &password).expect("logs in");
            return hsm;
        }
        let token = hsm.begin_login_mfa(user, Role::Admin, &password).expect("challenges");
        let signatures = self.sign("members/member-3/admin.pem", token.entries());
        hsm.finish_login_mfa(&token, &signatures).expect("logs in");
        hsm
    }

    fn reset(&self, user: &str, role: Role, password: &str) {
        let mut hsm = self.login_with_factor();
        let also = PasswordChange {
            deregister_mfa: role == Role::Admin,
            deregister_quorum: true,
        };
        hsm.change_password(user, role, &Secret::new(password.into()), also, None)
            .expect("one admin is enough");
        hsm.logout().expect("logs out");
    }

    fn register(&self, user: &str, password: &str) {
        let mut hsm = self.session();
        let password = Secret::new(password.into());
        hsm.login(user, Role::CryptoUser, &password).expect("logs in");
        let token = hsm.registration_token().expect("a token");
        let entries: Vec<[u8; 32]> = token.tokens().iter().map(|entry| entry.digest).collect();
        let signatures = self.sign("evil.key", &entries);
        let key = self.0.text("evil.pem");
        hsm.register_approval_key(&key, &token, &signatures).expect("registers");
        hsm.logout().expect("logs out");
    }

    fn give_factor(&self, user: &str, password: &str) {
        let mut hsm = self.session();
        let password = Secret::new(password.into());
        hsm.login(user, Role::Admin, &password).expect("logs in");
        let token = hsm
            .begin_change_mfa(user, Role::Admin, Some(&password), None)
            .expect("challenges");
        let signatures = self.sign("evil.key", token.entries());
        hsm.finish_change_mfa(&token, &self.0.text("evil.pem"), &signatures)
            .expect("takes it");
        let _ = hsm.logout();
    }

    fn sign(&self, key: &str, digests: &[[u8; 32]]) -> Vec<Vec<u8>> {
        let sign = |digest: &[u8; 32]| {
            self.0.write("attackers.bin", digest);
            let words = [
                "pkeyutl",
                "-sign",
                "-in",
                "attackers.bin",
                "-out",
                "attackers.sig",
                "-inkey",
                key,
            ];
            let more = ["-passin", PASSPHRASE, "-pkeyopt", "digest:sha256"];
            let _ = openssl(self.0.root(), &[&words[..], &more].concat()).good();
            self.0.read("attackers.sig")
        };
        digests.iter().map(sign).collect()
    }
}

/// What every admin types in these tests.
const PASSWORD: &str = "admin-password-1";
const PASSPHRASE: &str = "pass:correct horse battery staple";
