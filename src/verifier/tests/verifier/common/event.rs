//! The event: plan, keys, outputs, record, each part open to be changed before it is signed.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use issue::derive::{Derived, Keys, assemble, derive};
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};
use p384::pkcs8::EncodePublicKey as _;
use record::facts::HsmCheck;
use record::journal::{Entry, What, frame};
use record::messages::{
    Approval, ApprovalRequest, Attendance, Boot, Image, ImageKind, Phase, Place, Review, TokenApproval, TokenRequest,
};
use record::plan::{EventKey, HsmKind, Inbound, LOG_POLICY, POLICY, ROSTER, STANDING, Step};
use record::record::{Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::results::{IssuedCertificate, IssuedCrl, Results};
use record::sshsig::{self, SshKey, namespace};
use record::{Bundle, Bytes, Digest, Signed, Standing, Time};
use verifier::EventFiles;
use verifier::layout::OutputName;

use super::{Members, OPENS, clusters};

/// An event that was held, before its record was signed.
pub struct Made {
    pub members: Arc<Members>,
    pub plan: Vec<u8>,
    pub inbound: Inbound,
    pub derived: Vec<Derived>,
    pub record: Record,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
}

/// What the event leaves behind.
pub struct Left {
    pub plan: Vec<u8>,
    pub record: Vec<u8>,
    pub journal: Vec<u8>,
    pub certificates: Vec<IssuedCertificate>,
    pub crls: Vec<IssuedCrl>,
    pub countersignatures: BTreeMap<String, String>,
    pub results: Option<String>,
}

impl Left {
    pub fn files(&self) -> EventFiles<'_> {
        EventFiles {
            plan: &self.plan,
            record: &self.record,
            journal: &self.journal,
            certificates: self.certificates.clone(),
            crls: self.crls.clone(),
            countersignatures: self.countersignatures.clone(),
            results_signature: self.results.as_deref(),
        }
    }
}

impl Made {
    pub fn new() -> Self {
        Self::on(HsmKind::Cloudhsm)
    }

    /// The event on an HSM of this kind.
    pub fn on(kind: HsmKind) -> Self {
        let members = Arc::new(Members::new());
        let plan = founding_plan(&members, kind);
        Self::hold(&members, &plan)
    }

