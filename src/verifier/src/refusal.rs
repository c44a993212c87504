//! A refusal that a member has published by itself: their own signed word on a plan, whether or not an event was held.

use record::messages::Refusal;
use record::published::RefusalEntry;
use record::sshsig::{self, namespace};
use record::text::{is_name, is_sentence};
use record::{Bundle, Roster, cbor};
use tlog::{Entry, EntryType};

/// Reads a refusal, and checks it by the roster in force where it is published.
///
/// # Errors
/// In words: another bundle, somebody who was not in office, or a signature that is not theirs.
pub fn check_refusal(bytes: &[u8], signature: &str, roster: &Roster, rehearsal: bool) -> Result<Refusal, String> {
    let read = Bundle::<Refusal>::decode_marked(bytes, rehearsal);
    let refusal: Refusal = read.map_err(|error| error.to_string())?;
    if !is_name(&refusal.event) || !is_sentence(&refusal.reason) {
        return Err("its event has no name, or its reason is not of 1 to 300 printable characters".into());
    }
    let member = roster.member(&refusal.member).map_err(|error| error.to_string())?;
    if !member.in_office(refusal.at) {
        return Err(format!("{} was not in office at {}", member.id, refusal.at));
    }
    let key = member.ssh_key().map_err(|error| error.to_string())?;
    let verified = sshsig::verify(&key, namespace::REFUSAL, bytes, signature.as_bytes());
    verified.map_err(|error| format!("{} did not sign it: {error}", member.id))?;
    Ok(refusal)
}

/// What the log says of it.
///
/// # Errors
/// More than an entry holds.
pub fn entry(bytes: &[u8], signature: &str) -> Result<Entry, tlog::Error> {
    let payload = RefusalEntry {
        refusal: bytes.into(),
        signature: signature.to_owned(),
    };
    Entry::new(
        EntryType::Refusal,
        &cbor::encode(&payload).expect("text and octets are CBOR"),
    )
}
