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
mod factors;
mod in_event;
mod passwords;
mod pins;
mod quorum;
mod registration;
mod settled;
mod stopped;
#[cfg(test)]
mod tests;
mod users;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use hsm::{Habits, Hsm, Node};
use record::journal::What;
use record::messages::KeyToken;
use record::screen::Shown;
use record::{Digest, Member, Policy, Roster};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::exchange::{Answers, Exchange};
use crate::hand_over::Sealer;
use crate::hsm::{
    evidence::{Evidence, Kept},
    report,
};
use crate::identity::Identity;
use crate::inbox::Past;
use crate::ledger::Shared;
use crate::sessions::Sessions;
use crate::{cluster, event};
use dry::Dry;
use passwords::Passwords;

pub use begin::{InitialiseArgs, initialise};
pub use in_event::{Given, STEPS_IN_AN_EVENT, demand_untouched, dry_in_event, in_event};
pub use registration::{
    ADMIN_KEY, ADMIN_PASSWORD, APPROVER_KEY, APPROVER_PASSWORD, OWNER_PASSWORD, not_theirs, registration_tokens,
};
pub use settled::{evidence as demand_evidence, folders as demand_no_answers};

/// Where a cluster is initialised, and by whom.
struct Site {
    /// Where the roster came from.
    roster: PathBuf,
    /// The crypto user who will own the keys.
    owner: String,
    inbound: PathBuf,
    outbound: PathBuf,
    disk: PathBuf,
    /// The journal, if it is begun here: an event has one already.
    journal: Option<PathBuf>,
    evidence: Evidence,
    sessions: Sessions,
    /// A past event's bundles, where one is carried out again.
    past: Option<Rc<dyn Past>>,
    /// What seals new passwords to members.
    sealer: Sealer,
}

/// The cluster's first minutes.
struct Setup {
    site: Site,
    roster: Roster,
    roster_digest: Digest,
    /// The event's plan, where there is one.
    plan: Option<Digest>,
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
    /// The number of the step on screen, and of how many.
    step: (u32, u32),
}

impl Setup {
    fn carry_out(mut self) -> Result<(), Error> {
        self.console.show(&Shown::Heading {
            title: "cluster-initialisation: the cluster before any key exists".into(),
        });
        self.console.show(&Shown::digest("roster", &self.roster_digest));
        Identity::read()?.show(&self.console);
        let held = self.hold();
        if let Some(mut dry) = self.dry.take() {
            // No cluster is there that a stop could cost.
            return held.map(|_| dry.end());
        }
        held.map_err(|cause| stopped::told(cause, self.site.journal.as_deref(), self.ledger.borrow().entries()))?;
        self.write(What::Closed)?;
        event::clear_work(&self.site.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    /// From the proof of the HSM's identity to the last look at the cluster.
    fn hold(&mut self) -> Result<Passwords, Error> {
        self.pin()?;
        let passwords = self.passwords()?;
        self.change(&passwords)?;
        Ok(passwords)
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

    /// Reads the cluster again and says whether it is as it must be; the journal has it either way.
    fn check(&mut self) -> Result<(), Error> {
        self.begin(titles::READ)?;
        let mut hsm = self.connect("first")?;
        let state = cluster::read(&mut *hsm, false)?;
        if self.dry.is_some() {
            return Ok(());
        }
        hsm::same_cluster(&self.nodes, &state.nodes, hsm.least_nodes())?;
        let threshold = self.policy.quorum.threshold;
        let terms = cluster::terms(&*hsm, &self.roster, &self.site.owner, threshold, Vec::new());
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
        self.site.sessions.open(name, self.habits, &self.ledger)
    }

    fn begin(&mut self, title: &str) -> Result<(), Error> {
        self.announce(title);
        self.write(What::Step {
            step: format!("step-{}", self.step.0),
        })
    }

    /// Shows the next step.
    fn announce(&mut self, title: &str) {
        self.step.0 += 1;
        let (number, of) = self.step;
        if let Some(dry) = &mut self.dry {
            dry.begin(number, title);
        }
        self.console.show(&Shown::Step {
            number,
            of,
            who: "console".into(),
            title: title.into(),
        });
    }

    fn write(&self, what: What) -> Result<(), Error> {
        self.ledger.borrow_mut().write(what)
    }

    /// Asks a member for signatures; nobody in a dry run.
    fn ask(&self, round: u32, member: &str, purpose: &str, tokens: Vec<KeyToken>) -> Result<(), Error> {
        match self.dry {
            Some(_) => Ok(()),
            None => self.exchange().ask(&self.console, round, (member, purpose), tokens),
        }
    }

    /// The answers of at least `needed` of those asked in a round.
    fn answers(&mut self, round: u32, asked: &[String], needed: usize) -> Result<Answers, Error> {
        if self.dry.is_some() {
            return Ok(dry::answers(asked));
        }
        let mut console = std::mem::replace(&mut self.console, Console::mute());
        let answers = self.exchange().answers(&mut console, round, asked, needed);
        self.console = console;
        answers
    }

    fn exchange(&self) -> Exchange<'_> {
        Exchange {
            inbound: &self.site.inbound,
            outbound: &self.site.outbound,
            past: self.site.past.as_deref(),
            roster: &self.roster,
            digest: self.roster_digest,
            rehearsal: self.policy.rehearsal,
            ledger: &self.ledger,
        }
    }

    fn everybody(&self) -> Vec<String> {
        self.roster.members.iter().map(|member| member.id.clone()).collect()
    }

    fn member(&self, id: &str) -> Result<&Member, Error> {
        self.roster.member(id).map_err(|cause| input(&self.site.roster, cause))
    }
}

fn input(path: &Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}

/// The titles of the steps, each said where it begins.
mod titles {
    pub const PROVE: &str = "Prove the HSM's identity, and pin the customer CA";
    pub const USERS: &str = "Activate the cluster and create its users";
    pub const FACTORS: &str = "Give the admins their second factor";
    pub const QUORUM: &str = "Set the admins' quorum";
    pub const REGISTER: &str = "Register the approval keys; each user shows that nobody took it over";
    pub const READ: &str = "Read the cluster again";
}

/// All steps, in order.
pub const TITLES: [&str; 6] = [
    titles::PROVE,
    titles::USERS,
    titles::FACTORS,
    titles::QUORUM,
    titles::REGISTER,
    titles::READ,
];

const STEPS: u32 = 6;
