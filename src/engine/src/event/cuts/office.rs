//! The members' office: rosters, and the keys of those who are in them, which are at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::roster::{admin_of, approver_of};
use record::sshsig::{SshKey, ssh_key};
use record::{Bundle, Bytes, Digest, Member, Roster, Time};

use super::needs::RosterChange;
use crate::probe::approval_key::ApprovalKey;

/// A member's keys.
pub struct Keys {
    pub ssh: ssh_key::PrivateKey,
    pub approval: ApprovalKey,
    pub admin: ApprovalKey,
}

/// The keys of all members of a roster, by id.
pub type People = BTreeMap<String, Arc<Keys>>;

/// A roster with its members' keys.
#[derive(Clone)]
pub struct Office {
    pub roster: Roster,
    pub people: People,
}

impl Office {
    /// Nine members, in office from that moment.
    pub fn first(from: Time) -> Self {
        let ids: Vec<String> = (1..=9).map(|n| format!("member-{n}")).collect();
        let people: People = ids.iter().cloned().zip(new_keys(ids.len(), 0)).collect();
        let roster = Roster {
            number: 1,
            previous: None,
            appointment: "a test's first roster".into(),
            members: people.iter().map(|(id, keys)| member(id, keys, from)).collect(),
        };
        Self { roster, people }
    }

    /// The next roster, and the keys of those who are in it.
    pub fn after(&self, change: &RosterChange, from: Time) -> Self {
        let mut next = self.clone();
        next.roster.number += 1;
        next.roster.previous = Some(Digest::of(&self.bytes()));
        let stays = |id: &String| !change.leave.contains(id);
        next.roster.members.retain(|member| stays(&member.id));
        next.people.retain(|id, _| stays(id));
        let rekeyed = change.rekey.iter().filter(|id| next.people.contains_key(*id));
        let new: Vec<String> = change.join.iter().chain(rekeyed).cloned().collect();
        let made = new_keys(new.len(), 10 * next.roster.number);
        for (id, keys) in new.into_iter().zip(made) {
            let before = next.roster.members.iter().position(|member| member.id == id);
            let since = before.map(|at| next.roster.members.remove(at).from);
            next.roster.members.push(member(&id, &keys, since.unwrap_or(from)));
            next.people.insert(id, keys);
        }
        next.roster.members.sort_by(|one, other| one.id.cmp(&other.id));
        if change.renew {
            let terms = next.roster.members.iter_mut();
            terms.for_each(|member| (member.from, member.until) = (from, from.plus(TERM)));
        }
        next
    }

    /// The roster's file.
    pub fn bytes(&self) -> Vec<u8> {
        Bundle::new(true, self.roster.clone()).encode().expect("a roster")
    }
}

fn new_keys(count: usize, seed: u32) -> impl Iterator<Item = Arc<Keys>> {
    let mut made = ApprovalKey::make(2 * count).expect("RSA keys").into_iter();
    let one = move |n: usize| {
        let mut octets = [0; 32];
        octets[..8].copy_from_slice(&(u64::from(seed) + n as u64 + 1).to_be_bytes());
        let ssh = ssh_key::private::Ed25519Keypair::from_seed(&octets);
        let (approval, admin) = (made.next().expect("made"), made.next().expect("made"));
        Arc::new(Keys {
            ssh: ssh_key::PrivateKey::from(ssh),
            approval,
            admin,
        })
    };
    (0..count).map(one)
}

/// A member whom nothing ties to any other.
fn member(id: &str, keys: &Keys, from: Time) -> Member {
    let label = |of: &str| Bytes(Digest::of(format!("{of} of {id}").as_bytes()).0[..8].to_vec());
    Member {
        id: id.to_owned(),
        from,
        until: from.plus(TERM),
        approver: approver_of(id),
        admin: admin_of(id),
        approval_key: Bytes(spki(&keys.approval)),
        admin_key: Bytes(spki(&keys.admin)),
        ssh_key: SshKey::from_private(&keys.ssh).expect("a key").line().to_owned(),
        affiliations: vec![label("employer")],
        residence: label("country"),
        citizenships: vec![label("country")],
    }
}

fn spki(key: &ApprovalKey) -> Vec<u8> {
    let pem = key.public_pem().expect("PEM");
    let key = record::approval_key::ApprovalKey::from_spki_pem(&pem).expect("a key");
    key.spki_der().to_vec()
}

/// Three years.
const TERM: u64 = 3 * 365 * 86_400;
