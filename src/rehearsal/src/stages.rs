//! An event's stages, in order. Each is done once; a rehearsal that is gone on with begins at the first undone one.

mod access;
mod answers;
mod close;
mod event;
mod halfway;
mod hand_overs;
mod held;
mod hsm;
mod inputs;
mod members;
mod onward;
mod open;
mod plan;
mod review;
mod signatures;
pub mod standing;
mod successors;

use std::time::{Duration, Instant};

use record::screen::Shown;

pub use standing::newest_root;

use crate::binaries::Binaries;
use crate::ending;
use crate::error::Error;
use crate::rehearsal::Rehearsal;

/// A stage: its name in the memory, its title, what it does.
struct Stage(&'static str, &'static str, fn(&Rehearsal) -> Result<(), Error>);

/// The first event's: nothing stands before it, not even the members' keys.
static FIRST: [Stage; 8] = [
    Stage("members", "Nine members make their keys", members::members),
    NEW_CLUSTER,
    Stage(PLAN, "The plan and what goes into it", plan::first),
    REVIEWS,
    HELD,
    COUNTERSIGNATURES,
    PUBLICATION,
    Stage(LAST, "Anybody checks it", close::verify),
];

/// The founding event's.
static FOUNDING: [Stage; 8] = [
    Stage(PLAN, "The plan and what goes into it", plan::founding),
    REVIEWS,
    HELD,
    COUNTERSIGNATURES,
    PUBLICATION,
    ACCESSES,
    Stage(SIGNATURES, "A release is signed", signatures::release),
    Stage(LAST, "Anybody checks it", close::verify_founding),
];

/// Every other event's.
static LATER: [Stage; 8] = [
    NEW_CLUSTER,
    Stage(PLAN, "The plan and what goes into it", plan::later),
    REVIEWS,
    HELD,
    COUNTERSIGNATURES,
    PUBLICATION,
    ACCESSES,
    Stage(LAST, "Anybody checks it", close::verify),
];

const NEW_CLUSTER: Stage = Stage(CLUSTER, "A new cluster", hsm::new_cluster);
const REVIEWS: Stage = Stage("reviews", "Every member reviews the plan", review::reviews);
const HELD: Stage = Stage(EVENT, "The event", event::event);
const COUNTERSIGNATURES: Stage = Stage(
    "countersignatures",
    "Everybody present signs the record",
    close::countersign,
);
const PUBLICATION: Stage = Stage("publication", "Into the public store", close::publish);

/// After it there is a delegate who can sign batches.
const ACCESSES: Stage = Stage(ACCESS, "Who came to the console and to the HSM", access::publish);

const PLAN: &str = "plan";
const CLUSTER: &str = "cluster";
const EVENT: &str = "event";
const ACCESS: &str = "access";
const SIGNATURES: &str = "signatures";
/// The last stage of every event.
pub const LAST: &str = "verification";

/// The clock was moved on to the event: no part of its own, but done once as well.
const CLOCK: &str = "clock";

/// How long the parts took that were held now: event, part, time.
pub type Times = Vec<(String, &'static str, Duration)>;

/// Holds a rehearsal, or the rest of one.
pub fn hold(wish: crate::cli::Wish, binaries: Binaries) -> Result<(), Error> {
    let resumed = wish.resume && wish.now.is_none();
    let mut rehearsal = open::rehearsal(wish, binaries)?;
    let begun = Instant::now();
    rehearsal.introduce();
    if resumed {
        open::say_how_it_goes_on(&rehearsal)?;
    }
    let mut times = Times::new();
    while let Some(event) = rehearsal.next_event() {
        rehearsal.turn_to(event);
        times.extend(rehearsal.hold_event()?);
        if rehearsal.waits() {
            ending::wait(&rehearsal);
            return Ok(());
        }
    }
    if rehearsal.event.is_drill() {
        ending::drill(&rehearsal);
    }
    ending::show(&rehearsal, &times);
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    rehearsal.screen.show(&Shown::Finished { milliseconds });
    Ok(())
}
