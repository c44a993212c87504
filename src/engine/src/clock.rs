//! The console's clock: the system's, or a rehearsal's, which starts where it is told and then runs on.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use record::Time;

/// A clock that never goes back while the program runs.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Time,
    begun: Instant,
}

impl Clock {
    /// Starts at `now`, or at the system's time.
    pub fn new(now: Option<Time>) -> Self {
        let system = || {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs())
        };
        Self {
            start: now.unwrap_or_else(|| Time(system())),
            begun: Instant::now(),
        }
    }

    /// What the clock says.
    pub fn now(&self) -> Time {
        self.start.plus(self.begun.elapsed().as_secs())
    }
}
