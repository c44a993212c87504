//! Lines that could not be read: counted, and told once in a while.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use record::Time;

use super::super::alert::Alert;

/// Those that were not told yet.
#[derive(Default)]
pub struct Unread {
    whys: BTreeMap<&'static str, u64>,
    told: Option<Instant>,
}

impl Unread {
    /// One more.
    pub fn add(&mut self, why: &'static str) {
        *self.whys.entry(why).or_default() += 1;
    }

    /// At once, then once in a while.
    pub fn told(&mut self, name: &str, at: Time, now: Instant, last: bool) -> Option<Alert> {
        let due = last || self.told.is_none_or(|told| now.duration_since(told) >= UNREAD_AGAIN);
        (due && !self.whys.is_empty()).then(|| {
            self.told = Some(now);
            Alert::Unread {
                log: name.to_owned(),
                whys: std::mem::take(&mut self.whys),
                at,
            }
        })
    }
}

const UNREAD_AGAIN: Duration = Duration::from_secs(60);
