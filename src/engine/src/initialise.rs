//! The ceremony `cluster-initialisation`: the cluster before any key exists. The members become its only admins, each
//! with a second factor, and the quorum is set from the first minute: an admin alone could reset an approver's password
//! and register another key.
//!
//! A stop in the middle ends it for good, and nothing is lost: no key exists yet. The cluster is thrown away, because
//! what was half done cannot be told from what somebody else did; the members make new approval keys, which register
//! once.

mod dry;
mod exchange;
mod factors;
mod pins;
mod quorum;
mod registration;
mod users;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use hsm::{CloudHsm, Habits, Hsm, Limits, Node, Process, Secret};
use record::journal::What;
use record::screen::Shown;
use record::{Digest, Member, Policy, Roster, Time, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hsm::{evidence::Evidence, report};
use crate::ledger::{Door, Ledger, Shared};
use crate::{cli, cluster, event, files, habits};
use dry::Dry;

/// What `hsm initialise` needs.
#[derive(Args)]
pub struct InitialiseArgs {
    /// The roster to be put into force.
    #[arg(long)]
    roster: PathBuf,
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    /// The crypto user who will own the keys: no member.
    #[arg(long, default_value = "root_owner")]
    owner: String,
    /// The folder with members' bundles.
    #[arg(long)]
    inbound: PathBuf,
    /// The folder for requests to members.
    #[arg(long)]
    outbound: PathBuf,
    /// The event's own disk.
    #[arg(long)]
    disk: PathBuf,
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long)]
    hsm_cli: PathBuf,
    /// What `ceremony hsm probe` found out about this version of `cloudhsm-cli`.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
    /// Show every command to the HSM and run none; ask nobody, and write nothing. The environment's DRY_RUN=1 says the
    /// same.
    #[arg(long)]
    dry_run: bool,
    /// Outside rehearsals all of what proves the HSM's identity, and the customer's CA, must be named.
    #[command(flatten)]
    evidence: Evidence,
}

/// The cluster's first minutes.
struct Setup<'a> {
    args: &'a InitialiseArgs,
    roster: Roster,
    roster_digest: Digest,
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

/// Initialises a cluster.
pub fn initialise(args: &InitialiseArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    let policy_bytes = files::read(&args.policy, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy_bytes).map_err(|cause| input(&args.policy, cause))?;
    cli::check_now(now, policy.rehearsal)?;
    let bytes = files::read(&args.roster, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&bytes, policy.rehearsal).map_err(|cause| input(&args.roster, cause))?;
    roster.check(&policy).map_err(|cause| input(&args.roster, cause))?;
    let habits = habits::read(args.hsm_answers.as_deref())?;
    demand_evidence(args, policy.rehearsal)?;
    demand_no_member(args, &roster)?;
    let clock = Clock::new(now);
    let (dry, console, ledger) = match cli::is_dry(args.dry_run) {
        true => (Some(Dry::new(console)), Console::mute(), Ledger::in_memory(clock)),
        false => (None, console, begin_journal(args, clock)?),
    };
    let roster_digest = Digest::of(&bytes);
    Setup {
        args,
        roster,
        roster_digest,
        policy,
        habits,
        console,
        clock,
        ledger: Rc::new(RefCell::new(ledger)),
        nodes: Vec::new(),
        dry,
        step: 0,
    }
    .carry_out()
}

fn begin_journal(args: &InitialiseArgs, clock: Clock) -> Result<Ledger, Error> {
    for folder in [&args.disk, &args.outbound] {
        files::make_folder(folder)?;
    }
    let journal = args.disk.join("initialisation");
    if journal.exists() {
        return Err(Error::Disk {
            what: format!(
                "{} is there already: a cluster was initialised from this disk",
                journal.display()
            ),
            hint: "a cluster that was initialised halfway is thrown away: begin with a new one and an empty disk",
        });
    }
    Ledger::create(&journal, clock)
}

fn demand_no_member(args: &InitialiseArgs, roster: &Roster) -> Result<(), Error> {
    let owns = |member: &&Member| [&member.approver, &member.admin].contains(&&args.owner);
    match roster.members.iter().find(owns) {
        None => Ok(()),
        Some(member) => Err(Error::Usage {
            what: format!("the key owner {} is a user of {}", args.owner, member.id),
            hint: "name an owner who is no member".into(),
        }),
    }
}

