//! The console's clock: the system's, or a rehearsal's, which starts where it is told and then runs on; or, where an event
//! is carried out again, what it was then.

use std::rc::Rc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use record::Time;

/// A clock that never goes back while the program runs.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Running(Running),
    Past(Rc<dyn Moments>),
}

/// A clock that runs, as other threads can have it.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    start: Time,
    begun: Instant,
}

impl From<Running> for Clock {
    fn from(running: Running) -> Self {
        Self(Source::Running(running))
    }
}

/// The times of a past event.
pub trait Moments: std::fmt::Debug {
    /// What the clock said after the last entry of the journal.
    fn now(&self) -> Time;
    /// What the clock said when the next entry was written.
    fn of_the_next_entry(&self) -> Time;
    /// Whether the tokens were found too old at this point.
    fn tokens_are_dead(&self) -> bool;
}

impl Clock {
    /// Starts at `now`, or at the system's time.
    pub fn new(now: Option<Time>) -> Self {
        let system = || {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs())
        };
        Self(Source::Running(Running {
            start: now.unwrap_or_else(|| Time(system())),
            begun: Instant::now(),
        }))
    }

    /// The same clock for another thread; none of a past event's.
    pub fn running(&self) -> Option<Running> {
        match &self.0 {
            Source::Running(running) => Some(*running),
            Source::Past(_) => None,
        }
    }

    /// Says what the clock said in a past event.
    pub fn of_the_past(moments: Rc<dyn Moments>) -> Self {
        Self(Source::Past(moments))
    }

    /// What the clock says.
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::Running(running) => running.start.plus(running.begun.elapsed().as_secs()),
            Source::Past(moments) => moments.now(),
        }
    }

    /// What the clock says, for an entry that is written now.
    pub fn stamp(&self) -> Time {
        match &self.0 {
            Source::Running(_) => self.now(),
            Source::Past(moments) => moments.of_the_next_entry(),
        }
    }

    /// Whether tokens that live until `end` are dead.
    pub fn is_over(&self, end: Instant) -> bool {
        match &self.0 {
            Source::Running(_) => Instant::now() >= end,
            Source::Past(moments) => moments.tokens_are_dead(),
        }
    }
}
