//! One event of a rehearsal, as a value: its name, its script, when it happens, and what it needs.

use record::Time;

use crate::error::Error;
use crate::folder::Folder;
use crate::memory::Memory;
use crate::needs::Needs;
use crate::places::Places;
use crate::stages;

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
    /// The first event of all: the cluster becomes the members'.
    pub fn first() -> Self {
        let needs = Needs {
            new_cluster: true,
            set: [("owner".into(), OWNER.into())].into(),
            ..Needs::default()
        };
        Self {
            name: FIRST.into(),
            ..Self::of(INITIALISATION, When::Now, needs)
        }
    }

    /// The event that makes the first root.
    pub fn founding() -> Self {
        Self {
            name: FOUNDING.into(),
            ..Self::of("root-generation", When::Now, Needs::default())
        }
    }

    /// A later one, whose name is not numbered yet.
    pub fn of(script: &str, when: When, needs: Needs) -> Self {
        let script = needs.script.as_deref().unwrap_or(script);
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
        // What is practised comes into force by nothing.
        (self.needs.script, self.needs.new_log) = (None, false);
        Self::of(DRILL, self.when, self.needs)
    }

    /// The same once more, with another cluster, as its name is not numbered yet: the first was left halfway. An approval
    /// key registers once, so everybody has new keys for it.
    pub fn once_more(&self) -> Result<Self, Error> {
        let needs = match self.is_first() {
            true => Needs::of(INITIALISATION)?,
            false => self.needs.clone(),
        };
        Ok(Self::of(&self.script, When::Now, needs))
    }

    /// Whether it is held for the time that people take.
    pub fn is_drill(&self) -> bool {
        self.script == DRILL
    }

    /// Whether nothing at all stands before it.
    pub fn is_first(&self) -> bool {
        self.name == FIRST
    }

    /// Whether it makes the first root.
    pub fn is_founding(&self) -> bool {
        self.name == FOUNDING
    }

    /// Whether it makes a cluster the members': such an event is not gone on with after a stop in its midst.
    pub fn initialises(&self) -> bool {
        let practised = self.needs.set.get("of").map(String::as_str);
        [Some(self.script.as_str()), practised].contains(&Some(INITIALISATION))
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

    /// Whether all of it is done.
    pub fn is_over(&self, memory: &Memory) -> bool {
        self.has_done(memory, stages::LAST)
    }

    /// Whether one of its stages is done.
    pub fn has_done(&self, memory: &Memory, stage: &str) -> bool {
        memory.has_done(&self.mark(stage))
    }
}

const INITIALISATION: &str = "cluster-initialisation";

const DRILL: &str = "drill";

/// The first event's name.
const FIRST: &str = "cluster-initialisation-1";

/// The founding event's name.
const FOUNDING: &str = "root-generation-1";

/// The crypto user who will own the keys, as the founding plan has it.
const OWNER: &str = "root_owner";
