//! An event's stages, in order. Each is done once; a rehearsal that is gone on with begins at the first undone one.

mod answers;
mod close;
mod event;
mod hsm;
mod inputs;
mod members;
mod onward;
mod open;
mod plan;
mod review;
mod standing;
mod successors;

use std::time::{Duration, Instant};

use record::screen::Shown;

use crate::binaries::Binaries;
use crate::ending;
use crate::error::Error;
use crate::event::{Event, When};
use crate::rehearsal::Rehearsal;

/// A stage: its name in the memory, its title, what it does.
struct Stage(&'static str, &'static str, fn(&Rehearsal) -> Result<(), Error>);

/// The founding event's: nothing stands before it.
const FOUNDING: [Stage; 8] = [
    Stage("members", "Nine members make their keys", members::members),
    Stage("plan", "The plan and what goes into it", plan::founding),
    Stage(HSM, "The HSM, before any key exists", hsm::initialise),
    Stage("reviews", "Every member reviews the plan", review::reviews),
    Stage(EVENT, "The event", event::event),
    COUNTERSIGNATURES,
    PUBLICATION,
    Stage(LAST, "Anybody checks it", close::verify_founding),
];

/// Every other event's.
const LATER: [Stage; 6] = [
    Stage("plan", "The plan and what goes into it", plan::later),
    Stage("reviews", "Every member reviews the plan", review::reviews),
    Stage(EVENT, "The event", event::event),
    COUNTERSIGNATURES,
    PUBLICATION,
    Stage(LAST, "Anybody checks it", close::verify),
];

const COUNTERSIGNATURES: Stage = Stage(
    "countersignatures",
    "Everybody present signs the record",
    close::countersign,
);
const PUBLICATION: Stage = Stage("publication", "Into the public store", close::publish);

const HSM: &str = "hsm";
const EVENT: &str = "event";
const LAST: &str = "verification";

/// The clock was moved on to the event: no part of its own, but done once as well.
const CLOCK: &str = "clock";

/// How long the parts took that were held now.
pub type Times = Vec<(String, Duration)>;

/// Holds a rehearsal, or the rest of one.
pub fn hold(wish: crate::cli::Wish, binaries: Binaries) -> Result<(), Error> {
    let resumed = wish.resume && wish.now.is_none();
    let mut rehearsal = open::rehearsal(wish, binaries)?;
    let begun = Instant::now();
    rehearsal.introduce();
    if resumed {
        open::say_how_it_goes_on(&rehearsal)?;
    }
    let mut times = Times::new();
    for event in rehearsal.events.clone() {
        rehearsal.turn_to(event);
        times.extend(rehearsal.hold_event()?);
    }
    if rehearsal.memory.drill {
        ending::drill(&rehearsal);
    }
    ending::show(&rehearsal, &times);
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    rehearsal.screen.show(&Shown::Finished { milliseconds });
    Ok(())
}

/// Whether all of an event is done.
fn is_over(event: &Event, memory: &crate::memory::Memory) -> bool {
    event.has_done(memory, LAST)
}

impl Rehearsal {
    /// Holds the event that it has turned to, or the rest of it.
    fn hold_event(&mut self) -> Result<Times, Error> {
        let mut times = Times::new();
        if is_over(&self.event, &self.memory) {
            return Ok(times);
        }
        self.begin_event()?;
        let stages: &[Stage] = if self.event.is_founding() { &FOUNDING } else { &LATER };
        for (number, stage) in (1..).zip(stages) {
            let begun = Instant::now();
            if self.hold_stage(number, stages.len(), stage)? {
                times.push((self.event.mark(stage.0), begun.elapsed()));
            }
            if stage.0 == EVENT
                && self.is_last_event()
                && let Some(cut) = self.power_cut.take()
            {
                return Err(Error::NeverCut {
                    place: cut.to_string(),
                    out: self.places.out.clone(),
                });
            }
        }
        Ok(times)
    }

    /// Moves the clocks on to the event, once, and says which event begins.
    fn begin_event(&mut self) -> Result<(), Error> {
        self.here.make()?;
        if self.event.is_founding() {
            return Ok(());
        }
        if !self.event.has_done(&self.memory, CLOCK) {
            let now = self.clock.now();
            let then = match self.event.when {
                When::Now => now,
                When::Days(days) => now.plus(days * DAY),
                When::At(time) => time.max(now),
            };
            self.move_clock_to(then)?;
            self.memory.done.push(self.event.mark(CLOCK));
            self.memory.keep(&self.places)?;
        }
        self.screen.show(&Shown::Heading {
            title: format!("{}: {}", self.event.name, self.clock.now()),
        });
        Ok(())
    }

    /// Whether the stage was held now, and not before.
    fn hold_stage(&mut self, number: usize, of: usize, Stage(name, title, act): &Stage) -> Result<bool, Error> {
        if self.event.has_done(&self.memory, name) {
            return Ok(false);
        }
        self.screen.show(&Shown::Heading {
            title: format!("Part {number} of {of}: {title}"),
        });
        let done = act(self);
        self.keep_times();
        if let Err(error) = done {
            self.memory.keep(&self.places)?;
            return Err(self.with_advice(name, error));
        }
        if *name == LAST {
            self.take_new_keys();
        }
        self.memory.done.push(self.event.mark(name));
        self.memory.keep(&self.places)?;
        Ok(true)
    }
}

const DAY: u64 = 86_400;
