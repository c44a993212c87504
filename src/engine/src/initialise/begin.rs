//! What is settled before the first step: roster, policy, owner, evidence, and an empty disk.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use record::{Digest, Member, Policy, Roster, Time, cbor};

use super::{Setup, dry::Dry, input};
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::hsm::evidence::{Evidence, Kept};
use crate::ledger::Ledger;
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
    /// What `ceremony hsm probe` found out about this version of `cloudhsm-cli`.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
    /// Show every command to the HSM and run none; ask nobody, and write nothing. The environment's DRY_RUN=1 says the
    /// same.
    #[arg(long)]
    dry_run: bool,
    /// Outside rehearsals all of what proves the HSM's identity, and the customer's CA, must be named.
    #[command(flatten)]
    pub(super) evidence: Evidence,
}

/// Initialises a cluster.
pub fn initialise(args: &InitialiseArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    let policy_bytes = files::read(&args.policy, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy_bytes).map_err(|cause| input(&args.policy, cause))?;
    cli::check_now(now, policy.rehearsal)?;
    let bytes = files::read(&args.roster, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&bytes, policy.rehearsal).map_err(|cause| input(&args.roster, cause))?;
    roster.check(&policy).map_err(|cause| input(&args.roster, cause))?;
    let habits = habits::read(args.hsm_answers.as_deref(), policy.rehearsal)?;
    demand_evidence(args, policy.rehearsal)?;
    demand_no_member(args, &roster)?;
    let clock = Clock::new(now);
    let (dry, console, ledger) = match cli::is_dry(args.dry_run) {
        true => (Some(Dry::new(console)), Console::mute(), Ledger::in_memory(clock)),
        false => (None, console, begin_journal(args, clock)?),
    };
    let roster_digest = Digest::of(&bytes);
    let terms = [("roster.cbor", bytes), ("policy.toml", policy_bytes)];
    Setup {
        args,
        roster,
        roster_digest,
        policy,
        habits,
        console,
        clock,
        terms: terms.map(|(name, bytes)| Kept { name, bytes }),
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
