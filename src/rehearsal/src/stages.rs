//! A rehearsal's stages, in order. Each is done once; a rehearsal that is gone on with begins at the first undone one.

mod close;
mod event;
mod hsm;
mod onward;
mod open;
mod plan;

use std::time::Instant;

use record::screen::Shown;

use crate::binaries::Binaries;
use crate::clock::Clock;
use crate::ending;
use crate::error::Error;
use crate::memory::Memory;
use crate::places::Places;
use crate::power::PowerCut;
use crate::screen::Screen;
use crate::secrets::Secrets;

/// One rehearsal.
pub struct Rehearsal {
    /// The programs that it drives.
    pub binaries: Binaries,
    /// Where everything lies.
    pub places: Places,
    /// What all programs are told of the time.
    pub clock: Clock,
    /// What people see.
    pub screen: Screen,
    /// Passphrases and passwords.
    pub secrets: Secrets,
    /// What is done.
    pub memory: Memory,
    /// What is still to strike.
    pub power_cut: Option<PowerCut>,
}

/// A stage: its name in the memory, its title, what it does.
struct Stage(&'static str, &'static str, fn(&Rehearsal) -> Result<(), Error>);

const STAGES: [Stage; 8] = [
    Stage("members", "Nine members make their keys", open::members),
    Stage("plan", "The plan and what goes into it", plan::plan),
    Stage(HSM, "The HSM, before any key exists", hsm::initialise),
    Stage("reviews", "Every member reviews the plan", plan::reviews),
    Stage(EVENT, "The event", event::event),
    Stage(
        "countersignatures",
        "Everybody present signs the record",
        close::countersign,
    ),
    Stage("publication", "Into the public store", close::publish),
    Stage("verification", "Anybody checks it", close::verify),
];

pub use plan::NAME as EVENT_NAME;

const HSM: &str = "hsm";
const EVENT: &str = "event";

/// Holds a rehearsal, or the rest of one.
pub fn hold(wish: crate::cli::Wish, binaries: Binaries) -> Result<(), Error> {
    let resumed = wish.resume && wish.now.is_none();
    let mut rehearsal = open::rehearsal(wish, binaries)?;
    let begun = Instant::now();
    rehearsal.introduce();
    if resumed {
        open::say_how_it_goes_on(&rehearsal)?;
    }
    let mut times = Vec::new();
    for (number, stage) in (1..).zip(STAGES) {
        let begun = Instant::now();
        if rehearsal.hold_stage(number, &stage)? {
            times.push((stage.0, begun.elapsed()));
        }
        if stage.0 == EVENT
            && let Some(cut) = rehearsal.power_cut.take()
        {
            return Err(Error::NeverCut {
                place: cut.to_string(),
                out: rehearsal.places.out,
            });
        }
    }
    ending::show(&rehearsal, &times);
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    rehearsal.screen.show(&Shown::Finished { milliseconds });
    Ok(())
}

impl Rehearsal {
    fn introduce(&self) {
        self.screen.show(&Shown::Heading {
            title: "Rehearsal of the founding event".into(),
        });
        self.screen.say(
            "Nine members, an HSM and a console are played on this machine, each by the program that it has in a real \
             event. NOTHING THAT IS MADE HERE IS TO BE TRUSTED.",
        );
        let (out, private) = (self.places.out.display(), self.places.private.display());
        self.screen.say(format!(
            "What everybody may see goes to {out}; what is secret, to {private}."
        ));
    }

    /// Whether the stage was held now, and not before.
    fn hold_stage(&mut self, number: usize, Stage(name, title, act): &Stage) -> Result<bool, Error> {
        if self.memory.has_done(name) {
            return Ok(false);
        }
        self.screen.show(&Shown::Heading {
            title: format!("Part {number} of {}: {title}", STAGES.len()),
        });
        act(self).map_err(|error| self.with_advice(name, error))?;
        self.memory.done.push((*name).to_owned());
        self.memory.keep(&self.places)?;
        Ok(true)
    }

    /// Shows that a step begins, and waits for Enter where a person plays along.
    pub fn step(&self, (number, of): (u32, u32), who: &str, title: &str) -> Result<(), Error> {
        self.screen.show(&Shown::Step {
            number,
            of,
            who: who.to_owned(),
            title: title.to_owned(),
        });
        self.screen.pause("go on")
    }
}
