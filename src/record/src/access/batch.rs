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

/// In what a batch does not follow the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It has another number, or names another batch.
    Sequence(String),
    /// It begins before the one before it ends.
    Overlap(String),
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Sequence(what) | Self::Overlap(what)) = self;
        f.write_str(what)
    }
}

/// What stands of a batch when the next one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Its number.
    pub number: u64,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The first moment after it.
    pub ended: Time,
}

impl Before {
    /// Of a batch whose file has this digest.
    #[must_use]
    pub fn of(batch: &impl Batch, digest: Digest) -> Self {
        let (number, ended) = (batch.number(), batch.stretch().1);
        Self { number, digest, ended }
    }

    /// In words, the time that no batch covers if the next one begins at this moment: nobody can cover it later.
    #[must_use]
    pub fn leaves_out(&self, from: Time) -> Option<String> {
        let (last, ended) = (self.number, self.ended);
        (ended < from).then(|| format!("nothing says who came from {ended}, when batch {last} ended, until {from}"))
    }
}

/// Whether a batch follows the one before it.
///
/// # Errors
/// In what it does not.
pub fn follows(batch: &impl Batch, before: Option<Before>) -> Result<(), Misfit> {
    let Some(Before {
        number: last,
        digest,
        ended,
    }) = before
    else {
        return match batch.number() {
            1 => Ok(()),
            number => Err(Misfit::Sequence(format!(
                "it is number {number}, and there is none before it"
            ))),
        };
    };
    let (number, wanted) = (batch.number(), last.saturating_add(1));
    if number != wanted {
        let what = format!("it is number {number}; the next one is number {wanted}");
        return Err(Misfit::Sequence(what));
    }
    if batch.previous() != Some(digest) {
        let found = batch.previous().map_or("none".to_owned(), |found| found.to_string());
        let what = format!("it names {found} as the batch before it, which is {digest}");
        return Err(Misfit::Sequence(what));
    }
    let from = batch.stretch().0;
    match from < ended {
        true => Err(Misfit::Overlap(format!(
            "it begins at {from}, before the one before it ends, at {ended}"
        ))),
        false => Ok(()),
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { time, count, .. } = self;
        match (self.what, self.first, &self.hsm) {
            (GapWhat::Sequence, Some(first), Some(hsm)) => {
                let hsm = text::plain(hsm, 63);
                let are = one_or_more(*count, "entry is", "entries are");
                write!(
                    f,
                    "before {time}: {are} missing in the log of {hsm}, from number {first} on"
                )
            }
            (GapWhat::Sequence, ..) => {
                write!(
                    f,
                    "before {time}: {} missing",
                    one_or_more(*count, "entry is", "entries are")
                )
            }
            (GapWhat::Suppressed, ..) => {
                write!(
                    f,
                    "before {time}: the system left out {}",
                    one_or_more(*count, "line", "lines")
                )
            }
            (GapWhat::Unread, ..) => {
                let look = one_or_more(*count, "line looks like an access", "lines look like accesses");
                write!(f, "at {time}: {look} and could not be read")
            }
            (GapWhat::PowerOff, ..) => write!(f, "before {time}: the machine stopped, and no line says so"),
        }
    }
}

fn one_or_more(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
