//! `ceremony hsm check`: reads the HSM and says what falls short of policy and roster. It changes
//! nothing, but it logs in, which a dry run does not.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use hsm::{Answer, Hsm, KeyTerms, Observer, ObserverError, QuorumKeeper, Role};
use record::plan::{HsmKind, HsmPlan, Inbound};
use record::{Policy, Roster, Time, cbor};

use super::report;
use crate::console::Console;
use crate::error::Error;
use crate::event::Device;
use crate::scratch::Scratch;
use crate::{cli, cluster, files};

/// What `hsm check` needs.
#[derive(Args)]
pub struct CheckArgs {
    /// The inbound bundle of the event that made the keys: it has roster, policy, owner and labels.
    #[arg(long, conflicts_with_all = ["roster", "policy", "owner"])]
    plan: Option<PathBuf>,
    /// The roster in force.
    #[arg(long, required_unless_present = "plan", requires = "policy")]
    roster: Option<PathBuf>,
    /// The policy.
    #[arg(long, required_unless_present = "plan", requires = "roster")]
    policy: Option<PathBuf>,
    /// The crypto user who owns the keys; a PKCS#11 module has its token instead.
    #[arg(long, default_value = "root_owner", conflicts_with = "pkcs11_token")]
    owner: String,
    /// A key that must be there: `LABEL=quorum` guarded by the quorum, `LABEL=owner` used by its owner alone. May be
    /// repeated.
    #[arg(long, value_name = "LABEL=quorum|owner", value_parser = key, conflicts_with_all = ["plan", "without_keys"])]
    key: Vec<(String, bool)>,
    /// Do not log in: look at HSMs, users and quorum values alone.
    #[arg(long)]
    without_keys: bool,
    #[command(flatten)]
    device: Device,
}

/// What the HSM is compared with.
struct Against {
    roster: Roster,
    policy: Policy,
    hsm: HsmPlan,
    keys: Vec<KeyTerms>,
}

fn key(text: &str) -> Result<(String, bool), String> {
    match text.rsplit_once('=') {
        Some((label, "quorum")) if !label.is_empty() => Ok((label.to_owned(), true)),
        Some((label, "owner")) if !label.is_empty() => Ok((label.to_owned(), false)),
        _ => Err("it is not LABEL=quorum or LABEL=owner".into()),
    }
}

/// Reads, shows, and refuses whatever falls short.
pub fn check(args: &CheckArgs, now: Option<Time>, mut console: Console) -> Result<(), Error> {
    if cli::is_dry(false) {
        return Err(Error::Usage {
            what: "the environment's DRY_RUN asks for a dry run, and a check has none".into(),
            hint:
                "unset DRY_RUN: a check changes nothing, but it asks the HSM and logs in, and a wrong password counts"
                    .into(),
        });
    }
    let against = against(args)?;
    cli::check_now(now, against.policy.rehearsal)?;
    let scratch = Scratch::new("check")?;
    let rehearsal = against.policy.rehearsal;
    let found = args.device.find(&against.hsm, rehearsal, scratch.path())?;
    let heard = Rc::new(Cell::new(false));
    let mut hsm = found.open(Watching(Rc::clone(&heard)))?;
    let state = match read(&mut *hsm, args, &against, &mut console) {
        Ok(state) => state,
        Err(cause) => {
            let _ = hsm.logout();
            let hint = hint(&cause, hsm.quorum_keeper(), heard.get());
            return Err(Error::Elsewhere {
                cause: Box::new(cause),
                hint: hint.into(),
            });
        }
    };
    let (owner, threshold) = (&against.hsm.owner, against.policy.quorum.threshold);
    let mut terms = cluster::terms(&*hsm, &against.roster, owner, threshold, against.keys);
    terms.nodes_least = terms.nodes_least.max(usize::from(against.hsm.nodes_least));
    let findings = hsm::check_cluster(&state, &terms);
    report::show(&console, &state, &terms, &findings)?;
    console.say("Nothing falls short.");
    Ok(())
}

