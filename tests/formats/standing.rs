//! What stands: an example that is committed, and one with everything in it.

use std::fs;

use record::standing::{HsmKey, Past, Standing, StandingCertificate, StandingCrl};
use record::{Bundle, Bytes, Digest};
use serde_cbor::Value;
use support::process::workspace;

use super::diagnostic;
use crate::{check_page, rows, valid};

#[test]
fn the_example_of_what_stands_is_the_committed_file() {
    let bytes = Bundle::new(true, begun()).encode().expect("it encodes");
    let vector = workspace().join("tests/vectors/standing.cbor");
    if fs::read(&vector).ok().as_ref() != Some(&bytes) {
        let left = vector.with_file_name("standing.actual.cbor");
        fs::write(&left, &bytes).expect("the bundle as it is");
        panic!("{} differs from {}", vector.display(), left.display());
    }
    valid("bundles", "standing", &bytes).expect("as described");
    let value: Value = serde_cbor::from_slice(&bytes).expect("CBOR");
    let blocks = [
        ("standing-hex", rows(&bytes)),
        ("standing-diag", diagnostic::notation(&value)),
    ];
    check_page(&workspace().join("docs/formats/README.md"), &blocks);
}

/// After a cluster's initialisation, and nothing else.
fn begun() -> Standing {
    Standing {
        events: vec![Past {
            event: "cluster-1".into(),
            kind: "cluster-initialisation".into(),
            record: Digest::of(b"a record"),
        }],
        checkpoint: "a checkpoint\n".into(),
        roster: Digest::of(b"a roster"),
        policy: Digest::of(b"a policy"),
        log_policy: Digest::of(b"a log policy"),
        log_policy_number: 1,
        certificates: Vec::new(),
        crls: Vec::new(),
        keys: Vec::new(),
    }
}

/// With a certificate, a list, a key that the quorum guards, and one that it does not.
pub fn full() -> Standing {
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
        ..begun()
    }
}
