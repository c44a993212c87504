//! The event that makes a new cluster the members': the whole of `ceremony hsm initialise`, within the event.

use record::journal::What;
use record::plan::{Inbound, Kind, NEXT_ROSTER, POLICY, ROSTER};

use super::cluster::serials;
use super::{Event, Places};
use crate::error::Error;
use crate::initialise;

/// What a call must name of a new HSM's identity, and where that is of no use, before anything is begun.
pub(super) fn settled(places: &Places, inbound: &Inbound) -> Result<(), Error> {
    match inbound.plan.deed() {
        Kind::ClusterInitialisation => {
            initialise::demand_evidence(&places.evidence, inbound.plan.rehearsal)?;
            initialise::demand_no_answers(&places.inbound, &places.outbound)
        }
        deed if places.evidence.is_named() => Err(Error::Usage {
            what: format!("a '{deed}' proves no HSM's identity"),
            hint: "leave the certificates out; they belong to the event that initialises a cluster".into(),
        }),
        _ => Ok(()),
    }
}

impl Event {
    /// Whether the event initialises a cluster.
    pub(super) fn initialises(&self) -> bool {
        self.inbound.plan.deed() == Kind::ClusterInitialisation
    }

    /// Whether there is no owner yet who could log in.
    pub(super) fn is_being_initialised(&self) -> bool {
        self.initialises() && !self.is_initialised()
    }

    /// Initialises the cluster, or sees in the journal that it was. A stop after the first change ends the cluster, and
    /// the event with it: what was half done cannot be told from what somebody else did.
    pub(super) fn initialise_cluster(&mut self) -> Result<(), Error> {
        if self.is_initialised() {
            self.console.say("The cluster is initialised; the journal has it.");
            return self.meet_after_the_last_signature();
        }
        initialise::demand_untouched(&self.ledger)?;
        super::begin::check_window(&self.inbound, &self.clock)?;
        let given = self.given();
        let console = std::mem::replace(&mut self.console, crate::console::Console::mute());
        let (console, held) = initialise::in_event(given, console);
        self.console = console;
        self.step += initialise::STEPS_IN_AN_EVENT;
        self.owner_password = Some(held?);
        self.nodes = self.hsm.nodes()?;
        let (nodes, users) = (serials(&self.nodes), self.users()?);
        self.write(What::Hsm { nodes, users })
    }

    /// The last thing that an initialisation writes down is that it found the cluster good.
    pub(super) fn is_initialised(&self) -> bool {
        let progress = self.progress();
        progress
            .checks
            .get("cluster")
            .is_some_and(|judged| judged.findings.is_empty())
    }

    pub(super) fn given(&self) -> initialise::Given {
        let (inputs, places) = (&self.inbound.inputs, &self.places);
        // The roster that comes into force, if there is one: its keys are those that the new cluster gets to know.
        let roster = if self.inbound.next_roster.is_some() {
            NEXT_ROSTER
        } else {
            ROSTER
        };
        let octets = |name: &str| inputs.get(name).map_or_else(Vec::new, |bytes| bytes.0.clone());
        initialise::Given {
            plan: self.inbound.digest,
            roster: (
                self.inbound.roster_after().clone(),
                self.inbound.plan.inputs[roster].0,
                octets(roster),
            ),
            policy: (self.inbound.policy.clone(), octets(POLICY)),
            owner: self.inbound.plan.hsm.owner.clone(),
            folders: [places.inbound.clone(), places.outbound.clone(), places.disk.clone()],
            evidence: places.evidence.clone(),
            sessions: self.sessions.clone(),
            habits: self.habits,
            clock: self.clock.clone(),
            ledger: std::rc::Rc::clone(&self.ledger),
            sealer: places.sealer.clone(),
            past: self.past.clone(),
            step: (self.step, super::stages::count(&self.inbound, self.habits)),
        }
    }
}
