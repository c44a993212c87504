//! What only people can do: they are asked to do it and press Enter, or to skip.

use std::time::{Duration, Instant};

use super::Probe;
use super::trouble::Stop;
use crate::error::Error;

impl Probe<'_> {
    /// True when the operator did it, false when they skip it.
    pub fn operator(&mut self, deed: &str) -> Result<bool, Stop> {
        self.console.say(format!("{deed} Then press Enter; or type skip."));
        let typed = self.console.enter().ok_or_else(|| ended(deed))?;
        Ok(typed.trim() != "skip")
    }

    /// Lets time pass on the cluster. False when the operator skips it.
    pub fn let_pass(&mut self, seconds: u64) -> Result<bool, Stop> {
        if !self.args.wait {
            return self.operator(&format!(
                "Let {seconds} seconds pass. (In a rehearsal, advance the stand-in's clock by {seconds}.)"
            ));
        }
        let until = Instant::now() + Duration::from_secs(seconds);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(true);
            }
            self.console.say(format!("{} seconds to wait", left.as_secs() + 1));
            std::thread::sleep(left.min(Duration::from_secs(60)));
        }
    }
}

fn ended(deed: &str) -> Error {
    Error::HsmState {
        what: format!("standard input ended where the operator was asked: {deed}"),
        hint: "what is known so far is in the file of answers",
    }
}
