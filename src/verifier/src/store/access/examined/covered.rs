//! Of which time a log's batches say anything.

use record::Time;

use crate::layout::AccessLog;
use crate::store::access::Found;

/// The stretches of time that batches of a log cover, in order, those that touch made one.
pub(super) struct Covered(pub(super) Vec<(Time, Time)>);

impl Covered {
    pub(super) fn by(found: &[Found], log: AccessLog) -> Self {
        let own = found.iter().filter(|one| one.batch.log() == log);
        let mut stretches: Vec<(Time, Time)> = own.map(|one| one.batch.stretch()).collect();
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

    pub(super) fn has(&self, from: Time, until: Time) -> bool {
        self.0.iter().any(|(first, last)| *first <= from && until < *last)
    }

    /// What lies between two moments and is not covered.
    pub(super) fn holes(&self, from: Time, until: Time) -> Vec<(Time, Time)> {
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
