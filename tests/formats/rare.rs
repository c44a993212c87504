//! What no rehearsal writes, but a record may say: each word of each enumeration, each optional field; and the bundles of
//! events that go otherwise than planned.

use record::messages::{Acknowledgement, Boot, Exceptions, ImageKind, Place, Refusal};
use record::record::{Exception, Fate, KeyChange, Record};
use record::standing::{HsmKey, StandingCertificate, StandingCrl};
use record::{Body, Bundle, Bytes, Digest, Signed, Standing, Time};

/// The record with one rare thing each, encoded.
pub fn records(record: &Record) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Record)| {
        let mut changed = record.clone();
        change(&mut changed);
        all.push((what, Bundle::new(false, changed).encode().expect("it encodes")));
    };
    for fate in fates() {
        add(format!("{fate:?}"), &|record| record.tokens[0].fate = fate);
    }
    for change in [KeyChange::Made, KeyChange::Adopted] {
        add(format!("{change:?}"), &|record| record.keys[0].change = change);
    }
    for kind in [ImageKind::Verity, ImageKind::Binary] {
        add(format!("{kind:?}"), &|record| record.image.kind = kind);
    }
    add("a quote".into(), &|record| record.boot = Boot::Quote(Bytes(vec![1])));
    add("a record before it".into(), &|record| {
        record.previous = Some(Digest::of(b"x"))
    });
    add("a checkpoint".into(), &|record| {
        record.checkpoint = Some("origin\n1\n".into())
    });
    for step in [None, Some("root-key".to_owned())] {
        let exception = Exception {
            step,
            at: Time(1),
            what: "the power was cut".into(),
        };
        add("an exception".into(), &|record| {
            record.exceptions = vec![exception.clone()]
        });
    }
    let signed = Signed {
        bundle: Bytes(vec![1]),
        signature: "armour".into(),
        member: "member-1".into(),
    };
    add("a refusal".into(), &|record| record.refusals = vec![signed.clone()]);
    add("a statement".into(), &|record| record.statements = vec![signed.clone()]);
    add("a fact".into(), &|record| {
        drop(record.facts.insert("clock".into(), "confirmed".into()))
    });
    add("an exemption".into(), &|record| {
        record.exemptions = vec!["lint until 2027".into()]
    });
    all
}

/// A bundle of each type that only an event writes which goes otherwise than planned.
pub fn bundles() -> Vec<(String, Vec<u8>)> {
    let (event, plan, session) = ("e".to_owned(), Digest::of(b"x"), Bytes(vec![0; 16]));
    let (member, at) = ("member-1".to_owned(), Time(1));
    let exception = Exception {
        step: None,
        at,
        what: "the power was cut".into(),
    };
    let exceptions = Exceptions {
        event: event.clone(),
        plan,
        session: session.clone(),
        exceptions: vec![exception.clone()],
    };
    let acknowledgement = Acknowledgement {
        event: event.clone(),
        plan,
        session: session.clone(),
        member: member.clone(),
        exceptions: vec![exception.digest().expect("a digest")],
        at,
    };
    let refusal = |session| Refusal {
        event: event.clone(),
        plan,
        session,
        member: member.clone(),
        reason: "the image's digest is another one".into(),
        at,
    };
    vec![
        ("standing".into(), encoded(full_standing())),
        ("exceptions".into(), encoded(exceptions)),
        ("acknowledgement".into(), encoded(acknowledgement)),
        ("refusal".into(), encoded(refusal(None))),
        ("refusal".into(), encoded(refusal(Some(session)))),
    ]
}

/// With a certificate, a list, a key that the quorum guards, and one that it does not.
fn full_standing() -> Standing {
    let der = Bytes(vec![0x30, 0]);
    let key = |name: &str, quorum| HsmKey {
        key: name.into(),
        label: format!("{name}-0123456789abcdef"),
        quorum,
        owner: "root_owner".into(),
    };
    Standing {
        certificates: vec![StandingCertificate {
            name: "root".into(),
            number: 1,
            der: der.clone(),
        }],
        crls: vec![StandingCrl {
            issuer: "root-1".into(),
            number: 1,
            der,
        }],
        keys: vec![key("root-1", Some(5)), key("console-1", None)],
        ..super::vectors::standing()
    }
}

fn encoded<B: Body>(body: B) -> Vec<u8> {
    Bundle::new(true, body).encode().expect("it encodes")
}

/// All of them; a new one does not compile until it is here.
fn fates() -> [Fate; 4] {
    let all = [Fate::Used, Fate::Unused, Fate::Unknown, Fate::Refused];
    for fate in all {
        match fate {
            Fate::Used | Fate::Unused | Fate::Unknown | Fate::Refused => {}
        }
    }
    all
}

/// Where a member may be.
pub const PLACES: [Place; 2] = [Place::Local, Place::Remote];
