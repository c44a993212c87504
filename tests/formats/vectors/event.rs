//! Vectors of one event, in the order in which they are made.

use std::collections::BTreeMap;

use record::messages::{
    Acknowledgement, Action, ActionKind, Approval, ApprovalRequest, Attendance, Boot, Exceptions, Image, ImageKind,
    Opening, Phase, Place, Refusal, Review, TokenApproval, TokenRequest,
};
use record::parcel::{Contents, Parcel, Signature};
use record::record::{Exception, Fate, KeyChange, KeyRecord, Output, Record, TokenUse};
use record::results::{IssuedCertificate, IssuedCrl, Results};
use record::{Bytes, Digest};

use super::{at, event_name, file, keys, member, plan, rules, session, signed};

pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        file(review()),
        file(opening()),
        file(attendance()),
        file(approval_request()),
        file(approval()),
        file(exceptions()),
        file(acknowledgement()),
        file(refusal()),
        file(record()),
        file(results()),
        file(parcel()),
    ]
}

/// The review, and what lies beside it.
fn parcel() -> Parcel {
    let review = signed(review());
    Parcel {
        name: "review-member-1.cbor".into(),
        bundle: Contents::Here(review.bundle),
        signatures: vec![Signature {
            member: None,
            signature: review.signature,
        }],
    }
}

fn review() -> Review {
    Review {
        event: event_name(),
        plan: plan(),
        member: member(),
        at: at(0),
        compared: None,
    }
}

fn image() -> Image {
    Image {
        kind: ImageKind::Verity,
        digest: Digest::of(b"a root hash"),
    }
}

fn opening() -> Opening {
    Opening {
        event: event_name(),
        plan: plan(),
        image: image(),
        session: session(),
        at: at(10),
    }
}

fn attendance() -> Attendance {
    Attendance {
        event: event_name(),
        plan: plan(),
        image: image(),
        session: session(),
        member: member(),
        nonce: Bytes(keys::octets("a nonce", 16)),
        phase: Phase::Begin,
        place: Place::Local,
        at: at(15),
    }
}

fn approval_data() -> Vec<u8> {
    keys::octets("approval data", 48)
}

fn action() -> Action {
    Action {
        step: "root-certificate".into(),
        kind: ActionKind::Sign,
        digest: Digest::of(b"to be signed"),
    }
}

fn approval_request() -> ApprovalRequest {
    ApprovalRequest {
        event: event_name(),
        plan: plan(),
        image: image(),
        boot: Boot::Unproven,
        session: session(),
        window: 1,
        requester: "root_owner".into(),
        keys: BTreeMap::from([("root-1".to_owned(), keys::p384())]),
        tokens: vec![TokenRequest {
            service: "key-usage".into(),
            key: Some("root-1".into()),
            key_reference: Some("0x0000000000000001".into()),
            approval_data: Bytes(approval_data()),
            token: Digest::of(&approval_data()),
            action: action(),
        }],
        at: at(30),
    }
}

fn approval() -> Approval {
    Approval {
        event: event_name(),
        plan: plan(),
        image: image(),
        session: session(),
        request: Digest::of(&file(approval_request()).1),
        member: member(),
        tokens: vec![TokenApproval {
            token: Digest::of(&approval_data()),
            action: action().digest,
            signature: keys::rsa_signature("an approval"),
        }],
        at: at(35),
    }
}

fn exception() -> Exception {
    Exception {
        step: Some("root-key".into()),
        at: at(20),
        what: "the power was cut; the event went on after it".into(),
    }
}

fn exceptions() -> Exceptions {
    Exceptions {
        event: event_name(),
        plan: plan(),
        session: session(),
        exceptions: vec![exception()],
    }
}

fn acknowledgement() -> Acknowledgement {
    Acknowledgement {
        event: event_name(),
        plan: plan(),
        session: session(),
        member: member(),
        exceptions: vec![exception().digest().expect("a digest")],
        at: at(40),
    }
}

fn refusal() -> Refusal {
    Refusal {
        event: event_name(),
        plan: plan(),
        session: Some(session()),
        member: member(),
        reason: "the console shows another image than the manifest".into(),
        at: at(12),
    }
}

fn key() -> KeyRecord {
    KeyRecord {
        key: "root-1".into(),
        change: KeyChange::Made,
        label: "root-1-0123456789abcdef".into(),
        public_key: keys::p384(),
        fingerprint: Digest::of(&keys::p384()),
        attributes: vec!["extractable=false".into(), "sign=true".into()],
        quorum: Some((5, 5)),
        owner: "root_owner".into(),
        shared: vec!["member_1".into()],
    }
}

fn record() -> Record {
    Record {
        event: event_name(),
        kind: "root-generation".into(),
        description: "The first root key and its certificate".into(),
        previous: Some(Digest::of(b"a record")),
        checkpoint: Some("a checkpoint\n".into()),
        plan: plan(),
        roster: Digest::of(b"a roster"),
        image: image(),
        tool: Digest::of(b"a program"),
        tool_version: "0.1.0".into(),
        boot: Boot::Unproven,
        session: session(),
        began: at(10),
        ended: at(60),
        present: vec![member()],
        reviews: vec![signed(review())],
        attendance: vec![signed(attendance())],
        requests: vec![Bytes(file(approval_request()).1)],
        approvals: vec![signed(approval())],
        tokens: vec![TokenUse {
            token: Digest::of(&approval_data()),
            action: action(),
            window: 1,
            fate: Fate::Used,
        }],
        keys: vec![key()],
        outputs: vec![Output {
            step: action().step,
            file: "certs/root-1.der".into(),
            signed: action().digest,
            fingerprint: Digest::of(b"a certificate"),
        }],
        refusals: vec![signed(refusal())],
        statements: vec![signed(acknowledgement())],
        facts: BTreeMap::from([("clock".to_owned(), "confirmed by the operator".to_owned())]),
        exceptions: vec![exception()],
        exemptions: Vec::new(),
        adopted: BTreeMap::from([("roster/2.cbor".to_owned(), Digest::of(b"the second roster"))]),
        journal_entries: 80,
        journal: Digest::of(b"a journal"),
    }
}

/// Certificate, list and journal are empty: their own formats are described elsewhere.
fn results() -> Results {
    let der = || Bytes(vec![0x30, 0]);
    Results {
        event: event_name(),
        plan: Bytes(file(rules::inbound()).1),
        record: Bytes(file(record()).1),
        journal: Bytes(Vec::new()),
        certificates: vec![IssuedCertificate {
            name: "root".into(),
            number: 1,
            der: der(),
        }],
        crls: vec![IssuedCrl {
            issuer: "root-1".into(),
            number: 1,
            der: der(),
        }],
    }
}
