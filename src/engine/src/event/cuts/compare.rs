//! What is the same wherever the power went, and what a stop may change.

use std::collections::BTreeMap;

use record::difference;
use record::facts::ABORTED;
use record::journal::What;
use record::plan::{Inbound, commands};

use super::came_to::CameTo;

/// The same bytes, signed; the same record, but for what a stop is; the same cluster.
pub fn same(inbound: &Inbound, undisturbed: &CameTo, came_to: &CameTo) {
    assert_eq!(came_to.frozen(), undisturbed.frozen(), "the bytes to be signed");
    assert!(came_to.files == undisturbed.files, "certificates and lists");
    let record = |came_to: &CameTo| record::cbor::encode(&came_to.settled()).expect("encodes");
    let differs = difference::first(&record(undisturbed), &record(came_to));
    assert_eq!(differs, None, "the record");
    let (one, other) = (undisturbed.published(inbound), came_to.published(inbound));
    assert!(one.plan == other.plan && one.certificates == other.certificates && one.crls == other.crls);
    assert!(came_to.cluster == undisturbed.cluster, "what is in the HSM");
    assert!(matches!(
        came_to.entries.last().map(|entry| &entry.what),
        Some(What::Closed)
    ));
    let stops = came_to.count(|what| matches!(what, What::Resumed { .. }));
    let begun = came_to
        .entries
        .first()
        .is_some_and(|entry| entry.at == undisturbed.entries[0].at);
    assert_eq!(stops, usize::from(begun), "the stop is in the journal");
    of_the_stop(came_to);
}

/// The HSM signed each thing once, and gave each command once: once more for each decision of people.
pub fn by_decision(inbound: &Inbound, undisturbed: &CameTo, came_to: &CameTo) {
    let decided = came_to.decided.iter().filter(|answer| AGAIN.contains(&answer.as_str()));
    let decided = decided.count();
    let written = came_to.count(|what| matches!(what, What::Again { reason, .. } if reason != GONE));
    assert_eq!(decided, written, "decisions");
    assert!(decided < 2, "one stop leaves one thing open");
    let again = came_to.count(|what| matches!(what, What::Again { .. }));
    for (step, bytes) in came_to.frozen().into_iter().flatten() {
        let times = came_to.told.signed.get(&bytes.0).copied().unwrap_or(0);
        assert!((1..=1 + again).contains(&times), "{step} was signed {times} times");
    }
    // Those that the plan means for a stop alone.
    let planned = commands(inbound).into_iter().filter(|command| command.remedy);
    let remedies: Vec<String> = planned.map(|command| command.text()).collect();
    let of = |told: &BTreeMap<String, usize>, command: &String| told.get(command).copied().unwrap_or(0);
    for command in undisturbed.told.changed.keys().chain(came_to.told.changed.keys()) {
        let (once, now) = (
            of(&undisturbed.told.changed, command),
            of(&came_to.told.changed, command),
        );
        let remedies = remedies.iter().filter(|remedy| command.starts_with(*remedy)).count();
        assert!(
            (once..=once + again + remedies).contains(&now),
            "`{command}` was given {now} times"
        );
    }
}

/// An event that ended early, after a stop with which its cluster was lost: nothing is in force, nothing was made.
pub fn ended(came_to: &CameTo) {
    let record = &came_to.record;
    assert!(record.facts.contains_key(ABORTED), "{:?}", record.facts);
    assert!(record.adopted.is_empty() && record.outputs.is_empty() && record.keys.is_empty());
    assert!(matches!(
        came_to.entries.last().map(|entry| &entry.what),
        Some(What::Closed)
    ));
}

fn of_the_stop(came_to: &CameTo) {
    for exception in &came_to.record.exceptions {
        let known = STOPS.iter().any(|words| exception.what.starts_with(words));
        assert!(known, "{exception:?}");
    }
}

/// What people answer who decide to do a thing once more.
const AGAIN: [&str; 2] = ["sign again", crate::event::GIVE_AGAIN];

/// Why a command is given again without a decision.
const GONE: &str = "the password that was made is gone with the stop";

/// What a stop may leave in the record.
const STOPS: [&str; 6] = [
    "the engine was started again",
    "no answer came to the signing",
    "no answer came to a command; the HSM's state shows that it was carried out",
    "the same bytes may have been signed before; decided",
    "a command may have been carried out before; decided",
    "`",
];