/// What a rehearsal may do without.
fn demand_evidence(args: &InitialiseArgs, rehearsal: bool) -> Result<(), Error> {
    let refused = |what: &str, hint: &str| {
        Err(Error::Usage {
            what: what.into(),
            hint: hint.into(),
        })
    };
    match (rehearsal, args.evidence.has_customer_ca(), args.evidence.has_identity()) {
        (true, ..) | (_, true, true) => Ok(()),
        (_, false, _) => refused(
            "the customer CA is not named, and this is no rehearsal",
            "name --customer-ca: from now on all trust in this cluster hangs on it",
        ),
        (_, _, false) => refused(
            "nothing proves the HSM's identity, and this is no rehearsal",
            "name --described with what AWS described before the cluster was initialised, and both roots",
        ),
    }
}

impl Setup<'_> {
    fn carry_out(mut self) -> Result<(), Error> {
        self.console.show(&Shown::Heading {
            title: "cluster-initialisation: the cluster before any key exists".into(),
        });
        self.console.show(&Shown::digest("roster", &self.roster_digest));
        self.pin()?;
        let passwords = self.passwords()?;
        self.change(&passwords).map_err(|cause| Error::Elsewhere {
            cause: Box::new(cause),
            hint: "the cluster is thrown away, and nothing is lost: no key exists; begin with a new one and an empty disk",
        })?;
        drop(passwords);
        if let Some(mut dry) = self.dry.take() {
            dry.end();
            return Ok(());
        }
        event::clear_work(&self.args.disk);
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    /// From the first change of the cluster to the last look at it.
    fn change(&mut self, passwords: &Passwords) -> Result<(), Error> {
        let approvers = self.create_users(passwords)?;
        self.register(passwords, approvers)?;
        self.set_quorum(passwords)?;
        self.check()
    }

    /// The owner's password and one for each admin, typed by those who keep them.
    fn passwords(&mut self) -> Result<Passwords, Error> {
        if self.dry.is_some() {
            return Ok(dry::passwords(self.roster.members.len()));
        }
        let owner = format!("New password of the key owner {}", self.args.owner);
        let owner = self.console.new_secret(&owner)?;
        let names: Vec<String> = self.roster.members.iter().map(|member| member.admin.clone()).collect();
        let ask = |name: String| self.console.new_secret(&format!("New password of the admin {name}"));
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
        let process = Process::new(&self.args.hsm_cli, &work, Limits::default())?;
        let hsm = CloudHsm::new(process, Door(Rc::clone(&self.ledger)));
        Ok(Box::new(hsm.with_habits(self.habits)))
    }

    fn begin(&mut self, title: &str) -> Result<(), Error> {
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
        self.write(What::Step {
            step: format!("step-{}", self.step),
        })
    }

    fn write(&self, what: What) -> Result<(), Error> {
        self.ledger.borrow_mut().write(what)
    }

    fn member(&self, id: &str) -> Result<&Member, Error> {
        self.roster.member(id).map_err(|cause| input(&self.args.roster, cause))
    }
}

fn input(path: &Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}

const STEPS: u32 = 5;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: InitialiseArgs,
    }

    fn demanded(rehearsal: bool, more: &[&str]) -> Result<(), (String, Option<String>)> {
        let words = "ceremony --roster r --policy p --inbound i --outbound o --disk d --hsm-cli c";
        let line = Line::parse_from(words.split(' ').chain(more.iter().copied()));
        demand_evidence(&line.args, rehearsal).map_err(|error| (error.to_string(), error.hint()))
    }

    #[test]
    fn outside_rehearsals_the_customer_ca_and_the_identity_are_demanded() {
        let (ca, identity) = (["--customer-ca", "ca.pem"], ["--described", "described.json"]);
        demanded(true, &[]).expect("a rehearsal does without");
        demanded(false, &[ca, identity].concat()).expect("both are named");
        let (error, hint) = demanded(false, &identity).expect_err("no CA");
        assert_eq!(error, "the customer CA is not named, and this is no rehearsal");
        assert!(hint.expect("a hint").starts_with("name --customer-ca: "));
        let (error, hint) = demanded(false, &ca).expect_err("no identity");
        assert_eq!(error, "nothing proves the HSM's identity, and this is no rehearsal");
        assert!(hint.expect("a hint").starts_with("name --described "));
    }
}
