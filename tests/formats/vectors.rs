//! One small bundle of each type, made by hand: the committed vectors, and the examples on the page.
//!
//! Keys and signatures by SSH are real, from seeds that everybody knows; RSA keys and signatures are look-alikes of the
//! right form, to which nobody has a private key.

mod access;
mod event;
mod keys;
mod rules;

pub use rules::standing;

use record::{Body, Bundle, Bytes, Digest, Signed, Time};

/// Name and octets of each vector, in the order of the page: that of an event.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = rules::all();
    all.extend(event::all());
    all.extend(access::all());
    all
}

/// The bundle's file, with the rehearsal mark.
fn file<B: Body>(body: B) -> (&'static str, Vec<u8>) {
    (B::TYPE, Bundle::new(true, body).encode().expect("it encodes"))
}

fn event_name() -> String {
    "2026-root".to_owned()
}

fn member() -> String {
    "member-1".to_owned()
}

fn plan() -> Digest {
    Digest::of(b"an inbound bundle")
}

fn session() -> Bytes {
    Bytes((0..16).collect())
}

/// Minutes after the event's beginning.
fn at(minutes: u64) -> Time {
    Time::parse("2026-11-22T10:00:00Z").expect("a time").plus(60 * minutes)
}

/// The vector as a member hands it in: with the signature beside it.
fn signed<B: Body>(body: B) -> Signed {
    let bundle = file(body).1;
    Signed {
        signature: keys::sign(B::NAMESPACE, &bundle),
        bundle: Bytes(bundle),
        member: member(),
    }
}
