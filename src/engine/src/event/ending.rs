//! An event that ends before its plan was carried out: in order, at any point, with a record of what was done. Nothing is
//! begun any more, and what was signed stays signed.

use issue::derive::Derived;
use record::journal::What;
use record::messages::{Phase, Review};

use super::Event;
use super::judged_at_end::concerns_the_hsm;
use super::proof::{CarriedOut, Opening, Present, Recorded, Signed, StillPresent};
use super::record_file::present;
use crate::error::Error;

impl Event {
    /// Ends the event, or goes on ending it.
    pub(super) fn end_in_order(&mut self, reason: &str) -> Result<(), Error> {
        self.leave();
        if self.progress().aborted.is_none() {
            let (stage, reason) = (self.stage(), reason.to_owned());
            self.write(What::Aborted { stage, reason })?;
        }
        if let Some(aborted) = &self.progress().aborted {
            self.console.warn(format!(
                "THE EVENT ENDS BEFORE ITS PLAN WAS CARRIED OUT, {aborted}. Nothing more is made or signed; the record says \
                 what was done. This event is not taken up again."
            ));
        }
        let opening = Opening::early(&self.progress(), self.write_opening()?)?;
        self.take_reviews_there()?;
        let ask = self.decide_on_the_hsm()?;
        self.settled = true;
        let signed = self.settle_what_is_open(ask)?;
        let signed = Signed::early(&self.progress(), signed)?;
        if !signed.things().is_empty() {
            self.write_outputs(&signed)?;
        }
        self.gather_who_is_there(Phase::Begin, opening.path())?;
        let present = Present::of(&self.progress(), opening)?;
        self.gather_who_is_there(Phase::End, present.opening())?;
        let still = StillPresent::of(&self.progress(), CarriedOut::of(&present, signed))?;
        let closing = self.close(still, ask)?;
        let recorded = self.write_record(closing)?;
        self.write_results_as_far_as_it_goes(&recorded, ask)?;
        self.tell_who_signs();
        self.take_countersignatures()?;
        self.finish()
    }

    /// As many sign as for any event of the kind, so that nobody ends one alone; where too few were there, others read it.
    fn tell_who_signs(&self) {
        let present = present(&self.progress());
        let needed = usize::from(self.inbound.policy.needed(self.inbound.plan.kind));
        let mut others = self.members();
        others.retain(|member| !present.contains(member));
        let text = format!(
            "The record needs the countersignatures of {needed} members. Present: {}. {}",
            present.join(", "),
            match needed.saturating_sub(present.len()) {
                0 => "They sign; others in office can, too.".to_owned(),
                more => format!(
                    "So at least {more} of those who were not there have to read it and sign it as well, of {}: send them \
                     plan.cbor and record.cbor, and each says `ceremony-member --home HOME countersign record.cbor --plan \
                     plan.cbor --out OUT`. Until then the record is open, and nobody can publish it: keep this disk and what \
                     is in the outbound folder.",
                    others.join(", ")
                ),
            }
        );
        match present.len() < needed {
            true => self.console.warn(text),
            false => self.console.say(text),
        }
    }

    /// Whoever reviewed can be present and sign the record, also where there were too few.
    fn take_reviews_there(&mut self) -> Result<(), Error> {
        let progress = self.progress();
        if progress.gathered.contains("review") {
            return Ok(());
        }
        let mut members = self.members();
        // Nobody reviews after having said to be there.
        let heard = |member: &String| {
            [&progress.reviews, &progress.begin, &progress.refusals]
                .iter()
                .any(|heard| heard.contains_key(member))
        };
        members.retain(|member| !heard(member));
        let terms = self.terms()?;
        let there = self
            .inbox()
            .good("review", &members, |id, review: &Review| terms.review(id, review));
        self.keep_bundles::<Review>(there)
    }

