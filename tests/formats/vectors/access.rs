//! Vectors of the access logs.

use record::Digest;
use record::access::{ConsoleAccess, ConsoleBatch, ConsoleWhat, Gap, GapWhat, HsmAccess, HsmBatch, Mfa};

use super::{at, file, member};

pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![file(console()), file(hsm())]
}

fn console() -> ConsoleBatch {
    let access = |minutes, user: Option<String>, what| ConsoleAccess {
        time: at(minutes),
        user,
        what,
    };
    ConsoleBatch {
        number: 1,
        previous: None,
        from: at(0),
        until: at(24 * 60),
        accesses: vec![
            access(5, None, ConsoleWhat::PowerOn),
            access(7, Some(member()), ConsoleWhat::Login),
            access(90, Some(member()), ConsoleWhat::Logout),
        ],
        gaps: vec![Gap {
            time: at(5),
            what: GapWhat::PowerOff,
            count: 1,
            first: None,
            hsm: None,
        }],
        inputs: vec![Digest::of(b"an export of the journal")],
    }
}

fn hsm() -> HsmBatch {
    let hsm = || "hsm-1".to_owned();
    HsmBatch {
        number: 1,
        previous: None,
        from: at(0),
        until: at(24 * 60),
        accesses: vec![HsmAccess {
            time: at(10),
            hsm: hsm(),
            sequence: Some(7),
            operation: "CN_LOGIN".into(),
            done: true,
            user: Some("member_1".into()),
            role: Some("ceremony-console".into()),
            mfa: Mfa::Yes,
        }],
        gaps: vec![Gap {
            time: at(10),
            what: GapWhat::Sequence,
            count: 2,
            first: Some(5),
            hsm: Some(hsm()),
        }],
        inputs: vec![Digest::of(b"an export of the HSM's log")],
    }
}
