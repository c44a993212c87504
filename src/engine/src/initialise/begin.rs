//! What is settled before the first step: roster, policy, owner, evidence, and an empty disk.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use record::{Digest, Policy, Roster, Time, cbor};

use super::{STEPS, Setup, Site, dry::Dry, input, settled};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hand_over::Sealer;
use crate::hsm::evidence::{Evidence, Kept};
use crate::ledger::Ledger;
use crate::sessions::Sessions;
use crate::{cli, files, habits};

/// What `hsm initialise` needs.
#[derive(Args)]
pub struct InitialiseArgs {
    /// The roster to be put into force.
    #[arg(long)]
    pub(super) roster: PathBuf,
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    /// The crypto user who will own the keys: no member.
    #[arg(long, default_value = "root_owner")]
    pub(super) owner: String,
    /// The folder with members' bundles.
    #[arg(long)]
    pub(super) inbound: PathBuf,
    /// The folder for requests to members.
    #[arg(long)]
    pub(super) outbound: PathBuf,
    /// The event's own disk.
    #[arg(long)]
    pub(super) disk: PathBuf,
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long)]
    pub(super) hsm_cli: PathBuf,
    /// The cluster, where several are configured: without it `cloudhsm-cli` does not start then.
    #[arg(long, value_name = "ID")]
    pub(super) cluster_id: Option<String>,
    /// What `ceremony hsm probe` found out about this version of `cloudhsm-cli`.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
    /// The program that seals new passwords to members; without it, the `ceremony-seal` beside this program.
    #[arg(long, value_name = "PATH")]
    seal: Option<PathBuf>,
    /// Show every command to the HSM and run none; ask nobody, and write nothing. The environment's DRY_RUN=1 says the
    /// same.
    #[arg(long)]
    dry_run: bool,
    /// Outside rehearsals all of it must be named: what proves the HSM's identity, the customer's CA, and the cluster's
    /// certificate that ties the two together.
    #[command(flatten)]
    pub(super) evidence: Evidence,
}

/// Initialises a cluster. All that can be judged is judged before the first command to the HSM.
pub fn initialise(args: &InitialiseArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    settled::owner(&args.owner)?;
    let policy_bytes = files::read(&args.policy, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy_bytes).map_err(|cause| input(&args.policy, cause))?;
    cli::check_now(now, policy.rehearsal)?;
    let bytes = files::read(&args.roster, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&bytes, policy.rehearsal).map_err(|cause| input(&args.roster, cause))?;
    roster.check(&policy).map_err(|cause| input(&args.roster, cause))?;
    settled::no_member(&args.owner, &roster)?;
    let habits = habits::read(args.hsm_answers.as_deref(), policy.rehearsal)?;
    settled::evidence(&args.evidence, policy.rehearsal)?;
    let clock = Clock::new(now);
    let (dry, console) = match cli::is_dry(args.dry_run) {
        true => (Some(Dry::new(console)), Console::mute()),
        false => (None, console),
    };
    if dry.is_none() {
        settled::command_line(&args.hsm_cli)?;
        settled::places(args)?;
    }
    let roster_digest = Digest::of(&bytes);
    let terms = [("roster.cbor", bytes), ("policy.toml", policy_bytes)];
    let setup = Setup {
        site: site(args),
        roster,
        roster_digest,
        plan: None,
        policy,
        habits,
        console,
        clock: clock.clone(),
        terms: terms.map(|(name, bytes)| Kept { name, bytes }),
        ledger: Rc::new(RefCell::new(Ledger::in_memory(clock))),
        nodes: Vec::new(),
        dry,
        step: (0, STEPS),
    };
    if setup.dry.is_none() {
        setup.hand_overs().settle(&setup.everybody())?;
    }
    setup.carry_out()
}

pub(super) fn site(args: &InitialiseArgs) -> Site {
    Site {
        roster: args.roster.clone(),
        owner: args.owner.clone(),
        inbound: args.inbound.clone(),
        outbound: args.outbound.clone(),
        disk: args.disk.clone(),
        journal: Some(args.journal()),
        evidence: args.evidence.clone(),
        sessions: Sessions::CommandLine {
            program: args.hsm_cli.clone(),
            cluster_id: args.cluster_id.clone(),
            disk: args.disk.clone(),
        },
        past: None,
        sealer: Sealer::at(args.seal.clone()),
    }
}

impl Setup {
    /// The journal on the disk, begun before the first command to the HSM. A dry run stays without, and an event has
    /// one.
    pub(super) fn open_journal(&self) -> Result<(), Error> {
        let (None, Some(journal)) = (&self.dry, &self.site.journal) else {
            return Ok(());
        };
        for folder in [&self.site.disk, &self.site.outbound] {
            files::make_folder(folder)?;
        }
        let ledger = Ledger::create(journal, self.clock.clone())?;
        *self.ledger.borrow_mut() = ledger;
        Ok(())
    }
}

impl InitialiseArgs {
    pub(super) fn journal(&self) -> PathBuf {
        self.disk.join("initialisation")
    }
}
