//! The ceremony `cluster-initialisation`: the cluster before any key exists. The members become its only admins, each
//! with a second factor, and their quorum is set before anybody's approval key is known to the HSM: until then one admin
//! alone can reset a password. What such an admin did meanwhile comes to light in the last round, in which each approver
//! logs in with the password that was made here, and each admin with the member's own key.
//!
//! A stop after the first change ends it for good, and nothing is lost: no key exists yet. The cluster is thrown away,
//! because what was half done cannot be told from what somebody else did; members who answered the last round make new approval
//! keys, which register once.

mod begin;
mod between;
mod dry;
mod exchange;
mod factors;
mod pins;
mod quorum;
mod registration;
mod settled;
mod stopped;
#[cfg(test)]
mod tests;
mod users;

use std::path::Path;
use std::rc::Rc;

use hsm::{CloudHsm, Habits, Hsm, Node, Secret};
use record::journal::What;
use record::screen::Shown;
use record::{Digest, Member, Policy, Roster};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hsm::{evidence::Kept, report};
use crate::identity::Identity;
use crate::ledger::{Door, Shared};
use crate::{cluster, event};
use dry::Dry;

pub use begin::{InitialiseArgs, initialise};

/// The cluster's first minutes.
struct Setup<'a> {
    args: &'a InitialiseArgs,
    roster: Roster,
    roster_digest: Digest,
    /// Roster and policy as they came.
    terms: [Kept; 2],
    policy: Policy,
    habits: Habits,
    console: Console,
    clock: Clock,
    ledger: Shared,
    /// The HSMs as they were at the beginning.
    nodes: Vec<Node>,
    /// In a dry run, where the commands go.
    dry: Option<Dry>,
    step: u32,
}

/// The passwords that people keep.
struct Passwords {
    owner: Secret,
    /// In the order of the roster.
    admins: Vec<Secret>,
}

impl Setup<'_> {
    fn carry_out(mut self) -> Result<(), Error> {
        self.console.show(&Shown::Heading {
            title: "cluster-initialisation: the cluster before any key exists".into(),
        });
        self.console.show(&Shown::digest("roster", &self.roster_digest));
        Identity::read()?.show(&self.console);
        let held = self.hold();
        if let Some(mut dry) = self.dry.take() {
            // No cluster is there that a stop could cost.
            return held.map(|()| dry.end());
        }
        held.map_err(|cause| stopped::told(cause, &self.args.journal(), self.ledger.borrow().entries()))?;
        self.write(What::Closed)?;
        event::clear_work(&self.args.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    /// From the proof of the HSM's identity to the last look at the cluster.
    fn hold(&mut self) -> Result<(), Error> {
        self.pin()?;
        let passwords = self.passwords()?;
        self.change(&passwords)
    }

    /// From the first change of the cluster to the last look at it.
    fn change(&mut self, passwords: &Passwords) -> Result<(), Error> {
        let approvers = self.create_users(passwords)?;
        self.give_factors(passwords)?;
        let last = self.set_quorum(passwords)?;
        self.look_between()?;
        self.register(last, passwords, approvers)?;
        self.check()
    }

    /// The owner's password and one for each admin, typed by those who keep them.
    fn passwords(&mut self) -> Result<Passwords, Error> {
        if self.dry.is_some() {
            return Ok(dry::passwords(self.roster.members.len()));
        }
        let owner = format!("New password of the key owner {}", self.args.owner);
        let users = cluster::names(&self.roster, &self.args.owner);
        let habits = self.habits;
        let usable = |secret: &Secret| secret.check_for_user(habits, users.iter().map(String::as_str));
        let owner = self.console.new_secret(&owner, &usable)?;
        let names: Vec<String> = self.roster.members.iter().map(|member| member.admin.clone()).collect();
        let ask = |name: String| {
            self.console
                .new_secret(&format!("New password of the admin {name}"), &usable)
        };
        let admins = names.into_iter().map(ask).collect::<Result<_, _>>()?;
        Ok(Passwords { owner, admins })
    }

    /// Reads the cluster again and says whether it is as it must be; the journal has it either way.
    fn check(&mut self) -> Result<(), Error> {
        self.begin("Read the cluster again")?;
        let mut hsm = self.connect("first")?;
        let state = cluster::read(&mut *hsm, false)?;
        if self.dry.is_some() {
            return Ok(());
        }
        hsm::same_cluster(&self.nodes, &state.nodes, hsm.least_nodes())?;
        let threshold = self.policy.quorum.threshold;
        let terms = cluster::terms(&*hsm, &self.roster, &self.args.owner, threshold, Vec::new());
        let findings = hsm::check_cluster(&state, &terms);
        self.write(What::Checked {
            of: "cluster".into(),
            findings: findings.iter().map(ToString::to_string).collect(),
        })?;
        report::show(&self.console, &state, &terms, &findings)?;
        self.console.say(format!(
            "{members} admins with MFA, the key owner and {members} approvers; the quorum values for users, for the quorum \
             itself and for the cluster are {threshold}.",
            members = self.roster.members.len()
        ));
        Ok(())
    }

    /// A session of its own with the HSM's command line.
    fn connect(&self, name: &str) -> Result<Box<dyn Hsm>, Error> {
        if let Some(dry) = &self.dry {
            return Ok(Box::new(dry.hsm(self.habits)));
        }
        let work = event::work_folder(&self.args.disk, name)?;
        let process = event::Device::command_line(&self.args.hsm_cli, self.args.cluster_id.as_deref(), &work)?;
        let hsm = CloudHsm::new(process, Door(Rc::clone(&self.ledger)));
        Ok(Box::new(hsm.with_habits(self.habits)))
    }

    fn begin(&mut self, title: &str) -> Result<(), Error> {
        self.announce(title);
        self.write(What::Step {
            step: format!("step-{}", self.step),
        })
    }

    /// Shows the next step.
    fn announce(&mut self, title: &str) {
        self.step += 1;
        if let Some(dry) = &mut self.dry {
            dry.begin(self.step, title);
        }
        self.console.show(&Shown::Step {
            number: self.step,
            of: STEPS,
            who: "console".into(),
            title: title.into(),
        });
    }

    fn write(&self, what: What) -> Result<(), Error> {
        self.ledger.borrow_mut().write(what)
    }

    fn everybody(&self) -> Vec<String> {
        self.roster.members.iter().map(|member| member.id.clone()).collect()
    }

    fn member(&self, id: &str) -> Result<&Member, Error> {
        self.roster.member(id).map_err(|cause| input(&self.args.roster, cause))
    }
}

fn input(path: &Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}

const STEPS: u32 = 6;
