//! The clock of a rehearsal: the system's, or that moved to another moment; it runs on while the power is off.

use std::time::{SystemTime, UNIX_EPOCH};

use record::Time;

/// A clock, and what the other programs are told of it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Seconds ahead of the system's clock; none if nobody moved it.
    pub ahead: Option<i64>,
}

impl Clock {
    /// A clock that says `now` at this moment.
    pub fn at(now: Time) -> Self {
        Self {
            ahead: Some(now.0.cast_signed() - system()),
        }
    }

    /// What the clock says.
    pub fn now(self) -> Time {
        Time((system() + self.ahead.unwrap_or(0)).max(0).cast_unsigned())
    }

    /// The words that tell a program the time: none if its own clock is right.
    pub fn words(self) -> Vec<String> {
        match self.ahead {
            Some(_) => vec!["--now".into(), self.now().to_string()],
            None => Vec::new(),
        }
    }
}

fn system() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_tells_other_programs_and_an_unmoved_one_does_not() {
        let clock = Clock::at(Time(1_000_000_000));
        assert!(
            clock.words()[1].starts_with("2001-09-09T01:46:4"),
            "{:?}",
            clock.words()
        );
        assert_eq!(Clock { ahead: None }.words(), Vec::<String>::new());
    }
}
