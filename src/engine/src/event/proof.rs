//! How far an event has come, as types. Each can be had only from the one before it, and only if the journal says that its
//! stage was done: a stage that is forgotten does not compile, and one that did nothing stops the event.

use std::path::{Path, PathBuf};

use issue::derive::Derived;
use record::Digest;
use record::facts::HsmCheck;
use record::messages::Phase;

use super::Progress;
use crate::error::Error;

/// The console's clock was found right.
pub struct Timed(());

/// Enough members reviewed the plan.
pub struct Reviewed(());

/// The opening is out, for members to answer.
pub struct Opening(PathBuf);

/// Enough members are present, or as many as could be had where the event is ended early.
pub struct Present(PathBuf);

/// The bytes that will be signed are in the journal, once and for all.
pub struct Frozen(Vec<Derived>);

/// Everything frozen is signed; or what was signed, where the event is ended early.
pub struct Signed(Vec<Derived>);

/// The plan's steps are done, with what they signed; or no further one is.
pub struct CarriedOut(Signed);

/// Those present are present still.
pub struct StillPresent(Signed);

/// Whatever the record states is in the journal.
pub struct Closing(Signed);

/// The record is written, and its digest is in the journal.
pub struct Recorded {
    signed: Signed,
    record: Vec<u8>,
}

impl Timed {
    pub fn of(progress: &Progress) -> Result<Self, Error> {
        demand(progress.clock, "that the clock was found right")?;
        Ok(Self(()))
    }
}

impl Reviewed {
    pub fn of(progress: &Progress, _: Timed) -> Result<Self, Error> {
        demand(progress.gathered.contains("review"), "that the plan was reviewed")?;
        Ok(Self(()))
    }
}

impl Opening {
    pub fn of(progress: &Progress, path: PathBuf, _: Reviewed) -> Result<Self, Error> {
        demand(progress.opened.is_some(), "how the event began")?;
        Ok(Self(path))
    }

    /// Without a review by enough members, to end an event early.
    pub fn early(progress: &Progress, path: PathBuf) -> Result<Self, Error> {
        demand(progress.aborted.is_some(), "that the event is ended")?;
        Ok(Self(path))
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Present {
    pub fn of(progress: &Progress, opening: Opening) -> Result<Self, Error> {
        demand(gathered(progress, Phase::Begin), "who was present at the beginning")?;
        Ok(Self(opening.0))
    }

    /// The opening, which is answered once more at the end.
    pub fn opening(&self) -> &Path {
        &self.0
    }
}

impl Frozen {
    pub fn of(progress: &Progress, things: Vec<Derived>) -> Result<Self, Error> {
        let frozen = progress.frozen.as_ref();
        let same =
            |one: &Derived| frozen.is_some_and(|all| all.get(&one.step).is_some_and(|bytes| bytes.0 == one.bytes()));
        demand(things.iter().all(same), "these bytes as those that will be signed")?;
        Ok(Self(things))
    }

    /// What is to be signed, in the plan's order.
    pub fn things(&self) -> &[Derived] {
        &self.0
    }
}

impl Signed {
    pub fn of(progress: &Progress, frozen: Frozen) -> Result<Self, Error> {
        Self::all(progress, frozen.0)
    }

    /// Nothing is signed in this event.
    pub fn nothing() -> Self {
        Self(Vec::new())
    }

    /// What was signed before the event was ended.
    pub fn early(progress: &Progress, things: Vec<Derived>) -> Result<Self, Error> {
        demand(progress.aborted.is_some(), "that the event is ended")?;
        Self::all(progress, things)
    }

    fn all(progress: &Progress, things: Vec<Derived>) -> Result<Self, Error> {
        let signed = |one: &Derived| progress.signatures.contains_key(&one.step);
        demand(things.iter().all(signed), "a signature for each thing")?;
        Ok(Self(things))
    }

    /// In the plan's order.
    pub fn things(&self) -> &[Derived] {
        &self.0
    }
}

impl CarriedOut {
    /// All steps of the plan are done by somebody who is present.
    pub fn of(_: &Present, signed: Signed) -> Self {
        Self(signed)
    }
}

impl StillPresent {
    pub fn of(progress: &Progress, done: CarriedOut) -> Result<Self, Error> {
        demand(gathered(progress, Phase::End), "who was present at the end")?;
        Ok(Self(done.0))
    }
}

impl Closing {
    /// `judged` says whether the HSM must have been judged at the end.
    pub fn of(progress: &Progress, judged: bool, still: StillPresent) -> Result<Self, Error> {
        let end = progress.checks.contains_key(HsmCheck::End.fact());
        demand(end || !judged, "how the HSM was at the end")?;
        Ok(Self(still.0))
    }

    /// What the record lists as made.
    pub fn things(&self) -> &[Derived] {
        self.0.things()
    }
}

impl Recorded {
    pub fn of(progress: &Progress, closing: Closing, record: Vec<u8>) -> Result<Self, Error> {
        let same = progress.record.is_some_and(|(digest, _)| digest == Digest::of(&record));
        demand(same, "this record")?;
        let signed = closing.0;
        Ok(Self { signed, record })
    }

    /// What was signed, in the plan's order.
    pub fn things(&self) -> &[Derived] {
        self.signed.things()
    }

    /// The record's bytes.
    pub fn record(&self) -> &[u8] {
        &self.record
    }
}

fn gathered(progress: &Progress, phase: Phase) -> bool {
    progress.gathered.contains(&format!("attendance-{}", phase.name()))
}

/// A stage that returned and left nothing in the journal is a mistake in this program, and stops the event.
fn demand(holds: bool, what: &str) -> Result<(), Error> {
    match holds {
        true => Ok(()),
        false => Err(Error::Disk {
            what: format!("the journal does not say {what}"),
            hint: "stop the event and report this; what is in the journal stays as it is",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stage_is_passed_that_the_journal_does_not_have() {
        let empty = Progress::default();
        let words = |refused: Option<Error>| refused.map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(
            words(Timed::of(&empty).err()),
            "the journal does not say that the clock was found right"
        );
        let reviewed = Reviewed::of(&empty, Timed(()));
        assert_eq!(
            words(reviewed.err()),
            "the journal does not say that the plan was reviewed"
        );
        let present = Present::of(&empty, Opening(PathBuf::new()));
        assert_eq!(
            words(present.err()),
            "the journal does not say who was present at the beginning"
        );
        let still = StillPresent::of(&empty, CarriedOut(Signed::nothing()));
        assert_eq!(
            words(still.err()),
            "the journal does not say who was present at the end"
        );
        let closing = Closing::of(&empty, true, StillPresent(Signed::nothing()));
        assert_eq!(
            words(closing.err()),
            "the journal does not say how the HSM was at the end"
        );
        let recorded = Recorded::of(&empty, Closing(Signed::nothing()), b"record".to_vec());
        assert_eq!(words(recorded.err()), "the journal does not say this record");
        let early = Signed::early(&empty, Vec::new());
        assert_eq!(words(early.err()), "the journal does not say that the event is ended");
    }
}