    /// An HSM that was used can say once more how it is; one that is gone need not be waited for.
    fn decide_on_the_hsm(&mut self) -> Result<bool, Error> {
        let progress = self.progress();
        let used = progress.hsm.is_some() || progress.unanswered.is_some();
        if !used || progress.record.is_some() || !self.touches_the_hsm() {
            return Ok(false);
        }
        let question = "The HSM was used in this event. It can be asked once more, so that the record says how it is, and \
                        the console's key can sign the results if its certificate exists. That needs the key owner's login.";
        if self.console.decide(question, &[ASK, LEAVE])? == LEAVE {
            return Ok(false);
        }
        match self.hsm.nodes() {
            Ok(nodes) => {
                self.refuse_an_imitation(&nodes)?;
                self.nodes = nodes;
                Ok(true)
            }
            Err(error) => {
                self.console.warn(format!("the HSM cannot be asked: {error}"));
                self.leave();
                Ok(false)
            }
        }
    }

    /// What was begun and not seen to end: taken from the journal if it has the HSM's answer, else declared. Returns what
    /// is signed.
    fn settle_what_is_open(&mut self, ask: bool) -> Result<Vec<Derived>, Error> {
        let all = self.what_was_frozen()?;
        self.declare_open_actions(&all)?;
        if ask {
            match self
                .read_back_what_was_lost()
                .and_then(|()| self.look_up_open_commands())
            {
                Err(error) if concerns_the_hsm(&error) => {
                    self.console
                        .warn(format!("the HSM's state could not be read again: {error}"));
                    self.leave();
                }
                outcome => outcome?,
            }
        }
        self.declare_open_commands()?;
        if let Some(lost) = self.progress().unanswered.clone() {
            let state = vec!["nothing: the event was ended before the HSM could be read again".to_owned()];
            let (command, cause) = (lost.command, lost.cause);
            self.write(What::ReadBack { command, cause, state })?;
        }
        self.what_is_signed()
    }

    /// What was to be signed, as of the event's beginning: an exemption that ends meanwhile unsays nothing.
    fn what_was_frozen(&self) -> Result<Vec<Derived>, Error> {
        let (progress, began) = (self.progress(), self.opened()?.at);
        match progress.frozen {
            Some(_) => Ok(issue::derive::derive(&self.inbound, &self.public_keys()?, began)?),
            None => Ok(Vec::new()),
        }
    }

    /// What is signed of it.
    pub(super) fn what_is_signed(&self) -> Result<Vec<Derived>, Error> {
        let (progress, mut all) = (self.progress(), self.what_was_frozen()?);
        all.retain(|one| progress.signatures.contains_key(&one.step));
        Ok(all)
    }

    /// The results, signed by the console's key where its certificate exists and the HSM can be asked.
    fn write_results_as_far_as_it_goes(&mut self, recorded: &Recorded, ask: bool) -> Result<(), Error> {
        if ask && self.console_is_certified(recorded.things()) {
            match self.write_results(recorded) {
                Err(error) if error_of_the_hsm(&error) => self
                    .console
                    .warn(format!("the results are not signed by the console's key: {error}")),
                outcome => return outcome,
            }
        }
        let bytes = self.bundle(self.results(recorded.things(), recorded.record().to_vec())?)?;
        let path = self.places.outbound.join("results.cbor");
        self.write_unsigned(&path, &bytes)
    }

    /// The key's certificate was issued in this event, or stands.
    fn console_is_certified(&self, derived: &[Derived]) -> bool {
        let Some(key) = self.inbound.console_key() else {
            return false;
        };
        let made = self.wanted().iter().any(|wanted| wanted.made && wanted.key == key);
        !made || derived.iter().any(|one| one.file == format!("certs/{key}.der"))
    }
}

fn error_of_the_hsm(error: &Error) -> bool {
    match error {
        Error::Elsewhere { cause, .. } => concerns_the_hsm(cause),
        error => concerns_the_hsm(error),
    }
}

/// To ask the HSM once more.
pub const ASK: &str = "ask the HSM";
/// Not to.
pub const LEAVE: &str = "leave the HSM alone";
