//! Sequence numbers of HSMs over all batches.

use std::collections::BTreeMap;

use crate::access::Access;

/// "There should be no gaps in the Sequence No values": over all batches, each number of an HSM's log is there or stands in a
/// gap that its batch tells. Whoever makes a batch could leave out entries and tell no gap. Comes back with the place of the
/// batch among these, and what is missing before it.
#[must_use]
pub fn sequences(batches: &[&Access]) -> Vec<(usize, String)> {
    let (mut last, mut missing) = (BTreeMap::<&str, u64>::new(), Vec::new());
    for (place, batch) in batches.iter().enumerate() {
        let Access::Hsm(batch) = batch else { continue };
        let told = batch.gaps.iter().filter_map(|gap| {
            let first = gap.first?;
            Some((gap.hsm.as_deref()?, first, first.saturating_add(gap.count - 1)))
        });
        let numbers = batch.accesses.iter().filter_map(|access| {
            let number = access.sequence?;
            Some((access.hsm.as_str(), number, number))
        });
        let mut all: Vec<(&str, u64, u64)> = told.chain(numbers).collect();
        all.sort_unstable();
        for (hsm, first, until) in all {
            let next = last.get(hsm).map(|last| last.saturating_add(1));
            if let Some(next) = next.filter(|next| *next < first) {
                let what = format!(
                    "{} missing in the log of {hsm}, from number {next} on, and it does not say so",
                    entries(first - next)
                );
                missing.push((place, what));
            }
            let end = last.entry(hsm).or_insert(until);
            *end = (*end).max(until);
        }
    }
    missing
}

fn entries(count: u64) -> String {
    match count {
        1 => "1 entry is".into(),
        _ => format!("{count} entries are"),
    }
}
