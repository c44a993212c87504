//! Witnesses: who must have seen a checkpoint before it is published, and who may know of a later one than we do.
//!
//! What they are sent and how their answers are judged is [`tlog::witness`]; how it is carried, [`http`].

mod answer;
pub mod http;
mod newest;

use record::screen::Shown;
use tlog::policy::Witness;
use tlog::{Hash, Policy, SignedCheckpoint};

pub use newest::{Newest, demand_none_ahead, newest};

use crate::error::Error;
use answer::{Judged, judge};

/// Carries questions to witnesses.
pub trait Ask {
    /// `POST` of a body.
    ///
    /// # Errors
    /// No whole answer within the time and size allowed, in words.
    fn post(&self, url: &str, body: &str) -> Result<Answer, String>;

    /// `GET`.
    ///
    /// # Errors
    /// As [`Ask::post`].
    fn get(&self, url: &str) -> Result<Answer, String>;

    /// Seconds since 1970, by this machine's own clock: witnesses know no made-up time.
    fn now(&self) -> u64;
}

/// What a witness answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status: 200, 409, ...
    pub status: u16,
    /// The media type, in lower case and without parameters; empty if none was said.
    pub media: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What our log is and was, as far as witnesses ask.
pub trait History {
    /// The size that the checkpoint to be cosigned continues: what a witness is thought to have.
    fn before(&self) -> u64;

    /// The proof that the checkpoint continues the log of `old` entries.
    ///
    /// # Errors
    /// Tiles that are not the checkpoint's.
    fn consistency(&self, old: u64) -> Result<Vec<Hash>, Error>;

    /// The root of the first `size` entries.
    ///
    /// # Errors
    /// Tiles that are not the checkpoint's, or a size beyond it.
    fn root(&self, size: u64) -> Result<Hash, Error>;

    /// Whether our key signed a checkpoint of this size, of this very log.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn signed(&self, size: u64) -> Result<bool, Error>;
}

/// Has the policy's witnesses cosign a checkpoint that the log's key has signed; returns it with their lines.
///
/// `signed` may have cosignatures from an earlier attempt, which are not asked for again; if they are enough, nobody is
/// asked. `keep` remembers each new one as soon as it is there.
///
/// # Errors
/// A witness that has seen a larger log: nothing may be published, and nothing is tried again. Too few cosignatures.
pub fn cosign(
    signed: &SignedCheckpoint,
    history: &dyn History,
    (policy, ask): (&Policy, &dyn Ask),
    keep: &mut dyn FnMut(&SignedCheckpoint) -> Result<(), Error>,
    show: &mut dyn FnMut(&Shown),
) -> Result<SignedCheckpoint, Error> {
    let mut cosigned = signed.clone();
    if policy.check(&cosigned).is_ok() {
        return Ok(cosigned);
    }
    for witness in policy.witnesses() {
        if has_line(&cosigned, witness) {
            continue;
        }
        let said = match one(signed, history, ask, witness)? {
            Ok(line) => {
                cosigned.add(line)?;
                keep(&cosigned)?;
                format!("Witness {} cosigned", witness.name)
            }
            Err(why) => format!("Witness {}: {why}", witness.name),
        };
        say(show, &said);
    }
    match policy.check(&cosigned) {
        Ok(_) => Ok(cosigned),
        Err(cause @ tlog::Error::WitnessesShort { .. }) => Err(Error::WitnessesShort { cause }),
        Err(cause) => Err(cause.into()),
    }
}

/// Asks one witness; in words why it gave nothing.
fn one(
    signed: &SignedCheckpoint,
    history: &dyn History,
    ask: &dyn Ask,
    witness: &Witness,
) -> Result<Result<tlog::SignatureLine, String>, Error> {
    let url = match address(witness, tlog::witness::ADD) {
        Ok(url) => url,
        Err(why) => return Ok(Err(why)),
    };
    let post = |old| -> Result<Judged, Error> {
        let body = tlog::witness::request(old, &history.consistency(old)?, signed)?;
        let answer = ask.post(&url, &body);
        Ok(answer.map_or_else(Judged::Refused, |answer| {
            judge(&answer, signed, &witness.key, ask.now())
        }))
    };
    let size = match post(history.before())? {
        Judged::Cosigned(line) => return Ok(Ok(line)),
        Judged::Refused(why) => return Ok(Err(why)),
        Judged::Has(size) => size,
    };
    demand_not_ahead(&witness.name, size, signed.checkpoint().size())?;
    // It missed some, or answered once and was not heard. Only from what our key signed is it brought up to date.
    if !history.signed(size)? {
        return Ok(Err(format!("it has {size} entries, a size that this key never signed")));
    }
    match post(size)? {
        Judged::Cosigned(line) => Ok(Ok(line)),
        Judged::Refused(why) => Ok(Err(why)),
        Judged::Has(again) => {
            demand_not_ahead(&witness.name, again, signed.checkpoint().size())?;
            Ok(Err(format!("it has {size} entries, and then {again}")))
        }
    }
}

/// A witness that has seen more than we sign stops everything: another checkpoint of this log is out there.
fn demand_not_ahead(witness: &str, theirs: u64, ours: u64) -> Result<(), Error> {
    match theirs > ours {
        true => Err(Error::WitnessAhead {
            witness: witness.into(),
            theirs,
            ours,
        }),
        false => Ok(()),
    }
}

fn has_line(signed: &SignedCheckpoint, witness: &Witness) -> bool {
    let is_own = |line: &tlog::SignatureLine| line.name() == witness.key.name() && line.id() == witness.key.id();
    signed.note().signatures().iter().any(is_own)
}

/// The address of something that a witness offers.
fn address(witness: &Witness, path: &str) -> Result<String, String> {
    let url = witness.url.as_deref().ok_or("the log policy has no address of it")?;
    http::check_address(url)?;
    Ok(format!("{}/{path}", url.trim_end_matches('/')))
}

fn say(show: &mut dyn FnMut(&Shown), text: &str) {
    show(&Shown::Said {
        text: record::text::plain(text, 400),
    });
}

#[cfg(test)]
mod tests;
