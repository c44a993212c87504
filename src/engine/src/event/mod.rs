//! An event, from opening to end. Each stage asks the journal what is done already and does the rest, so a resumed
//! event takes the same path as one that was never stopped.

mod again;
pub mod approvals;
mod begin;
mod cluster;
mod commands;
mod consoles;
#[cfg(test)]
pub(crate) mod cuts;
mod described;
mod device;
mod dry_run;
mod ending;
mod exceptions;
mod gather;
mod hand_overs;
mod initialisation;
mod judged;
mod judged_at_end;
mod keys;
mod login;
mod outputs;
mod passwords;
mod progress;
mod proof;
mod read_back;
mod recheck;
mod recheck_hsm;
mod record_file;
mod refusals;
mod signing;
mod stage_reached;
mod stages;
mod standing;
mod steps;
pub mod terms;
mod there;
mod time;
mod window;
mod work;

use std::path::PathBuf;
use std::rc::Rc;

use hsm::{Habits, Hsm, Node, Secret};
use issue::derive::Derived;
use record::journal::What;
use record::messages;
use record::plan::Inbound;
use record::screen::Shown;
use record::{Bundle, Bytes};

use crate::clock::Clock;
use crate::console::Console;
use crate::consoles::{Consoles, Door, Place};
use crate::error::Error;
use crate::files;
use crate::hand_over::Sealer;
use crate::hsm::evidence::Evidence;
use crate::identity::Identity;
use crate::inbox;
use crate::ledger::Shared;
use crate::sessions::Sessions;

pub use again::{Again, Sources};
pub use begin::{abort, resume, run};
pub use cluster::imitation;
pub use commands::{ADMIN, GIVE_AGAIN, OR_ANOTHER};
pub use device::Device;
pub use dry_run::dry_run;
pub use ending::{ASK, LEAVE};
pub use progress::Progress;
use proof::{Closing, Frozen, Opening, StillPresent};
pub use stages::{At, Stage, list as stages};
pub use time::RIGHT;
pub use work::{clear_work, work_folder};

/// Where things come from and go to.
#[derive(Clone, Debug)]
pub struct Places {
    /// The inbound bundle.
    pub plan: PathBuf,
    /// Members' bundles.
    pub inbound: PathBuf,
    /// What leaves the console.
    pub outbound: PathBuf,
    /// The event's own disk.
    pub disk: PathBuf,
    /// Where the system writes down logins.
    pub logins: PathBuf,
    /// The HSM.
    pub device: Device,
    /// What proves a new HSM's identity.
    pub evidence: Evidence,
    /// Where members come by consoles of their own, if they do.
    pub consoles: Place,
    /// What seals new passwords to members.
    pub sealer: Sealer,
}

/// An event that is being carried out.
pub struct Event {
    places: Places,
    /// The inbound bundle as it was when it was opened; the folder may change.
    plan: Vec<u8>,
    inbound: Inbound,
    identity: Identity,
    clock: Clock,
    console: Console,
    /// Members' bundles, where they are those of a past event.
    past: Option<Rc<dyn inbox::Past>>,
    /// Where members will come by consoles of their own.
    door: Option<Door>,
    /// Where they do; closed when this is dropped.
    consoles: Option<Consoles>,
    ledger: Shared,
    hsm: Box<dyn Hsm>,
    /// Further sessions with it.
    sessions: Sessions,
    /// The HSMs as they were when this run began.
    nodes: Vec<Node>,
    habits: Habits,
    owner_password: Option<Secret>,
    /// What the commands of this run need, in memory alone.
    room: commands::Room,
    logged_in: bool,
    /// Everything was signed when this run began: nothing that the HSM says now can change it.
    settled: bool,
    /// The operator compared the clock before there was a journal.
    clock_is_right: bool,
    /// Why this run ends the event.
    ends: Option<String>,
    step: u32,
}

impl Event {
    /// All stages; after a lost answer, the HSM's state is read again before the run ends.
    fn proceed(&mut self) -> Result<(), Error> {
        let outcome = match self.reason_to_end() {
            Some(reason) => {
                self.introduce();
                self.end_in_order(&reason)
            }
            None => match self.stages() {
                Err(error) => match ends_in_order(&error) {
                    true => self.end_in_order(&error.to_string()),
                    false => Err(error),
                },
                outcome => outcome,
            },
        };
        if let Err(error) = &outcome {
            self.read_back_after(error);
        }
        outcome.map_err(|error| match error {
            Error::Hsm(cause) if !cause.outcome_unknown() => Error::InEvent { cause },
            error => error,
        })
    }

    /// Why this run ends the event early: it was told to, began to, or did in the past.
    fn reason_to_end(&mut self) -> Option<String> {
        let progress = self.progress();
        let told = || self.past.as_ref().and_then(|past| past.ends());
        progress.aborted.clone().or_else(|| self.ends.clone()).or_else(told)
    }

