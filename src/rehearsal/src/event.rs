//! One event of a rehearsal, as a value: its name, its script, when it happens, and what it needs.

use record::Time;

use crate::folder::Folder;
use crate::memory::Memory;
use crate::needs::Needs;
use crate::places::Places;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name: its folder in the store.
    pub name: String,
    /// The ceremony script.
    pub script: String,
    /// When it happens.
    pub when: When,
    /// What its script needs besides what stands.
    pub needs: Needs,
}

/// When an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Now, by the rehearsal's clock.
    Now,
    /// So many days after the event before it.
    Days(u64),
    /// At a moment; the clock is moved on to it, never back.
    At(Time),
}

impl Event {
    /// The event that founds the public key infrastructure.
    pub fn founding() -> Self {
        Self {
            name: FOUNDING.into(),
            script: "root-generation".into(),
            when: When::Now,
            needs: Needs::default(),
        }
    }

    /// A later one, whose name is not numbered yet.
    pub fn of(script: &str, when: When, needs: Needs) -> Self {
        Self {
            name: script.to_owned(),
            script: script.to_owned(),
            when,
            needs,
        }
    }

    /// A drill of this event: it does the same, and has a script of its own.
    pub fn drilled(mut self) -> Self {
        self.needs.set.insert("of".into(), self.script);
        Self::of("drill", self.when, self.needs)
    }

    /// Whether nothing stands before it.
    pub fn is_founding(&self) -> bool {
        self.name == FOUNDING
    }

    /// Its own folder.
    pub fn folder(&self, places: &Places) -> Folder {
        match self.is_founding() {
            true => places.founding(),
            false => places.event(&self.name),
        }
    }

    /// The name of one of its stages in the memory.
    pub fn mark(&self, stage: &str) -> String {
        match self.is_founding() {
            true => stage.to_owned(),
            false => format!("{}/{stage}", self.name),
        }
    }

    /// Whether one of its stages is done.
    pub fn has_done(&self, memory: &Memory, stage: &str) -> bool {
        memory.has_done(&self.mark(stage))
    }
}

/// The founding event's name.
const FOUNDING: &str = "root-generation-1";
