//! Asking a witness (C2SP tlog-witness): what it is sent, and what its answers are worth. Bytes alone: who carries them
//! knows HTTP.

use crate::{
    Error, Hash, Note, SignatureLine, SignedCheckpoint, VerifierKey, note::MAX_SIGNATURES, proof::MAX_HASHES, text,
};

/// The most bytes of an answer: 64 lines of post-quantum cosignatures fit, and so does a checkpoint with them.
pub const MAX_ANSWER: usize = crate::note::MAX_NOTE;

/// The media type of an answer 409 that says what size the witness has.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// Below a witness's address: where a checkpoint is brought for a cosignature.
pub const ADD: &str = "add-checkpoint";

/// How far a witness's clock may be from ours, in seconds, either way.
pub const SKEW: u64 = 60 * 60;

/// Below a witness's address: the newest checkpoint of a log that it cosigned, where it offers that.
pub fn newest(origin: &str) -> String {
    format!("{}/checkpoint", Hash::sha256(origin.as_bytes()).to_hex())
}

/// The body of a request: the size that the witness is thought to have, the proof that the checkpoint continues it, and
/// the checkpoint with the log's signature.
///
/// # Errors
/// More hashes than a proof has, or a size beyond the checkpoint's.
pub fn request(old: u64, proof: &[Hash], signed: &SignedCheckpoint) -> Result<String, Error> {
    let size = signed.checkpoint().size();
    if proof.len() > MAX_HASHES {
        return Err(Error::ProofHashes { limit: MAX_HASHES });
    }
    if old > size {
        return Err(Error::BeyondTree { wanted: old, size });
    }
    let hashes: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
    Ok(format!("old {old}\n{hashes}\n{signed}"))
}

/// The size that a witness says it has: the body of an answer 409, `<size>\n`.
///
/// # Errors
/// Anything else.
pub fn size(body: &[u8]) -> Result<u64, Error> {
    let line = std::str::from_utf8(body).ok().and_then(|body| body.strip_suffix('\n'));
    text::decimal(line.ok_or(Error::WitnessAnswer {
        wanted: "a size and a newline",
    })?)
}

/// The cosignature in the body of an answer 200, verified with the key of the witness that was asked.
///
/// The body is signature lines. Those of other keys are of no use and ignored, as the specification asks: a witness may
/// sign with a second algorithm. `now` is the clock's, in seconds since 1970.
///
/// # Errors
/// A line that is none, no line or several of this key, a signature that does not verify, a time far from `now`.
pub fn cosignature(
    body: &[u8],
    signed: &SignedCheckpoint,
    key: &VerifierKey,
    now: u64,
) -> Result<SignatureLine, Error> {
    let mut own = lines(body)?;
    own.retain(|line| line.name() == key.name() && line.id() == key.id());
    let name = || key.name().to_owned();
    let line = match own.len() {
        0 => return Err(Error::CosignatureMissing { name: name() }),
        1 => own.swap_remove(0),
        _ => return Err(Error::CosignatureTwice { name: name() }),
    };
    match verified(signed, &line, key)? {
        Some(time) if time.abs_diff(now) <= SKEW => Ok(line),
        Some(seconds) => Err(Error::CosignatureTime { seconds, now }),
        // A key that signs without a time is no witness's; no policy lists one.
        None => Err(Error::CosignatureMissing { name: name() }),
    }
}

/// Whether a line is this key's over a checkpoint; its time.
fn verified(signed: &SignedCheckpoint, line: &SignatureLine, key: &VerifierKey) -> Result<Option<u64>, Error> {
    let mut note = Note::new(signed.note().text())?;
    note.add(line.clone())?;
    Ok(note.open([key])?.first().and_then(|seen| seen.time))
}

fn lines(body: &[u8]) -> Result<Vec<SignatureLine>, Error> {
    let wanted = "signature lines";
    if body.len() > MAX_ANSWER {
        return Err(Error::TooLarge {
            what: "the witness's answer",
            length: body.len() as u64,
            limit: MAX_ANSWER as u64,
        });
    }
    let text = std::str::from_utf8(body).ok().and_then(|body| body.strip_suffix('\n'));
    let lines: Vec<&str> = text.ok_or(Error::WitnessAnswer { wanted })?.split('\n').collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(Error::SignatureCount {
            lines: lines.len(),
            limit: MAX_SIGNATURES,
        });
    }
    let parsed = (1..)
        .zip(lines)
        .map(|(number, line)| SignatureLine::parse(line, number));
    parsed.collect()
}
