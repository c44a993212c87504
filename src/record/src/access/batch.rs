//! What batches of both logs have in common: a place in their sequence, a stretch of time, gaps, inputs.

use super::{ConsoleBatch, Gap, GapWhat, HsmBatch, demand};
use crate::{Body, Digest, Error, Time, text};

/// A batch of either log.
pub trait Batch: Body {
    /// Its number, from 1.
    fn number(&self) -> u64;
    /// SHA-256 of the batch before it.
    fn previous(&self) -> Option<Digest>;
    /// Its first moment, and the first after it.
    fn stretch(&self) -> (Time, Time);
    /// What is missing.
    fn gaps(&self) -> &[Gap];
    /// The digests of the raw files.
    fn inputs(&self) -> &[Digest];
    /// The moments of its accesses, and whether they are in order.
    fn moments(&self) -> (Vec<Time>, bool);
}

macro_rules! batch {
    ($($of:ty)*) => {$(
        impl Batch for $of {
            fn number(&self) -> u64 {
                self.number
            }

            fn previous(&self) -> Option<Digest> {
                self.previous
            }

            fn stretch(&self) -> (Time, Time) {
                (self.from, self.until)
            }

            fn gaps(&self) -> &[Gap] {
                &self.gaps
            }

            fn inputs(&self) -> &[Digest] {
                &self.inputs
            }

            fn moments(&self) -> (Vec<Time>, bool) {
                let moments = self.accesses.iter().map(|access| access.time).collect();
                // Two logins of one account in one second are two.
                (moments, self.accesses.is_sorted())
            }
        }
    )*};
}

batch!(ConsoleBatch HsmBatch);

/// What must hold of a batch by itself.
pub(super) fn check(batch: &impl Batch) -> Result<(), Error> {
    let (from, until) = batch.stretch();
    demand(batch.number() > 0, "batches are numbered from 1")?;
    demand(
        (batch.number() == 1) == batch.previous().is_none(),
        "every batch but the first names the one before it",
    )?;
    demand(from < until, "it ends after it begins")?;
    let (moments, sorted) = batch.moments();
    demand(sorted, "its accesses are not in order")?;
    let within = |time: &Time| from <= *time && *time < until;
    demand(
        moments.iter().all(within),
        "an access is outside of its stretch of time",
    )?;
    let gaps = batch.gaps();
    demand(gaps.is_sorted(), "its gaps are not in order")?;
    for gap in gaps {
        demand(within(&gap.time), "a gap is outside of its stretch of time")?;
        demand(gap.count > 0, "a gap of nothing is none")?;
        let sequence = gap.what == GapWhat::Sequence;
        let told = (gap.first.is_some(), gap.hsm.is_some()) == (sequence, sequence);
        demand(
            told,
            "a gap in sequence numbers, and no other, has a first number and an HSM",
        )?;
        let named = gap.hsm.as_deref().is_none_or(super::is_word);
        demand(named, "an HSM has a name of 1 to 63 characters")?;
    }
    demand(batch.inputs().len() <= 1000, "more than 1000 raw files")
}

/// Whether a batch follows the one before it, whose file has this digest.
///
/// # Errors
/// In what it does not.
pub fn follows<B: Batch>(batch: &B, before: Option<(&B, Digest)>) -> Result<(), String> {
    let Some((before, digest)) = before else {
        return match batch.number() {
            1 => Ok(()),
            number => Err(format!("it is number {number}, and there is none before it")),
        };
    };
    let (number, wanted) = (batch.number(), before.number() + 1);
    if number != wanted {
        return Err(format!("it is number {number}; the next one is number {wanted}"));
    }
    if batch.previous() != Some(digest) {
        let found = batch.previous().map_or("none".to_owned(), |found| found.to_string());
        return Err(format!("it names {found} as the batch before it, which is {digest}"));
    }
    let (from, ended) = (batch.stretch().0, before.stretch().1);
    match from < ended {
        true => Err(format!(
            "it begins at {from}, before the one before it ends, at {ended}"
        )),
        false => Ok(()),
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { time, count, .. } = self;
        match (self.what, self.first, &self.hsm) {
            (GapWhat::Sequence, Some(first), Some(hsm)) => {
                let hsm = text::plain(hsm, 63);
                write!(
                    f,
                    "before {time}: {count} entries of {hsm} are missing, from number {first} on"
                )
            }
            (GapWhat::Sequence, ..) => write!(f, "before {time}: {count} entries are missing"),
            (GapWhat::Suppressed, ..) => write!(f, "before {time}: the system left out {count} lines"),
            (GapWhat::Unread, ..) => write!(f, "at {time}: {count} lines look like accesses and could not be read"),
            (GapWhat::PowerOff, ..) => write!(f, "before {time}: the machine stopped, and no line says so"),
        }
    }
}