    /// All stages, in order; each does only what the journal does not have.
    fn stages(&mut self) -> Result<(), Error> {
        self.introduce();
        let timed = self.confirm_clock()?;
        let reviewed = self.gather_reviews(timed)?;
        let opening = Opening::of(&self.progress(), self.write_opening()?, reviewed)?;
        let present = self.gather_present(opening)?;
        let done = self.carry_out(&present)?;
        let still = self.gather_still_present(&present, done)?;
        let closing = self.close(still, self.touches_the_hsm())?;
        let recorded = self.write_record(closing)?;
        self.write_results(&recorded)?;
        self.take_countersignatures()?;
        self.finish()
    }

    /// What the record states of the event's end: the HSM, if it is asked, exceptions and refusals, the machine.
    fn close(&mut self, still: StillPresent, judge: bool) -> Result<Closing, Error> {
        if judge {
            self.judge_at_end()?;
        }
        loop {
            let known = self.progress().exceptions.len();
            self.gather_acknowledgements()?;
            // Whatever a member was told is taken lies there when this looks for the last time.
            self.take_nothing_more();
            self.take_late_refusals()?;
            // A refusal can be one exception more.
            if self.progress().exceptions.len() == known {
                break;
            }
            self.take_again();
        }
        self.look_at_the_machine()?;
        let recorded = self.progress().record.is_some();
        Closing::of(&self.progress(), judge && !recorded, still)
    }

    /// The last entry.
    fn finish(&mut self) -> Result<(), Error> {
        self.write(What::Closed)?;
        clear_work(&self.places.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    fn introduce(&self) {
        let plan = &self.inbound.plan;
        self.console.show(&Shown::Heading {
            title: format!("Event {}", plan.event),
        });
        if plan.rehearsal {
            self.console
                .say("THIS IS A REHEARSAL. Nothing that it makes is to be trusted.");
        }
        self.console.say(plan.description.clone());
        self.console.show(&Shown::digest("plan", &self.inbound.digest));
        self.identity.show(&self.console);
    }

    fn write_opening(&mut self) -> Result<PathBuf, Error> {
        let opened = self.opened()?;
        let opening = messages::Opening {
            event: self.inbound.plan.event.clone(),
            plan: opened.plan,
            image: opened.image,
            session: opened.session,
            at: opened.at,
        };
        let path = self.places.outbound.join("opening.cbor");
        files::write_once(&path, &self.bundle(opening)?)?;
        Ok(path)
    }

    /// Derives all to-be-signed bytes from the keys that now exist, and writes them down once and for all.
    fn freeze(&mut self) -> Result<Frozen, Error> {
        self.begin_stage(&At::Freeze);
        let derived = issue::derive::derive(&self.inbound, &self.public_keys()?, self.clock.now())?;
        let bytes = derived
            .iter()
            .map(|one| (one.step.clone(), Bytes(one.bytes().to_vec())))
            .collect();
        match &self.progress().frozen {
            Some(frozen) if *frozen == bytes => {}
            Some(_) => {
                return Err(Error::HsmState {
                    what: "the bytes to be signed are not those that the journal has".into(),
                    hint: "stop the event: a public key in the HSM is not the one that was made",
                });
            }
            None => self.write(What::Frozen { bytes })?,
        }
        self.console.say(format!(
            "{} things will be signed; two builders agree on each.",
            derived.len()
        ));
        for line in derived.iter().flat_map(Derived::exemptions) {
            self.console.warn(format!("lint set aside: {line}"));
        }
        Frozen::of(&self.progress(), derived)
    }

    /// Shows the next stage of this kind, with its number in the one list of stages.
    fn begin_stage(&mut self, at: &At) {
        let all = stages::list(&self.inbound, self.habits);
        let from = usize::try_from(self.step).unwrap_or(usize::MAX);
        let Some(found) = stages::position(&all, from, at) else {
            return;
        };
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.step = number(found + 1);
        self.console.show(&Shown::Step {
            number: self.step,
            of: number(all.len()),
            who: all[found].who.clone(),
            title: all[found].title.clone(),
        });
    }

    fn progress(&self) -> Rc<Progress> {
        self.ledger.borrow().progress()
    }

    fn opened(&self) -> Result<progress::Opened, Error> {
        self.progress().opened.clone().ok_or_else(never_opened)
    }

    fn write(&mut self, what: What) -> Result<(), Error> {
        self.ledger.borrow_mut().write(what)
    }

    fn bundle<B: record::Body>(&self, body: B) -> Result<Vec<u8>, Error> {
        let bundle = Bundle::new(self.inbound.plan.rehearsal, body);
        bundle.encode().map_err(|cause| Error::input(B::TYPE, cause))
    }

    fn rehearsal(&self) -> bool {
        self.inbound.plan.rehearsal
    }
}

fn never_opened() -> Error {
    Error::Disk {
        what: "the journal does not say how the event began".into(),
        hint: "begin the event on an empty disk",
    }
}

/// What cannot be mended: fewer members than the event needs, or an answer with which the plan does not go on.
fn ends_in_order(error: &Error) -> bool {
    matches!(error, Error::TooFewLeft { .. } | Error::NotToGoOn { .. })
}
