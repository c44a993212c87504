//! A PKI one year after its founding, and plans for it.

use std::collections::BTreeMap;

use crate::plan::{Inbound, Plan};
use crate::standing::{HsmKey, Past, Standing, StandingCertificate, StandingCrl};
use crate::{Bytes, Digest, Member, Policy, Roster, Time};

const POLICY: &str = include_str!("../../../../../../ceremony-scripts/root-generation/policy.toml");

/// What a plan is made for; tests change it.
pub struct World {
    pub kind: &'static str,
    pub generation: u32,
    /// The plan's steps, TOML.
    pub steps: String,
    pub standing: Option<Standing>,
    pub policy: String,
    pub next_policy: Option<String>,
    pub roster: Roster,
    pub next_roster: Option<Roster>,
    /// Further inputs.
    pub inputs: Vec<&'static str>,
}

/// A year after the founding.
pub fn world(kind: &'static str, steps: &str) -> World {
    World {
        kind,
        generation: 1,
        steps: steps.to_owned(),
        standing: Some(standing()),
        policy: POLICY.to_owned(),
        next_policy: None,
        roster: roster(1, None, 9),
        next_roster: None,
        inputs: Vec::new(),
    }
}

impl World {
    /// What the rules say.
    pub fn judged(&self) -> Result<(), String> {
        super::super::follows(&self.inbound())
    }

    /// What is wrong.
    #[track_caller]
    pub fn refused(&self) -> String {
        self.judged().expect_err("refused")
    }

    /// The same with text of the steps replaced.
    pub fn with(mut self, from: &str, to: &str) -> Self {
        assert!(self.steps.contains(from), "{from}");
        self.steps = self.steps.replacen(from, to, 1);
        self
    }

    fn inbound(&self) -> Inbound {
        let plan = Plan::parse(self.text().as_bytes()).unwrap_or_else(|error| panic!("{error}\n{}", self.text()));
        let policy = |text: &String| Policy::parse(text.as_bytes()).expect("a policy");
        Inbound {
            digest: Digest::of(b"plan"),
            plan,
            policy: policy(&self.policy),
            roster: self.roster.clone(),
            standing: self.standing.clone(),
            next_policy: self.next_policy.as_ref().map(policy),
            next_roster: self.next_roster.clone(),
            inputs: BTreeMap::new(),
        }
    }

    fn text(&self) -> String {
        let (kind, generation) = (self.kind, self.generation);
        let mut names = vec!["policy.toml", "roster.cbor", "tlog-policy"];
        names.extend(self.standing.iter().map(|_| "standing.cbor"));
        names.extend(self.next_policy.iter().map(|_| "next-policy.toml"));
        names.extend(self.next_roster.iter().map(|_| "next-roster.cbor"));
        names.extend(&self.inputs);
        let inputs: String = names
            .iter()
            .map(|name| format!("\"{name}\" = \"{}\"\n", digest_of(name)))
            .collect();
        format!(
            "version = 1\nevent = \"next\"\nkind = \"{kind}\"\nrehearsal = true\ndescription = \"What is tested\"\n\
             generation = {generation}\nopens = \"2027-11-01T00:00:00Z\"\ncloses = \"2027-11-02T00:00:00Z\"\n\
             [hsm]\nowner = \"root_owner\"\nnodes-least = 2\n[inputs]\n{inputs}\n{}",
            self.steps
        )
    }
}

/// The digest that the plan lists for an input.
fn digest_of(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// What the founding left.
pub fn standing() -> Standing {
    let names = ["root", "release", "crates-io", "bors", "transparency", "console"];
    let certificate = |name: &str| StandingCertificate {
        name: name.to_owned(),
        number: 1,
        der: Bytes(Vec::new()),
    };
    let crl = |issuer: &str| StandingCrl {
        issuer: issuer.to_owned(),
        number: 1,
        der: Bytes(Vec::new()),
    };
    let key = |(key, quorum): (&str, Option<u8>)| HsmKey {
        key: key.to_owned(),
        label: format!("{key}-0123456789abcdef"),
        quorum,
        owner: "root_owner".to_owned(),
    };
    Standing {
        events: vec![Past {
            event: "founding".into(),
            kind: "root-generation".into(),
            record: Digest::of(b"record"),
        }],
        checkpoint: "checkpoint".into(),
        roster: digest_of("roster.cbor"),
        policy: digest_of("policy.toml"),
        log_policy: digest_of("tlog-policy"),
        log_policy_number: 1,
        certificates: names.map(certificate).to_vec(),
        crls: ["bors-1", "root-1"].map(crl).to_vec(),
        keys: [("root-1", Some(5)), ("bors-1", Some(5)), ("console-1", None)]
            .map(key)
            .to_vec(),
    }
}

/// A roster of so many; nothing in it is checked but who is there.
pub fn roster(number: u32, previous: Option<Digest>, members: u8) -> Roster {
    Roster {
        number,
        previous,
        appointment: "a test".into(),
        members: (1..=members).map(|n| member(&format!("member-{n}"))).collect(),
    }
}

/// The roster after the first.
pub fn next_roster() -> Roster {
    roster(2, Some(digest_of("roster.cbor")), 9)
}

/// A member.
pub fn member(id: &str) -> Member {
    Member {
        id: id.to_owned(),
        from: Time(0),
        until: Time(u64::MAX / 2),
        approver: crate::roster::approver_of(id),
        admin: crate::roster::admin_of(id),
        approval_key: Bytes(format!("approval key of {id}").into_bytes()),
        admin_key: Bytes(format!("admin key of {id}").into_bytes()),
        ssh_key: format!("ssh key of {id}"),
        affiliations: Vec::new(),
        residence: Bytes(Vec::new()),
        citizenships: Vec::new(),
    }
}

/// A CRL step.
pub fn crl(issuer: &str, number: u64, more: &str) -> String {
    format!(
        "[[step]]\nid = \"{issuer}-crl\"\ndo = \"issue-crl\"\nissuer = \"{issuer}\"\nnumber = {number}\n\
         this-update = \"2027-11-01T00:00:00Z\"\nnext-update = \"2028-11-01T00:00:00Z\"\n{more}\n"
    )
}

/// A key step.
pub fn key(name: &str, quorum: bool) -> String {
    format!("[[step]]\nid = \"{name}-key\"\ndo = \"make-key\"\nkey = \"{name}\"\nquorum = {quorum}\n\n")
}

/// A certificate step, from the event until 2031.
pub fn certificate(stem: &str, key: &str, issuer: &str, more: &str) -> String {
    let (name, number) = stem.rsplit_once('-').expect("a stem");
    let serial = serial(stem);
    format!(
        "[[step]]\nid = \"{stem}-certificate\"\ndo = \"issue-certificate\"\nname = \"{name}\"\nnumber = {number}\n\
         key = {{ {key} }}\nissuer = \"{issuer}\"\nserial = \"{serial}\"\nnot-before = \"2027-11-01T00:00:00Z\"\n\
         not-after = \"2031-10-01T00:00:00Z\"\n{more}\n"
    )
}

/// A serial number that no other name has.
pub fn serial(name: &str) -> String {
    format!("11{}", &Digest::of(name.as_bytes()).hex()[..30])
}
