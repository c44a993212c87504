//! Each step's commands, word for word, and that the quorum can be met at every moment.

use std::collections::BTreeMap;

use super::*;
use crate::plan::{Inbound, Plan};
use crate::standing::HsmKey;
use crate::{Member, Policy, Roster, Standing, Time};

const POLICY: &str = include_str!("../../../../../ceremony-scripts/root-generation/policy.toml");

fn plan(kind: &str, steps: &str) -> Plan {
    let inputs: String = ["policy.toml", "roster.cbor", "tlog-policy", "next-roster.cbor"]
        .iter()
        .map(|name| format!("\"{name}\" = \"{}\"\n", "00".repeat(32)))
        .collect();
    let text = format!(
        "version = 1\nevent = \"e\"\nkind = \"{kind}\"\nrehearsal = true\ndescription = \"Members change.\"\n\
         generation = 1\nopens = \"2027-01-01T00:00:00Z\"\ncloses = \"2027-01-02T00:00:00Z\"\n[hsm]\nowner = \"root_owner\"\n\
         nodes-least = 2\n[inputs]\n{inputs}{steps}"
    );
    Plan::parse(text.as_bytes()).expect("a plan")
}

fn member(id: &str, keys: u8) -> Member {
    Member {
        id: id.into(),
        from: Time(0),
        until: Time(1),
        approver: crate::roster::approver_of(id),
        admin: crate::roster::admin_of(id),
        approval_key: vec![keys].into(),
        admin_key: vec![keys, 1].into(),
        ssh_key: String::new(),
        affiliations: Vec::new(),
        residence: Vec::new().into(),
        citizenships: Vec::new(),
    }
}

fn roster(members: Vec<Member>) -> Roster {
    Roster {
        number: 1,
        previous: None,
        appointment: String::new(),
        members,
    }
}

fn key(name: &str, quorum: Option<u8>) -> HsmKey {
    HsmKey {
        key: name.into(),
        label: format!("{name}-label"),
        quorum,
        owner: "root_owner".into(),
    }
}

fn inbound(plan: Plan, before: Vec<Member>, after: Vec<Member>) -> Inbound {
    let digest = Digest::of(b"");
    let keys = vec![key("root-1", Some(5)), key("bors-1", Some(4)), key("console-1", None)];
    Inbound {
        digest,
        plan,
        policy: Policy::parse(POLICY.as_bytes()).expect("a policy"),
        roster: roster(before),
        standing: Some(Standing {
            keys,
            ..Standing::nothing(digest, digest, digest)
        }),
        next_policy: None,
        next_roster: Some(roster(after)),
        inputs: BTreeMap::new(),
    }
}

/// Text, service, key and number of each command.
fn told(inbound: &Inbound) -> Vec<String> {
    let one = |command: &Command| {
        let consent = command.consent.as_ref().map_or("nobody".into(), |consent| {
            let key = consent.key.as_deref().unwrap_or("admins");
            format!("{} {} {key}", consent.threshold, consent.service.as_str())
        });
        let remedy = if command.remedy { " (after a stop)" } else { "" };
        format!("{consent}: {}{remedy}", command.text())
    };
    commands(inbound).iter().map(one).collect()
}

/// Member 9 comes, member 1 goes.
fn one_comes_and_one_goes() -> Inbound {
    let steps = "[[step]]\nid = \"add\"\ndo = \"add-member\"\nmember = \"member-9\"\n\
                 [[step]]\nid = \"remove\"\ndo = \"remove-member\"\nmember = \"member-1\"\n";
    inbound(
        plan("member-change", steps),
        vec![member("member-1", 1)],
        vec![member("member-9", 9)],
    )
}

#[test]
fn whoever_comes_has_everything_before_anybody_goes() {
    let inbound = one_comes_and_one_goes();
    let (admin, approval) = (Digest::of(&[9, 1]), Digest::of(&[9]));
    assert_eq!(
        told(&inbound),
        [
            "5 user admins: user create --username admin_member_9 --role admin".to_owned(),
            format!(
                "5 user admins: user change-mfa token-sign --username admin_member_9 --role admin [public key \
                 sha256:{admin}]"
            ),
            "5 user admins: user create --username member_9 --role crypto-user".into(),
            "5 user admins: user change-password --username member_9 --role crypto-user --deregister-quorum (after a \
             stop)"
                .into(),
            format!("nobody: user change-quorum token-sign register [as member_9] [public key sha256:{approval}]"),
            "5 key-management root-1: key share --filter attr.label=root-1-label --username member_9 --role crypto-user"
                .into(),
            "4 key-management bors-1: key share --filter attr.label=bors-1-label --username member_9 --role crypto-user"
                .into(),
            "5 key-management root-1: key unshare --filter attr.label=root-1-label --username member_1 --role \
             crypto-user"
                .into(),
            "4 key-management bors-1: key unshare --filter attr.label=bors-1-label --username member_1 --role \
             crypto-user"
                .into(),
            "5 user admins: user delete --username member_1 --role crypto-user".into(),
            "5 user admins: user delete --username admin_member_1 --role admin".into(),
        ]
    );
}

