//! An event as it was planned, with the keys of all members whom it is about.

use std::collections::HashMap;
use std::sync::Mutex;

use record::messages::{self, KeyUse, Place};
use record::plan::Inbound;
use record::{Body, Bundle, Bytes, Digest, sshsig};

use super::office::People;

/// The event.
pub struct Scene {
    /// The inbound bundle, byte for byte.
    pub plan: Vec<u8>,
    /// The same, read.
    pub inbound: Inbound,
    /// Who is there.
    pub present: Vec<String>,
    /// The members' keys, before and after the event.
    people: [People; 2],
    /// What was signed once is not signed again.
    signed: Mutex<HashMap<(String, Digest), Vec<u8>>>,
}

impl Scene {
    pub fn of(plan: Vec<u8>, people: [People; 2], absent: &[String]) -> Self {
        let inbound = Inbound::open(&plan).expect("the plan reads");
        let present = people[0].keys().filter(|id| !absent.contains(id));
        Self {
            present: present.cloned().collect(),
            plan,
            inbound,
            people,
            signed: Mutex::default(),
        }
    }

    /// What failures call it.
    pub fn name(&self) -> &str {
        &self.inbound.plan.event
    }

    /// Those of the members present who can approve whatever the plan does: as many as any of its keys needs.
    pub fn approvers(&self) -> impl Iterator<Item = &String> {
        let quorums = [&self.inbound.policy, self.inbound.issuing_policy()].map(|policy| policy.quorum.threshold);
        let most = usize::from(quorums[0].max(quorums[1]));
        let stays = |id: &&String| self.people[1].contains_key(*id);
        self.present.iter().filter(stays).take(most)
    }

    /// A member's bundle and its signature.
    pub fn signed<B: Body>(&self, member: &str, body: B) -> (Vec<u8>, Vec<u8>) {
        self.signed_by(&self.people[0], member, body)
    }

    /// A member's answer, with the keys that are the member's once the event is over.
    pub fn answered(&self, request: &messages::KeyRequest, digest: Digest) -> (Vec<u8>, Vec<u8>) {
        let people = &self.people[1];
        let keys = &people[&request.member];
        let signature = |token: &messages::KeyToken| {
            let (key, of) = match token.key {
                KeyUse::Approval => (&keys.approval, "approval"),
                KeyUse::Admin => (&keys.admin, "admin"),
            };
            let name = format!("{of} key of {} after", request.member);
            Bytes(self.once((name, token.token), || key.sign(&token.token.0).expect("a signature")))
        };
        let answer = messages::KeyAnswer {
            request: digest,
            member: request.member.clone(),
            signatures: request.tokens.iter().map(signature).collect(),
        };
        self.signed_by(people, &request.member, answer)
    }

    fn signed_by<B: Body>(&self, people: &People, member: &str, body: B) -> (Vec<u8>, Vec<u8>) {
        let bytes = Bundle::new(true, body).encode().expect("encodes");
        let sign = || sshsig::sign(&people[member].ssh, B::NAMESPACE, &bytes).expect("a signature");
        let key = (format!("{} of {member}", B::TYPE), Digest::of(&bytes));
        let signature = self.once(key, || sign().into_bytes());
        (bytes, signature)
    }

    /// A member's RSA signature over a token: with the approval key for keys, with the admin key for all else.
    pub fn approved(&self, member: &str, service: &str, token: &Digest) -> Vec<u8> {
        let keys = &self.people[0][member];
        let (key, of) = match service.starts_with("key-") {
            true => (&keys.approval, "approval"),
            false => (&keys.admin, "admin"),
        };
        let sign = || key.sign(&token.0).expect("a signature");
        self.once((format!("{of} key of {member}"), *token), sign)
    }

    fn once(&self, key: (String, Digest), make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        let known = self.signed.lock().expect("nobody fails with it").get(&key).cloned();
        known.unwrap_or_else(|| {
            let made = make();
            let mut signed = self.signed.lock().expect("nobody fails with it");
            signed.insert(key, made.clone());
            made
        })
    }

    /// A review of the plan.
    pub fn review(&self, member: &str, at: record::Time) -> messages::Review {
        messages::Review {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            member: member.to_owned(),
            at,
            compared: self.inbound.standing.as_ref().map(|_| true),
        }
    }
}

/// A word to be present, in answer to an opening.
pub fn attendance(
    member: &str,
    phase: messages::Phase,
    opening: messages::Opening,
    at: record::Time,
) -> messages::Attendance {
    messages::Attendance {
        event: opening.event,
        plan: opening.plan,
        image: opening.image,
        session: opening.session,
        member: member.to_owned(),
        nonce: Bytes(vec![7; 16]),
        phase,
        place: Place::Local,
        at,
    }
}
