//! One rehearsal: the programs that it drives, where everything lies, and the event that it has turned to.

use std::path::PathBuf;
use std::sync::Mutex;

use record::Time;
use record::screen::Shown;

use crate::binaries::Binaries;
use crate::clock::Clock;
use crate::error::Error;
use crate::event::Event;
use crate::folder::Folder;
use crate::members::lock;
use crate::memory::Memory;
use crate::places::Places;
use crate::power::PowerCut;
use crate::screen::Screen;
use crate::secrets::Secrets;
use crate::timing::Taken;

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
    /// What is to strike: the rehearsal ends with it.
    pub power_cut: Option<PowerCut>,
    /// Whether to stop when the last event can begin.
    pub until_event: bool,
    /// All events, in order.
    pub events: Vec<Event>,
    /// The one that it has turned to.
    pub event: Event,
    /// That one's folder.
    pub here: Folder,
    /// How long people took since the last part ended.
    pub taken: Mutex<Vec<Taken>>,
}

impl Rehearsal {
    /// Says what a rehearsal is.
    pub fn introduce(&self) {
        self.screen.show(&Shown::Heading { title: self.title() });
        self.screen.say(
            "Nine members, an HSM and a console are played on this machine, each by the program that it has in a real \
             event. NOTHING THAT IS MADE HERE IS TO BE TRUSTED.",
        );
        let (out, private) = (self.places.out.display(), self.places.private.display());
        self.screen.say(format!(
            "What everybody may see goes to {out}; what is secret, to {private}."
        ));
    }

    fn title(&self) -> String {
        let founding = self.events.iter().position(Event::is_founding).unwrap_or(0);
        match &self.events[founding + 1..] {
            [] => "Rehearsal of the founding: a cluster, and the first root".into(),
            [one] => format!("Rehearsal of the founding, and of {}", one.name),
            more => format!("Rehearsal of the founding, and of {} events after it", more.len()),
        }
    }

    /// Turns to one of its events.
    pub fn turn_to(&mut self, event: Event) {
        self.here = event.folder(&self.places);
        self.event = event;
    }

    /// The first event that is not over, if there is one.
    pub fn next_event(&self) -> Option<Event> {
        let undone = |event: &&Event| !event.is_over(&self.memory);
        self.events.iter().find(undone).cloned()
    }

    /// Whether no event follows.
    pub fn is_last_event(&self) -> bool {
        self.events.last().is_some_and(|last| last.name == self.event.name)
    }

    /// What is to strike in the event that it has turned to.
    pub fn power_cut_here(&self) -> Option<&PowerCut> {
        let is_last = self.is_last_event();
        self.power_cut
            .as_ref()
            .filter(|cut| cut.is_in(&self.event.name, is_last))
    }

    /// The folder of the stand-in's cluster that there is now.
    pub fn cluster(&self) -> PathBuf {
        self.places.cluster(self.memory.cluster)
    }

    /// Takes what people took into the memory, if the event is held for that.
    pub fn keep_times(&mut self) {
        let taken = std::mem::take(&mut *lock(&self.taken));
        if self.event.is_drill() {
            self.memory.taken.extend(taken);
        }
    }

    /// Moves every clock on, the HSM's too, for good.
    pub fn move_clock_to(&mut self, then: Time) -> Result<(), Error> {
        self.clock = Clock::at(then);
        self.memory.ahead = self.clock.ahead;
        self.set_cluster_clock()
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
