//! The power goes at every write of the journal of an event of every kind: once before it, once in the middle of it, and once
//! with all that was not synced. The event is resumed; and what it comes to is what it comes to without a stop.

mod came_to;
mod chain;
mod cluster;
mod compare;
mod folder;
mod held;
mod needs;
mod office;
mod people;
mod power;
mod sample;
mod scene;
mod standing;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use record::journal::What;
use record::plan::Kind;
use record::record::{KeyChange, KeyRecord};

use self::chain::Played;
use self::held::{Held, Run};
use self::power::{Left, Power};
use self::sample::Cut;
use crate::error::Error;

/// `CEREMONY_TEST_SEED` draws the sample. What is printed with it says which cuts were tried, and where one fails,
/// `CEREMONY_TEST_CUT='root-generation-2: write 7 of'` with the test below tries it alone.
#[test]
fn every_event_comes_to_the_same_wherever_the_power_goes_in_a_sample() {
    let seed = sample::seed();
    let drawn = sample::drawn(events(), &seed);
    eprintln!("CEREMONY_TEST_SEED={seed} draws {} cuts:", drawn.len());
    drawn.iter().for_each(|cut| eprintln!("  {}", name(events(), *cut)));
    try_all(events(), &drawn);
}

#[test]
#[ignore = "exhaustive: tests/run --full"]
fn every_event_comes_to_the_same_wherever_the_power_goes_at_all() {
    let mut all = sample::all(events());
    if let Ok(wanted) = std::env::var("CEREMONY_TEST_CUT") {
        all.retain(|cut| name(events(), *cut).contains(&wanted));
    }
    eprintln!("{} cuts of {} events", all.len(), events().len());
    try_all(events(), &all);
}

/// Where the event changes M, they need as many as the policy says that comes into force.
#[test]
fn each_key_whose_entry_the_stop_cut_off_is_adopted() {
    let mut cuts = sample::all(events());
    cuts.retain(|cut| {
        let entry = &events()[cut.event].came_to.entries[cut.write];
        let makes = |record: &KeyRecord| record.change == KeyChange::Made;
        cut.left == Left::Whole && matches!(&entry.what, What::Key { record, .. } if makes(record))
    });
    assert_eq!(cuts.len(), 12);
    try_all(events(), &cuts);
}

#[test]
fn the_chain_has_every_kind_of_event() {
    let kinds: Vec<Kind> = chain::kinds().collect();
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The chain, which is played once.
pub fn events() -> &'static [Played] {
    static EVENTS: LazyLock<Vec<Played>> = LazyLock::new(chain::play);
    &EVENTS
}

/// Tries all of them, side by side, and names those that fail.
fn try_all(events: &[Played], cuts: &[Cut]) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(cut) = cuts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tried = catch_unwind(AssertUnwindSafe(|| try_one(&events[cut.event], *cut)));
            if tried.is_err() {
                failed.lock().expect("no thread ends here").push(name(events, *cut));
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    let failed = failed.into_inner().expect("no thread ended there");
    assert!(
        failed.is_empty(),
        "{} of {} cuts: {failed:#?}",
        failed.len(),
        cuts.len()
    );
}

/// The event with its power cut there, resumed to its end.
fn try_one(played: &Played, cut: Cut) {
    let (held, power) = (
        Held::new(&played.scene, &played.before),
        Power::new(Vec::new(), Some((cut.write, cut.left))),
    );
    held.run(&power, Run::First).expect_err("the power goes");
    let power = Power::new(power.bytes(), None);
    match held.run(&power, Run::Resumed(30)) {
        Ok(()) => {
            let came_to = held.came_to(&power);
            let inbound = &played.scene.inbound;
            compare::by_decision(inbound, &played.came_to, &came_to);
            compare::same(inbound, &played.came_to, &came_to);
        }
        Err(error) if is_lost_with_its_cluster(played, cut, &error) => {
            held.run(&power, Run::Ended(40)).expect("it ends in order");
            compare::ended(&held.came_to(&power));
        }
        Err(error) => panic!("{error}\n{:?}", error.hint()),
    }
}

/// A cluster that was changed and is not yet the members' is thrown away, and the event ends: the one thing that is not gone
/// on with.
fn is_lost_with_its_cluster(played: &Played, cut: Cut, error: &Error) -> bool {
    let before = played.came_to.entries[..cut.write].iter();
    let mut intents = before.filter_map(|entry| match &entry.what {
        What::Intent { command } => Some(command.as_str()),
        _ => None,
    });
    played.scene.inbound.plan.deed() == Kind::ClusterInitialisation
        && error.to_string().contains("after its first change of the cluster")
        && intents.any(|command| command.starts_with("cluster activate"))
}

/// What a failure says, and the sample.
fn name(events: &[Played], cut: Cut) -> String {
    let of = &events[cut.event];
    let writes = of.came_to.entries.len();
    format!("{}: write {} of {writes}, {:?}", of.scene.name(), cut.write, cut.left)
}
