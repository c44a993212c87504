//! Of which time a log's batches say anything.

use record::Time;

use crate::access::Access;
use crate::layout::AccessLog;

/// The stretches of time that batches of a log cover, in order, those that touch made one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered(pub Vec<(Time, Time)>);

impl Covered {
    /// By these batches, as far as they are of this log.
    pub fn by<'b>(batches: impl Iterator<Item = &'b Access>, log: AccessLog) -> Self {
        let own = batches.filter(|batch| batch.log() == log);
        let mut stretches: Vec<(Time, Time)> = own.map(Access::stretch).collect();
        stretches.sort();
        let mut all: Vec<(Time, Time)> = Vec::new();
        for (from, until) in stretches {
            match all.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(until),
                None => all.push((from, until)),
            }
        }
        Self(all)
    }

    /// Whether all between two moments is covered by batches that touch.
    #[must_use]
    pub fn has(&self, from: Time, until: Time) -> bool {
        self.0.iter().any(|(first, last)| *first <= from && until < *last)
    }

    /// What lies between two moments and is not covered.
    #[must_use]
    pub fn holes(&self, from: Time, until: Time) -> Vec<(Time, Time)> {
        let (mut holes, mut at) = (Vec::new(), from);
        for (first, last) in &self.0 {
            if at < *first {
                holes.push((at, (*first).min(until)));
            }
            at = at.max(*last);
        }
        if at < until {
            holes.push((at, until));
        }
        holes.retain(|(from, until)| from < until);
        holes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_batch_covers_is_told_from_the_first_event_on() {
        let time = |(from, until)| (Time(from), Time(until));
        let covered = Covered([(10, 20), (30, 40)].map(time).to_vec());
        assert!(
            covered.has(Time(10), Time(19)) && !covered.has(Time(10), Time(20)) && !covered.has(Time(15), Time(35))
        );
        assert_eq!(
            covered.holes(Time(5), Time(50)),
            [(5, 10), (20, 30), (40, 50)].map(time)
        );
        assert_eq!(covered.holes(Time(12), Time(18)), []);
        assert_eq!(covered.holes(Time(35), Time(50)), [(40, 50)].map(time));
    }
}
