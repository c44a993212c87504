//! Vectors of what holds before and between events: keys, roster, plan, image.

use std::collections::BTreeMap;

use record::messages::{
    HandOver, ImageManifest, KeyAnswer, KeyRequest, KeyToken, KeyUse, Partition, Pcr, Recipient, Registration,
};
use record::plan::PlanBundle;
use record::standing::Past;
use record::{Bytes, Digest, Member, Roster, Standing};

use super::{at, file, keys, member};

pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        file(registration()),
        file(recipient()),
        file(roster()),
        file(image_manifest()),
        file(standing()),
        file(inbound()),
        file(key_request()),
        file(key_answer()),
        file(hand_over()),
    ]
}

fn registration() -> Registration {
    Registration {
        member: member(),
        approval_key: keys::rsa("approval key"),
        admin_key: keys::rsa("admin key"),
        ssh_key: keys::ssh_line(),
    }
}

fn recipient() -> Recipient {
    Recipient {
        member: member(),
        plan_or_roster: Digest::of(b"the inbound bundle"),
        recipient: keys::ssh_line(),
        at: at(0),
    }
}

/// Of one member; a real one has nine.
fn roster() -> Roster {
    let label = |of: &str| Bytes(keys::octets(of, 8));
    Roster {
        number: 2,
        previous: Some(Digest::of(b"the first roster")),
        appointment: "a decision of the Leadership Council".into(),
        members: vec![Member {
            id: member(),
            from: at(0),
            until: at(5 * 365 * 24 * 60),
            approver: "member_1".into(),
            admin: "admin_member_1".into(),
            approval_key: keys::rsa("approval key"),
            admin_key: keys::rsa("admin key"),
            ssh_key: keys::ssh_line(),
            affiliations: vec![label("a company")],
            residence: label("a country"),
            citizenships: vec![label("a country"), label("another country")],
        }],
    }
}

fn image_manifest() -> ImageManifest {
    let mebi = 1024 * 1024;
    // EFI System Partition, and /usr for x86-64 with its hashes, as the table has them.
    let esp = [
        0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
    ];
    let partition = |number: u32, label: &str, kind: &[u8]| Partition {
        number,
        label: label.into(),
        kind: kind.into(),
        start: u64::from(number) * mebi,
        size: mebi,
        sha256: Digest::of(label.as_bytes()),
    };
    ImageManifest {
        name: "bastion-1".into(),
        size: 4 * mebi,
        sha256: Digest::of(b"an image"),
        partitions: vec![
            partition(1, "esp", &esp),
            partition(2, "store", &keys::octets("a type", 16)),
        ],
        verity_root: Some(Digest::of(b"a root hash")),
        uki: Some(Digest::of(b"a kernel")),
        pcrs: vec![Pcr {
            number: 11,
            value: Digest::of(b"a register"),
        }],
        nitro_pcrs: Vec::new(),
        engine: Digest::of(b"a program"),
        revision: Some("v1.0.0".into()),
        lock: Some(Digest::of(b"a lock file")),
        sbom: Some(Digest::of(b"a list")),
    }
}

/// After a cluster's initialisation, and nothing else.
pub fn standing() -> Standing {
    Standing {
        events: vec![Past {
            event: "cluster-1".into(),
            kind: "cluster-initialisation".into(),
            record: Digest::of(b"a record"),
        }],
        checkpoint: "a checkpoint\n".into(),
        ..Standing::nothing(
            Digest::of(b"a roster"),
            Digest::of(b"a policy"),
            Digest::of(b"a log policy"),
        )
    }
}

/// The form alone: no event could be held by this plan.
pub fn inbound() -> PlanBundle {
    PlanBundle {
        plan: b"event = \"2026-root\"\n"[..].into(),
        inputs: BTreeMap::from([
            ("policy.toml".to_owned(), Bytes(b"version = 1\n".to_vec())),
            ("standing.cbor".to_owned(), Bytes(file(standing()).1)),
        ]),
    }
}

fn key_request() -> KeyRequest {
    let data = keys::octets("approval data", 48);
    KeyRequest {
        purpose: "registers the members' approval keys".into(),
        roster: Digest::of(b"a roster"),
        member: member(),
        tokens: vec![KeyToken {
            user: "member_1".into(),
            key: KeyUse::Approval,
            token: Digest::of(&data),
            approval_data: Some(Bytes(data)),
            allows: "this key approves for the HSM user member_1".into(),
        }],
    }
}

fn key_answer() -> KeyAnswer {
    KeyAnswer {
        request: Digest::of(&file(key_request()).1),
        member: member(),
        signatures: vec![keys::rsa_signature("an answer")],
    }
}

fn hand_over() -> HandOver {
    let sealed = [b"age-encryption.org/v1\n", &keys::octets("a secret", 60)[..]].concat();
    HandOver {
        roster: Digest::of(b"a roster"),
        member: member(),
        user: "admin_member_1".into(),
        purpose: "the first password of the admin".into(),
        recipient: keys::ssh_line(),
        sealed: Bytes(sealed),
        at: at(0),
    }
}