    /// An event that was held as planned.
    pub fn hold(members: &Arc<Members>, plan: &[u8]) -> Self {
        let inbound = Inbound::open(plan).unwrap_or_else(|error| panic!("{error}"));
        let keys: Keys = inbound
            .keys()
            .iter()
            .map(|key| (key.key.clone(), public(&key.key)))
            .collect();
        let derived = derive(&inbound, &keys, inbound.plan.opens.plus(60)).unwrap_or_else(|error| panic!("{error}"));
        let (mut certificates, mut crls, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for planned in &derived {
            let der = signed(planned, &planned.issuer);
            let (step, file, signed) = (planned.step.clone(), planned.file.clone(), planned.digest());
            outputs.push(Output {
                step,
                file,
                signed,
                fingerprint: Digest::of(&der),
            });
            match OutputName::parse(&planned.file).unwrap() {
                OutputName::Certificate { name, number } => certificates.push(IssuedCertificate {
                    name,
                    number,
                    der: der.into(),
                }),
                OutputName::Crl { issuer, number } => crls.push(IssuedCrl {
                    issuer,
                    number,
                    der: der.into(),
                }),
            }
        }
        let mut record = record(&inbound, members, &derived, outputs);
        state(&mut record);
        Self {
            members: members.clone(),
            plan: plan.to_vec(),
            inbound,
            derived,
            record,
            certificates,
            crls,
        }
    }

    /// The event as it was, or with another record: journal and signatures are made for that one.
    pub fn left(&self, change: impl FnOnce(&mut Record)) -> Left {
        let mut record = self.record.clone();
        change(&mut record);
        let journal = state(&mut record);
        record.journal_entries = record::journal::Journal::read(&journal).unwrap().entries.len() as u64;
        record.journal = Digest::of(&journal);
        self.sign(&record, journal)
    }

    /// Signs a record as it is.
    pub fn sign(&self, record: &Record, journal: Vec<u8>) -> Left {
        let event = record.event.clone();
        let record = Bundle::new(true, record.clone()).encode().unwrap();
        let sign = |n: usize| sshsig::sign(&Members::ssh(n), namespace::RECORD, &record).unwrap();
        let countersignatures = (0..9).map(|n| (Members::id(n), sign(n))).collect();
        let (plan, certificates, crls) = (self.plan.clone(), self.certificates.clone(), self.crls.clone());
        let mut left = Left {
            plan,
            record,
            journal,
            certificates,
            crls,
            countersignatures,
            results: None,
        };
        let key = self.inbound.console_key();
        left.results = key.map(|key| console(&left, event, &key));
        left
    }

    /// One member's approval of all tokens of the request.
    pub fn approval(&self, n: usize, change: impl FnOnce(&mut Approval)) -> Signed {
        approval(&self.inbound, &self.members, &self.record.requests[0], n, change)
    }
}

/// The signature of a key over what is derived, put to it.
pub fn signed(planned: &Derived, key: &str) -> Vec<u8> {
    let signature: Signature = private(key).sign(planned.bytes());
    assemble(planned, &public(key), &signature.to_bytes()).unwrap()
}

/// The console's signature over the results, by its key of that name.
pub fn console(left: &Left, event: String, name: &str) -> String {
    let results = Results {
        event,
        plan: left.plan.as_slice().into(),
        record: left.record.as_slice().into(),
        journal: left.journal.as_slice().into(),
        certificates: left.certificates.clone(),
        crls: left.crls.clone(),
    };
    let bytes = Bundle::new(true, results).encode().unwrap();
    let key = SshKey::from_p384_spki(public(name).spki_der()).unwrap();
    let raw: Signature = private(name).sign(&sshsig::to_be_signed(namespace::BUNDLE, &bytes));
    sshsig::assemble_p384(
        &key,
        namespace::BUNDLE,
        &bytes,
        raw.to_bytes().as_slice().try_into().unwrap(),
    )
    .unwrap()
}

/// The log's key, for a test.
pub fn log_key() -> tlog::Signer {
    tlog::Signer::new(tlog::REHEARSAL_ORIGIN, zeroize::Zeroizing::new([77; 32])).unwrap()
}

pub fn private(name: &str) -> SigningKey {
    let half = |n: u8| Digest::of(format!("{n} {name}").as_bytes()).0;
    SigningKey::from_slice(&[&half(1)[..], &half(2)[..16]].concat()).unwrap()
}

pub fn public(name: &str) -> x509::PublicKey {
    x509::PublicKey::from_spki_der(private(name).verifying_key().to_public_key_der().unwrap().as_bytes()).unwrap()
}

fn script(file: &str) -> String {
    let path = format!(
        "{}/../../ceremony-scripts/root-generation/{file}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap()
}

/// What the founding plan is made from.
pub fn founding_inputs(members: &Members) -> BTreeMap<String, Bytes> {
    let log_policy = tlog::Policy::without_witnesses([log_key().key().clone()])
        .unwrap()
        .to_string();
    let mut inputs: BTreeMap<String, Bytes> = BTreeMap::new();
    inputs.insert(POLICY.into(), script("policy.toml").into_bytes().into());
    inputs.insert(
        ROSTER.into(),
        Bundle::new(true, members.roster()).encode().unwrap().into(),
    );
    inputs.insert(LOG_POLICY.into(), log_policy.into_bytes().into());
    for name in ["release", "crates-io", "transparency"] {
        inputs.insert(format!("{name}.csr"), csr(name));
    }
    inputs
}

fn founding_plan(members: &Members, kind: HsmKind) -> Vec<u8> {
    let inputs = founding_inputs(members);
    let plan = fill(&script("plan.toml"), &inputs, OPENS);
    let plan = match kind {
        HsmKind::Cloudhsm => plan,
        HsmKind::Pkcs11 => plan
            .replace("[hsm]\n", "[hsm]\nkind = \"pkcs11\"\n")
            .replace("root_owner", "Token 1")
            .replace("nodes-least = 2", "nodes-least = 1"),
    };
    Inbound::pack(plan.as_bytes(), inputs).unwrap()
}

/// The founding plan of a PKI that had an event before it.
pub fn founding_plan_on(members: &Members, opens: Time, standing: Bytes) -> Vec<u8> {
    let mut inputs = founding_inputs(members);
    inputs.insert(STANDING.into(), standing);
    let listed = format!("[inputs]\n\"{STANDING}\" = \"@digest {STANDING}@\"\n");
    let plan = script("plan.toml").replace("[inputs]\n", &listed);
    let plan = fill(&plan, &inputs, opens);
    Inbound::pack(plan.as_bytes(), inputs).unwrap_or_else(|error| panic!("{error}\n{plan}"))
}

/// Fills in what stands between at-signs.
fn fill(script: &str, inputs: &BTreeMap<String, Bytes>, opens: Time) -> String {
    let mut serial = 0x5100_0000_0000_0000_u64;
    let script = first_of_all(script);
    let parts = script.split('@').enumerate().map(|(n, part)| match (n % 2, part) {
        (0, text) => text.to_owned(),
        (_, "event") => "rehearsal-1".into(),
        (_, "rehearsal") => "true".into(),
        (_, "opens") => opens.to_string(),
        (_, "closes") => opens.plus(8 * 3600).to_string(),
        (_, "opens+400d") => opens.plus(400 * 86_400).to_string(),
        (_, "serial") => {
            serial += 0x0101;
            format!("{serial:016x}{:016x}", u64::MAX - serial)
        }
        (_, digest) => Digest::of(&inputs[digest.strip_prefix("digest ").unwrap()]).hex(),
    });
    parts.collect()
}

/// The template without what stands before the event.
fn first_of_all(template: &str) -> String {
    let (before, rest) = template.split_once("#@ if file standing.cbor\n").expect("a condition");
    let (_, after) = rest.split_once("#@ end\n").expect("its end");
    format!("{before}{after}")
}

pub fn csr(name: &str) -> Bytes {
    let subject = format!("/CN={name}");
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-384",
        "-nodes",
        "-keyout",
        "/dev/null",
    ];
    let made = Command::new("openssl")
        .args(["req", "-new", "-subj", &subject, "-outform", "DER"])
        .args(key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout.into()
}

fn record(inbound: &Inbound, members: &Members, derived: &[Derived], outputs: Vec<Output>) -> Record {
    let opens = inbound.plan.opens;
    let tool = Digest::of(b"the ceremony binary");
    let image = Image {
        kind: ImageKind::Binary,
        digest: tool,
    };
    let (event, plan, session) = (inbound.plan.event.clone(), inbound.digest, Bytes(vec![9; 16]));
    let review = |n| {
        Members::signed(
            n,
            Review {
                event: event.clone(),
                plan,
                member: Members::id(n),
                at: opens,
            },
        )
    };
    let attend = |n, phase| {
        let (event, image, session, member) = (event.clone(), image.clone(), session.clone(), Members::id(n));
        let (offset, at) = match phase {
            Phase::Begin => (0, opens.plus(70)),
            Phase::End => (100, opens.plus(3500)),
        };
        let (nonce, place) = (Bytes(vec![n as u8 + offset; 16]), Place::Local);
        Members::signed(
            n,
            Attendance {
                event,
                plan,
                image,
                session,
                member,
                nonce,
                phase,
                place,
                at,
            },
        )
    };
    let keys: Vec<KeyRecord> = inbound.keys().iter().map(|made| key(inbound, made)).collect();
    let guarded = |planned: &&Derived| inbound.is_guarded(&planned.issuer) == Some(true);
    let tokens: Vec<_> = derived.iter().filter(guarded).map(token).collect();
    let windows = usize::from(!tokens.is_empty());
    let uses = tokens.iter().map(|token| TokenUse {
        token: token.token,
        action: token.action.clone(),
        window: 1,
        fate: Fate::Used,
    });
    let uses = uses.collect();
    let request = Bundle::new(
        true,
        ApprovalRequest {
            event: event.clone(),
            plan,
            image: image.clone(),
            boot: Boot::Unproven,
            session: session.clone(),
            window: 1,
            requester: inbound.plan.hsm.owner.clone(),
            keys: keys
                .iter()
                .map(|key| (key.key.clone(), key.public_key.clone()))
                .collect(),
            tokens,
            at: opens.plus(600),
        },
    );
    let request = Bytes(request.encode().unwrap());
    Record {
        kind: inbound.plan.kind.to_string(),
        description: inbound.plan.description.clone(),
        previous: inbound.standing.as_ref().and_then(Standing::previous),
        checkpoint: inbound.standing.as_ref().map(|standing| standing.checkpoint.clone()),
        roster: inbound.plan.inputs[ROSTER].0,
        tool,
        tool_version: "0.1.0".into(),
        boot: Boot::Unproven,
        began: opens.plus(60),
        ended: opens.plus(3600),
        present: (0..9).map(Members::id).collect(),
        reviews: (0..9).map(review).collect(),
        attendance: (0..9)
            .map(|n| attend(n, Phase::Begin))
            .chain((0..9).map(|n| attend(n, Phase::End)))
            .collect(),
        approvals: (0..5 * windows)
            .map(|n| approval(inbound, members, &request, n, |_| ()))
            .collect(),
        requests: vec![request; windows],
        tokens: uses,
        keys,
        outputs,
        refusals: Vec::new(),
        statements: clusters::answers(inbound, members),
        facts: facts(inbound),
        exceptions: Vec::new(),
        exemptions: Vec::new(),
        adopted: inbound.adopted(),
        journal_entries: 0,
        journal: Digest::of(b""),
        event,
        plan,
        image,
        session,
    }
}

fn key(inbound: &Inbound, wanted: &EventKey) -> KeyRecord {
    let public_key = Bytes::from(public(&wanted.key).spki_der());
    let no = [
        "extractable",
        "destroyable",
        "modifiable",
        "wrap",
        "unwrap",
        "derive",
        "decrypt",
        "encrypt",
        "trusted",
    ];
    let yes = [
        "never-extractable",
        "sensitive",
        "always-sensitive",
        "local",
        "token",
        "private",
        "sign",
    ];
    let mut attributes: Vec<String> = no.map(|name| format!("{name}=false")).into();
    attributes.extend(yes.map(|name| format!("{name}=true")));
    let counts = inbound.plan.hsm.kind == HsmKind::Cloudhsm;
    if !counts {
        // PKCS#11: private keys do not have these.
        attributes.retain(|stated| !["wrap=false", "encrypt=false", "trusted=false"].contains(&stated.as_str()));
    }
    attributes.sort();
    let quorum = wanted.quorum.filter(|_| counts);
    let shared = inbound
        .roster
        .members
        .iter()
        .filter(|_| quorum.is_some())
        .map(|member| member.approver.clone())
        .collect();
    KeyRecord {
        key: wanted.key.clone(),
        change: match wanted.made {
            true => KeyChange::Made,
            false => KeyChange::Used,
        },
        label: wanted.label.clone(),
        fingerprint: Digest::of(&public_key),
        public_key,
        attributes,
        quorum: quorum.map(|threshold| (threshold, threshold)),
        owner: inbound.plan.hsm.owner.clone(),
        shared,
    }
}

fn token(planned: &Derived) -> TokenRequest {
    let approval_data = Bytes(format!("made up by the HSM for {}", planned.step).into_bytes());
    TokenRequest {
        service: "key-usage".into(),
        key: Some(planned.issuer.clone()),
        key_reference: Some("0x1".into()),
        token: Digest::of(&approval_data),
        approval_data,
        action: planned.action(),
    }
}

fn approval(
    inbound: &Inbound,
    members: &Members,
    request: &Bytes,
    n: usize,
    change: impl FnOnce(&mut Approval),
) -> Signed {
    let asked = Bundle::<ApprovalRequest>::decode(request).unwrap().body;
    let consent = |token: &TokenRequest| TokenApproval {
        token: token.token,
        action: token.action.digest,
        signature: members.approve(n, &token.token.0),
    };
    let mut approval = Approval {
        event: inbound.plan.event.clone(),
        plan: inbound.digest,
        image: asked.image,
        session: asked.session,
        request: Digest::of(request),
        member: Members::id(n),
        tokens: asked.tokens.iter().map(consent).collect(),
        at: inbound.plan.opens.plus(700),
    };
    change(&mut approval);
    Members::signed(n, approval)
}

/// States what follows from the record's journal, and returns that.
fn state(record: &mut Record) -> Vec<u8> {
    let journal = journal(record);
    state_as(record, &journal);
    journal
}

/// States what follows from a journal.
pub fn state_as(record: &mut Record, journal: &[u8]) {
    let entries = record::journal::Journal::read(journal).unwrap().entries;
    record.facts.extend(record::facts::journalled(&entries));
}

/// A journal that tells of the same as the record.
pub fn journal(record: &Record) -> Vec<u8> {
    let mut all = vec![What::Opened {
        event: record.event.clone(),
        plan: record.plan,
        image: record.image.clone(),
        tool: record.tool,
        tool_version: record.tool_version.clone(),
        boot: record.boot.clone(),
        session: record.session.clone(),
    }];
    all.push(What::Machine {
        boot: None,
        since: None,
    });
    all.push(What::Clock);
    let received = [
        ("review", &record.reviews),
        ("attendance", &record.attendance),
        ("approval", &record.approvals),
        ("refusal", &record.refusals),
    ];
    let requests = clusters::requests(record);
    all.extend(
        requests
            .iter()
            .cloned()
            .map(|request| What::Asked { round: 1, request }),
    );
    let type_of = |signed: &Signed| {
        record::bundle::peek(&signed.bundle).map_or_else(|_| "acknowledgement".into(), |(kind, _, _)| kind)
    };
    all.extend(record.statements.iter().map(|signed| What::Received {
        kind: type_of(signed),
        signed: signed.clone(),
    }));
    for (kind, messages) in received {
        all.extend(messages.iter().map(|signed| What::Received {
            kind: kind.into(),
            signed: signed.clone(),
        }));
    }
    let stated = |before: &'static str| {
        let facts = record.facts.iter();
        facts.filter_map(move |(name, said)| Some((name.strip_prefix(before)?.to_owned(), said.clone())))
    };
    all.extend(stated("answer-").map(|(step, answer)| What::Answered { step, answer }));
    let looks = stated("look-").map(|(step, _)| record::facts::look(&step));
    let checks = HsmCheck::BOTH.map(|check| check.fact().to_owned());
    all.extend(
        checks
            .into_iter()
            .filter(|check| record.facts.contains_key(check))
            .chain(looks)
            .map(|check| {
                let found = record.facts[&check].clone();
                What::Checked {
                    of: check,
                    findings: match found == record::facts::NOTHING_FALLS_SHORT {
                        true => Vec::new(),
                        false => vec![found],
                    },
                }
            }),
    );
    all.extend(record.keys.iter().map(|key| What::Key {
        step: key.key.clone(),
        record: key.clone(),
    }));
    all.extend(record.requests.iter().map(|request| What::Requested {
        request: request.clone(),
    }));
    let spent = record.tokens.iter().filter(|token| token.fate != Fate::Unused);
    all.extend(spent.map(|token| What::Spending {
        token: Some(token.token),
        action: token.action.clone(),
    }));
    all.push(What::Logins {
        problem: None,
        logins: Vec::new(),
        power: Vec::new(),
    });
    write(record, all)
}

/// Writes a journal from the record's beginning to its end, each entry bound to the one before it.
pub fn write(record: &Record, all: Vec<What>) -> Vec<u8> {
    let last = Time(record.ended.0 - 10).max(record.began);
    write_at(all.into_iter().enumerate().map(|(n, what)| match n {
        0 => (record.began, what),
        _ => (last, what),
    }))
}

/// Writes a journal with these times, each entry bound to the one before it.
pub fn write_at(all: impl IntoIterator<Item = (Time, What)>) -> Vec<u8> {
    let (mut bytes, mut previous) = (Vec::new(), Digest::of(b""));
    for (number, (at, what)) in (0..).zip(all) {
        let entry = Entry {
            number,
            previous,
            at,
            what,
        };
        previous = Digest::of(&record::cbor::encode(&entry).unwrap());
        bytes.extend(frame(&entry).unwrap());
    }
    bytes
}

/// What the console states of the HSM, and what people answered.
fn facts(inbound: &Inbound) -> BTreeMap<String, String> {
    let kept_by = inbound.plan.hsm.kind.quorum_kept_by().to_owned();
    let judged = |check: HsmCheck| (check.fact().to_owned(), record::facts::judged(&[]));
    let checks = HsmCheck::BOTH.map(judged);
    let asked = inbound.plan.step.iter().filter_map(|step| match step {
        Step::Answer { id, proceed, .. } => {
            let said = proceed.clone().unwrap_or_else(|| "as it should be".into());
            Some((record::facts::answer(id), said))
        }
        Step::LookAtHsm { id, .. } => Some((record::facts::look(id), record::facts::judged(&[]))),
        _ => None,
    });
    let checks = checks.into_iter().filter(|_| inbound.plan.deed().touches_the_hsm());
    checks
        .chain([(record::facts::QUORUM_KEPT_BY.to_owned(), kept_by)])
        .chain(clusters::judged(inbound))
        .chain(asked)
        .collect()
}