fn against(args: &CheckArgs) -> Result<Against, Error> {
    if let Some(path) = &args.plan {
        let inbound = Inbound::open(&files::read(path, cbor::BUNDLE_LIMIT)?).map_err(|cause| input(path, cause))?;
        let keys = inbound.keys().into_iter().map(|key| KeyTerms {
            label: key.label,
            quorum: key.quorum.map(u64::from),
        });
        let keys = keys.collect();
        return Ok(Against {
            keys,
            hsm: inbound.plan.hsm.clone(),
            roster: inbound.roster,
            policy: inbound.policy,
        });
    }
    let (Some(roster_path), Some(policy_path)) = (&args.roster, &args.policy) else {
        return Err(Error::Usage {
            what: "there is nothing to compare the HSM with".into(),
            hint: "name --plan, or --roster and --policy".into(),
        });
    };
    let policy = files::read(policy_path, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy).map_err(|cause| input(policy_path, cause))?;
    let roster = files::read(roster_path, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&roster, policy.rehearsal).map_err(|cause| input(roster_path, cause))?;
    roster.check(&policy).map_err(|cause| input(roster_path, cause))?;
    let (kind, threshold) = (args.device.kind(), policy.quorum.threshold);
    let token = args.device.token_name();
    if token.is_some_and(|name| name.starts_with("serial:")) {
        return Err(Error::Usage {
            what: "without a plan the token is named by its label".into(),
            hint: "name the label, or --plan".into(),
        });
    }
    Ok(Against {
        roster,
        policy,
        hsm: HsmPlan {
            kind,
            owner: token.unwrap_or(&args.owner).to_owned(),
            nodes_least: if kind == HsmKind::Cloudhsm { 2 } else { 1 },
        },
        keys: named(&args.key, threshold),
    })
}

fn named(keys: &[(String, bool)], threshold: u8) -> Vec<KeyTerms> {
    let terms = |(label, guarded): &(String, bool)| KeyTerms {
        label: label.clone(),
        quorum: guarded.then(|| u64::from(threshold)),
    };
    keys.iter().map(terms).collect()
}

fn read(
    hsm: &mut dyn Hsm,
    args: &CheckArgs,
    against: &Against,
    console: &mut Console,
) -> Result<hsm::ClusterState, Error> {
    if args.without_keys {
        return cluster::read(hsm, false);
    }
    let owner = &against.hsm.owner;
    let password = match hsm.quorum_keeper() {
        QuorumKeeper::Hsm => console.secret(&format!("Password of the key owner {owner}"))?,
        QuorumKeeper::Login => console.pin(&format!("PIN of the token {owner}; empty if its own reader asks"))?,
    };
    hsm.login(owner, Role::CryptoUser, &password)?;
    let state = cluster::read(hsm, true)?;
    hsm.logout()?;
    Ok(state)
}

/// What can be done before the next look. `heard` says whether the HSM's command line answered anything.
fn hint(cause: &Error, keeper: QuorumKeeper, heard: bool) -> &'static str {
    let said = match cause {
        Error::Hsm(said) => said.hint(),
        _ => None,
    };
    match (cause, keeper) {
        // Its own rules, which no other HSM has.
        (_, QuorumKeeper::Login) => {
            said.unwrap_or("nothing was changed: check again; each wrong PIN counts, and too many lock the token")
        }
        (Error::Hsm(hsm::Error::Start { .. }), _) => said.unwrap_or_default(),
        // Where the CLI's ways are the reason, another try would end alike.
        _ if said.is_some_and(|hint| hint.contains("--hsm-answers")) => said.unwrap_or_default(),
        (Error::Hsm(said), _) if said.outcome_unknown() && !heard => {
            "check --hsm-cli: this program answers nothing, or does not reach the HSM; nothing was changed"
        }
        _ => "nothing was changed: check again; the fifth wrong password locks the account",
    }
}

/// No journal is written: nothing is changed, and whoever asks sees the answer. Knows whether one ever came.
struct Watching(Rc<Cell<bool>>);

impl Observer for Watching {
    fn before(&mut self, shown: &str) -> Result<(), ObserverError> {
        tracing::info!(command = shown, "to the HSM");
        Ok(())
    }

    fn after(&mut self, _: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        let came = matches!(answer, Answer::Came { .. });
        self.0.set(self.0.get() || came);
        Ok(())
    }
}

fn input(path: &Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}
