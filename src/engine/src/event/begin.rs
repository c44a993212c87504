//! How an event begins, and how it is taken up again after a stop.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use hsm::{Habits, Hsm};
use record::journal::What;
use record::messages::Boot;
use record::plan::Inbound;
use record::{Bytes, cbor};

use super::device::Ready;
use super::time::compare_clock;
use super::{Event, Places};
use super::{hand_overs, initialisation};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::identity::Identity;
use crate::ledger::{Door, Ledger, Shared};
use crate::sessions::Sessions;
use crate::{consoles, files, random};

/// Carries out a plan from its first step.
pub fn run(places: Places, now: Option<record::Time>, mut console: Console) -> Result<(), Error> {
    let (plan, inbound) = open_plan(&places, now)?;
    let clock = Clock::new(now);
    check_window(&inbound, &clock)?;
    // Everything that can be settled is settled before the HSM is touched (boulder's orphaned keys).
    issue::derive::with_placeholder_keys(&inbound, clock.now())?;
    initialisation::settled(&places, &inbound)?;
    hand_overs::settled(&places, &inbound, &clock)?;
    if journal_path(&places).exists() {
        return Err(Error::Begun {
            path: journal_path(&places).display().to_string(),
        });
    }
    let door = consoles::open(&places.consoles, &inbound)?;
    files::make_folder(&places.disk)?;
    let ready = places
        .device
        .find(&inbound.plan.hsm, inbound.plan.rehearsal, &places.disk)?;
    files::make_folder(&places.outbound)?;
    // A clock that is wrong is set right before the journal has a time.
    compare_clock(&mut console, &clock).map_err(nothing_begun)?;
    let ledger = Ledger::create(&journal_path(&places), clock.clone())?;
    let mut event = Event::new(places, (plan, inbound), clock, console, ledger, ready)?;
    event.receive_members(door);
    event.clock_is_right = true;
    event.begin(random::octets()?)
}

/// Goes on with an event after a stop at any point.
pub fn resume(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let (plan, inbound) = open_plan(&places, now)?;
    let clock = Clock::new(now);
    let door = consoles::open(&places.consoles, &inbound)?;
    let (ledger, torn) = Ledger::open(&journal_path(&places), clock.clone())?;
    let ready = places
        .device
        .find(&inbound.plan.hsm, inbound.plan.rehearsal, &places.disk)?;
    let mut event = Event::new(places, (plan, inbound), clock, console, ledger, ready)?;
    event.receive_members(door);
    event.take_up(torn, random::octets()?)
}

/// Ends an event that was begun, in order, with a record.
pub fn abort(places: Places, now: Option<record::Time>, reason: String, console: Console) -> Result<(), Error> {
    if !record::text::is_sentence(&reason) {
        return Err(Error::Usage {
            what: "the reason must have 1 to 300 printable characters of ASCII, and no space around them".into(),
            hint: "the record is published with it: say in a sentence why the event ends".into(),
        });
    }
    let (plan, inbound) = open_plan(&places, now)?;
    let clock = Clock::new(now);
    if !journal_path(&places).exists() {
        return Err(Error::Disk {
            what: format!(
                "{} is not there: no event began on this disk",
                journal_path(&places).display()
            ),
            hint: "there is nothing to end",
        });
    }
    let door = consoles::open(&places.consoles, &inbound)?;
    let (ledger, torn) = Ledger::open(&journal_path(&places), clock.clone())?;
    let ready = places
        .device
        .find(&inbound.plan.hsm, inbound.plan.rehearsal, &places.disk)
        .or_else(|error| {
            console.warn(format!("the HSM is not found, and the event ends without it: {error}"));
            Ok::<_, Error>(Ready::Gone)
        })?;
    let mut event = Event::new(places, (plan, inbound), clock, console, ledger, ready)?;
    event.demand_something_to_end()?;
    event.receive_members(door);
    event.ends = Some(reason);
    event.take_up(torn, random::octets()?)
}

fn nothing_begun(error: Error) -> Error {
    match error {
        Error::NoAnswer { .. } => Error::Elsewhere {
            cause: Box::new(error),
            hint: "nothing was begun: say `ceremony run` again".into(),
        },
        error => error,
    }
}

fn journal_path(places: &Places) -> PathBuf {
    places.disk.join("journal")
}