#[test]
fn only_the_keys_that_differ_are_replaced() {
    let steps = "[[step]]\nid = \"keys\"\ndo = \"replace-member-keys\"\nmember = \"member-1\"\n";
    let (old, new) = (member("member-1", 1), member("member-1", 2));
    let replaced = |after: Member| {
        let inbound = inbound(plan("member-key-replacement", steps), vec![old.clone()], vec![after]);
        commands(&inbound)
            .iter()
            .map(|one| one.deed.clone())
            .collect::<Vec<_>>()
    };
    let factor = Deed::SecondFactor {
        user: "admin_member_1".into(),
        key: Digest::of(&[2, 1]),
        replaces: true,
    };
    let fresh = Deed::FreshPassword {
        user: "member_1".into(),
    };
    let register = Deed::Register {
        user: "member_1".into(),
        key: Digest::of(&[2]),
    };
    assert_eq!(replaced(new.clone()), [factor.clone(), fresh.clone(), register.clone()]);
    let admin_alone = Member {
        approval_key: old.approval_key.clone(),
        ..new.clone()
    };
    assert_eq!(replaced(admin_alone), [factor]);
    let approval_alone = Member {
        admin_key: old.admin_key.clone(),
        ..new
    };
    assert_eq!(replaced(approval_alone), [fresh, register]);
    assert_eq!(replaced(old.clone()), []);
}

/// AWS advises that the value of `quorum` is never below that of `user`; a change takes as many as the value was.
#[test]
fn the_value_that_guards_the_others_rises_first_and_falls_last() {
    let steps = |value| format!("[[step]]\nid = \"values\"\ndo = \"set-quorum\"\nvalue = {value}\n");
    let set = |value| {
        told(&inbound(
            plan("threshold-change", &steps(value)),
            Vec::new(),
            Vec::new(),
        ))
    };
    let line = |by: u8, service: &str, value: u8| {
        format!("{by} quorum admins: quorum token-sign set-quorum-value --service {service} --value {value}")
    };
    assert_eq!(
        set(6),
        [line(5, "quorum", 6), line(6, "user", 6), line(6, "cluster", 6)]
    );
    assert_eq!(
        set(4),
        [line(5, "user", 4), line(5, "cluster", 4), line(5, "quorum", 4)]
    );
}

#[test]
fn no_two_commands_of_a_step_are_the_same_action() {
    let steps = "[[step]]\nid = \"add\"\ndo = \"add-member\"\nmember = \"member-9\"\n";
    let inbound = inbound(plan("member-change", steps), Vec::new(), vec![member("member-9", 9)]);
    let commands = commands(&inbound);
    let mut digests: Vec<Digest> = commands.iter().map(|one| one.action().digest).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), commands.len());
}

#[test]
fn a_token_without_users_has_no_commands() {
    let steps = "[[step]]\nid = \"add\"\ndo = \"add-member\"\nmember = \"member-9\"\n";
    let mut inbound = inbound(plan("member-change", steps), Vec::new(), vec![member("member-9", 9)]);
    inbound.plan.hsm.kind = crate::plan::HsmKind::Pkcs11;
    assert_eq!(commands(&inbound), []);
}

#[test]
fn each_command_is_said_in_plain_words() {
    let inbound = one_comes_and_one_goes();
    let said: Vec<String> = commands(&inbound).iter().map(Command::said).collect();
    assert_eq!(
        [&said[0], &said[2], &said[5], &said[7], &said[9]],
        [
            "creates the admin admin_member_9, with a password that the member alone gets to know",
            "creates the crypto user member_9, with a password that nobody keeps",
            "lets member_9 use and approve root-1",
            "takes root-1 from member_1, who can neither use nor approve it any more",
            "deletes the crypto user member_1",
        ]
    );
}
