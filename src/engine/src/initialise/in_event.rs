//! The same within an event of this kind, whose journal, console and places it takes.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use hsm::{Habits, Secret};
use record::{Digest, Policy, Roster};

use super::{Dry, STEPS, Setup, Site, stopped};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hand_over::Sealer;
use crate::hsm::evidence::{Evidence, Kept};
use crate::inbox::Past;
use crate::ledger::Shared;
use crate::sessions::Sessions;

/// What the event gives.
pub struct Given {
    /// The plan's digest.
    pub plan: Digest,
    /// The roster, its digest, and its file's octets.
    pub roster: (Roster, Digest, Vec<u8>),
    /// The policy and its file's octets.
    pub policy: (Policy, Vec<u8>),
    /// The crypto user who will own the keys.
    pub owner: String,
    /// Inbound folder, outbound folder, and the event's disk.
    pub folders: [PathBuf; 3],
    /// What proves the HSM's identity.
    pub evidence: Evidence,
    /// The sessions with the HSM.
    pub sessions: Sessions,
    /// The ways of its command line.
    pub habits: Habits,
    /// The event's clock.
    pub clock: Clock,
    /// The event's journal.
    pub ledger: Shared,
    /// What seals new passwords to members.
    pub sealer: Sealer,
    /// A past event's bundles, where one is carried out again.
    pub past: Option<Rc<dyn Past>>,
    /// The number of the last step on screen, and of how many.
    pub step: (u32, u32),
}

/// The steps that it has.
pub const STEPS_IN_AN_EVENT: u32 = STEPS;

/// Initialises the cluster. The owner's password comes back, and with it the console, whatever happened.
pub fn in_event(given: Given, console: Console) -> (Console, Result<Secret, Error>) {
    let mut setup = setup(given, console);
    let held = setup.hold();
    let ledger = Rc::clone(&setup.ledger);
    let held = held.map_err(|cause| stopped::told(cause, None, ledger.borrow().entries()));
    (setup.console, held.map(|passwords| passwords.owner))
}

/// Shows every command of it, and gives none.
pub fn dry_in_event(given: Given, console: Console) -> Result<(), Error> {
    let mut setup = setup(given, Console::mute());
    setup.dry = Some(Dry::new(console));
    let held = setup.hold();
    if let Some(mut dry) = setup.dry.take() {
        dry.end();
    }
    held.map(|_| ())
}

/// What a stop after the first change means, if there was one.
pub fn demand_untouched(ledger: &Shared) -> Result<(), Error> {
    stopped::in_event(ledger.borrow().entries())
}

fn setup(given: Given, console: Console) -> Setup {
    let [inbound, outbound, disk] = given.folders;
    let (roster, roster_digest, roster_bytes) = given.roster;
    let (policy, policy_bytes) = given.policy;
    let terms = [("roster.cbor", roster_bytes), ("policy.toml", policy_bytes)];
    Setup {
        site: Site {
            roster: Path::new(record::plan::ROSTER).to_owned(),
            owner: given.owner,
            inbound,
            outbound,
            disk,
            journal: None,
            evidence: given.evidence,
            sessions: given.sessions,
            past: given.past,
            sealer: given.sealer,
        },
        roster,
        roster_digest,
        plan: Some(given.plan),
        terms: terms.map(|(name, bytes)| Kept { name, bytes }),
        policy,
        habits: given.habits,
        console,
        clock: given.clock,
        ledger: given.ledger,
        nodes: Vec::new(),
        dry: None,
        step: given.step,
    }
}
