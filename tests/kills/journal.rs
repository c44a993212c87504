//! What the journal of an event with stops must say: nothing was signed or commanded twice, unless people decided so.

use std::collections::BTreeMap;

use ::record::journal::What;

use crate::held::Held;

/// Checks it.
pub fn check(held: &Held) {
    let (mut spent, mut again) = (BTreeMap::new(), BTreeMap::new());
    let entries = held.journal().entries;
    for entry in &entries {
        let (count, action) = match &entry.what {
            What::Spending { action, .. } => (&mut spent, action),
            What::Again { action, .. } => (&mut again, action),
            _ => continue,
        };
        *count.entry((action.step.clone(), action.digest)).or_insert(0) += 1;
    }
    // What leaves the console is signed with a key that no quorum guards; a stop may have it signed anew.
    for (action, times) in spent.iter().filter(|((step, _), _)| step != "results") {
        let (step, decided) = (&action.0, again.get(action).copied().unwrap_or(0));
        assert_eq!(
            *times,
            1 + decided,
            "{step} after {:?}: begun, and decided to begin again",
            held.struck
        );
    }
    let over = matches!(entries.last().map(|entry| &entry.what), Some(What::Closed));
    assert!(over, "{:?}", held.struck);
}
