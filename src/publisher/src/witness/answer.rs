//! What an answer to `add-checkpoint` is worth.

use tlog::{SignatureLine, SignedCheckpoint, VerifierKey, witness};

use super::Answer;

/// What an answer comes to.
pub enum Judged {
    /// The witness cosigned; verified.
    Cosigned(SignatureLine),
    /// It has another size than the one named.
    Has(u64),
    /// Anything else, in words.
    Refused(String),
}

/// Judges an answer.
pub fn judge(answer: &Answer, signed: &SignedCheckpoint, key: &VerifierKey, now: u64) -> Judged {
    let judged = match (answer.status, answer.media.as_str()) {
        (200, _) => witness::cosignature(&answer.body, signed, key, now).map(Judged::Cosigned),
        (409, witness::SIZE_TYPE) => witness::size(&answer.body).map(Judged::Has),
        (status, _) => return Judged::Refused(words(status)),
    };
    judged.unwrap_or_else(|error| Judged::Refused(format!("its answer is refused: {error}")))
}

/// C2SP tlog-witness: what each status means.
fn words(status: u16) -> String {
    let why = match status {
        400 => "the request is malformed",
        403 => "it does not know the log's key",
        404 => "it does not know the log",
        409 => "it has another size, and does not say which",
        422 => "the proof of consistency does not hold",
        500..=599 => "it failed",
        _ => "this is no answer of a witness",
    };
    format!("it answered {status}: {why}")
}