fn open_plan(places: &Places, now: Option<record::Time>) -> Result<(Vec<u8>, Inbound), Error> {
    let bytes = files::read(&places.plan, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(places.plan.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    crate::cli::check_logins(&places.logins, inbound.plan.rehearsal)?;
    Ok((bytes, inbound))
}

pub fn check_window(inbound: &Inbound, clock: &Clock) -> Result<(), Error> {
    let (now, opens, closes) = (clock.now(), inbound.plan.opens, inbound.plan.closes);
    match (opens..=closes).contains(&now) {
        true => Ok(()),
        false => Err(Error::Window { now, opens, closes }),
    }
}

impl Event {
    fn new(
        places: Places,
        (plan, inbound): (Vec<u8>, Inbound),
        clock: Clock,
        console: Console,
        ledger: Ledger,
        ready: Ready,
    ) -> Result<Self, Error> {
        files::make_folder(&places.outbound)?;
        let (ledger, habits) = (Rc::new(RefCell::new(ledger)), ready.habits());
        let sessions = places.device.sessions(&places.disk);
        let hsm = ready.open(Door(Rc::clone(&ledger)))?;
        let identity = Identity::read()?;
        Ok(Self::with(
            places,
            (plan, inbound),
            clock,
            (console, identity),
            ledger,
            (hsm, sessions, habits),
        ))
    }

    /// An event at an HSM that is open, and nothing done yet.
    pub(super) fn with(
        places: Places,
        (plan, inbound): (Vec<u8>, Inbound),
        clock: Clock,
        (console, identity): (Console, Identity),
        ledger: Shared,
        (hsm, sessions, habits): (Box<dyn Hsm>, Sessions, Habits),
    ) -> Self {
        Self {
            places,
            plan,
            inbound,
            identity,
            clock,
            console,
            past: None,
            door: None,
            consoles: None,
            ledger,
            hsm,
            sessions,
            nodes: Vec::new(),
            habits,
            owner_password: None,
            room: super::commands::Room::default(),
            logged_in: false,
            settled: false,
            clock_is_right: false,
            ends: None,
            step: 0,
        }
    }

    /// The first run.
    pub(super) fn begin(&mut self, session: [u8; 16]) -> Result<(), Error> {
        self.open(session)?;
        self.note_the_boot()?;
        self.write_habits()?;
        self.open_consoles()?;
        self.proceed()
    }

    /// What follows from here is not as the documents suggest, and whoever reads the journal must know.
    fn write_habits(&mut self) -> Result<(), Error> {
        match self.habits.answers() {
            answers if answers.is_empty() => Ok(()),
            answers => self.write(What::Habits { answers }),
        }
    }

    /// One more run, after a stop that left so many torn octets. `session` is for an event whose journal is empty.
    pub(super) fn take_up(&mut self, torn: u64, session: [u8; 16]) -> Result<(), Error> {
        let Some(opened) = self.progress().opened.clone() else {
            return self.begin(session);
        };
        if opened.plan != self.inbound.digest {
            return Err(Error::OtherPlan {
                journal: opened.plan,
                offered: self.inbound.digest,
            });
        }
        if self.progress().closed {
            return Err(Error::Disk {
                what: "the event on this disk is over".into(),
                hint: "its results are in the outbound folder",
            });
        }
        let image = self.identity.image.clone();
        if image != opened.image {
            return Err(Error::Disk {
                what: "the event began on another image than this one".into(),
                hint: "boot the image that the members saw, or end the event",
            });
        }
        self.console
            .say("The journal is whole; what it says is done is not done again.");
        self.recheck_bundles()?;
        self.recheck_what_the_hsm_said()?;
        self.write(What::Resumed { image, torn })?;
        self.note_the_boot()?;
        self.write_habits()?;
        self.open_consoles()?;
        self.proceed()
    }

    fn demand_something_to_end(&self) -> Result<(), Error> {
        let progress = self.progress();
        if progress.opened.is_none() {
            return Err(Error::Disk {
                what: "the journal is empty: nothing was begun".into(),
                hint: "there is nothing to end",
            });
        }
        match progress.record.is_some() && progress.aborted.is_none() && !progress.closed {
            true => Err(Error::Disk {
                what: "the record is written already: the plan was carried out".into(),
                hint: "`ceremony resume` signs the results and ends the event",
            }),
            false => Ok(()),
        }
    }

    fn open(&mut self, session: [u8; 16]) -> Result<(), Error> {
        let what = What::Opened {
            event: self.inbound.plan.event.clone(),
            plan: self.inbound.digest,
            image: self.identity.image.clone(),
            tool: self.identity.tool,
            tool_version: self.identity.version.clone(),
            boot: Boot::Unproven,
            session: Bytes(session.to_vec()),
        };
        self.write(what)
    }
}
