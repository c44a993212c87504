//! An event that was held before, with a roster whose members' keys are at hand.

use std::collections::{BTreeMap, HashMap};

use record::messages::Place;
use record::plan::{Inbound, PlanBundle, ROSTER};
use record::results::Results;
use record::sshsig::{self, SshKey, ssh_key};
use record::{Body, Bundle, Bytes, Digest, Roster, Time, messages};

use crate::probe::approval_key::ApprovalKey;

/// The event.
pub struct Scene {
    /// The inbound bundle, byte for byte.
    pub plan: Vec<u8>,
    /// The same, read.
    pub inbound: Inbound,
    people: BTreeMap<String, (ssh_key::PrivateKey, ApprovalKey)>,
    /// What was signed once is not signed again.
    signed: std::cell::RefCell<HashMap<(String, Digest), Vec<u8>>>,
}

impl Scene {
    /// Takes an inbound bundle or results, and gives the members keys of its own.
    pub fn of(file: &[u8]) -> Self {
        let recorded = Bundle::<Results>::decode(file).map_or_else(|_| file.to_vec(), |results| results.body.plan.0);
        let bundle = Bundle::<PlanBundle>::decode(&recorded).expect("a plan");
        let PlanBundle { plan, mut inputs } = bundle.body;
        let before = inputs[ROSTER].0.clone();
        let mut roster = Roster::open(&before, bundle.rehearsal).expect("a roster");
        let mut keys = ApprovalKey::make(2 * roster.members.len())
            .expect("RSA keys")
            .into_iter();
        let (mut people, mut seed) = (BTreeMap::new(), 0);
        for member in &mut roster.members {
            seed += 1;
            let ssh = ssh_key::private::Ed25519Keypair::from_seed(&[seed; 32]);
            let ssh = ssh_key::PrivateKey::from(ssh);
            let (approval, admin) = (keys.next().expect("made"), keys.next().expect("made"));
            member.ssh_key = SshKey::from_private(&ssh).expect("a key").line().to_owned();
            member.approval_key = Bytes(spki(&approval));
            member.admin_key = Bytes(spki(&admin));
            people.insert(member.id.clone(), (ssh, approval));
        }
        let after = Bundle::new(bundle.rehearsal, roster).encode().expect("a roster");
        let text = String::from_utf8(plan.0).expect("a plan's text");
        let text = text.replace(&Digest::of(&before).hex(), &Digest::of(&after).hex());
        inputs.insert(ROSTER.into(), Bytes(after));
        let plan = Inbound::pack(text.as_bytes(), inputs).expect("the plan with the other roster");
        let inbound = Inbound::open(&plan).expect("the plan reads");
        Self {
            plan,
            inbound,
            people,
            signed: std::cell::RefCell::default(),
        }
    }

    /// The members, in order.
    pub fn members(&self) -> impl Iterator<Item = &String> {
        self.people.keys()
    }

    /// A member's bundle and its signature.
    pub fn signed<B: Body>(&self, member: &str, body: B) -> (Vec<u8>, Vec<u8>) {
        let bytes = Bundle::new(self.inbound.plan.rehearsal, body)
            .encode()
            .expect("encodes");
        let sign = || sshsig::sign(&self.people[member].0, B::NAMESPACE, &bytes).expect("a signature");
        let key = (member.to_owned(), Digest::of(&bytes));
        let signature = self.once(key, || sign().into_bytes());
        (bytes, signature)
    }

    /// A member's RSA signature over a token.
    pub fn approved(&self, member: &str, token: &Digest) -> Vec<u8> {
        let sign = || self.people[member].1.sign(&token.0).expect("a signature");
        self.once((format!("token {member}"), *token), sign)
    }

    fn once(&self, key: (String, Digest), make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        self.signed.borrow_mut().entry(key).or_insert_with(make).clone()
    }

    /// A review of the plan.
    pub fn review(&self, member: &str, at: Time) -> messages::Review {
        messages::Review {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            member: member.to_owned(),
            at,
        }
    }

    /// A word to be present.
    pub fn attendance(
        &self,
        member: &str,
        phase: messages::Phase,
        opening: messages::Opening,
        at: Time,
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
}

fn spki(key: &ApprovalKey) -> Vec<u8> {
    let pem = key.public_pem().expect("PEM");
    let key = record::approval_key::ApprovalKey::from_spki_pem(&pem).expect("a key");
    key.spki_der().to_vec()
}
