//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use record::Time;

use crate::console::{Console, Lost};
use crate::error::{Error, in_event};
use crate::event::{self, Device, Places};
use crate::hand_over::Sealer;
use crate::hsm::evidence::Evidence;
use crate::hsm::{check, verify_identity};
use crate::identity::Identity;
use crate::{bundle, codes, consoles, help, initialise, machine, media, plan, probe, replay, script};

/// The signing console of the Rust Project's public key infrastructure (RFC 3579).
#[derive(Parser)]
#[command(name = "ceremony", version)]
struct Cli {
    /// Show one JSON object a line, for programs.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    json: bool,
    /// Pretend that it is this moment (RFC 3339); taken in rehearsals only.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_parser = time)]
    now: Option<Time>,
    /// Tell on standard error what is written and sent.
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command stand below those of its own.
const EVERYWHERE: &str = "With every command";

#[derive(Subcommand)]
enum Command {
    /// Write, check, show and pack plans.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Prepare and look at the HSM.
    #[command(subcommand)]
    Hsm(HsmCommand),
    /// Put an event on paper.
    #[command(subcommand)]
    Script(ScriptCommand),
    /// Look at bundles: the files that cross the gap.
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Carry bundles on a removable disk.
    #[command(subcommand)]
    Media(MediaCommand),
    /// Carry out a plan.
    Run(RunArgs),
    /// Go on with an event after a stop at any point.
    Resume(RunArgs),
    /// Carry out a past event again, from what was recorded of it: every byte must be the same.
    Replay(replay::ReplayArgs),
    /// End an event before its plan is carried out, at any point: in order, and with a record.
    Abort(AbortArgs),
    /// A member's console of their own, and their account's only shell: plan, approvals, bundles; nothing else.
    Console(consoles::ConsoleArgs),
    /// Show what this console runs.
    Identity,
}

#[derive(Subcommand)]
enum PlanCommand {
    /// Make the roster from the members' registrations and infra's facts.
    Roster(plan::RosterArgs),
    /// Write a script's rehearsal policy.
    Policy(plan::PolicyArgs),
    /// Fill a script's template: name, times, digests of the inputs, serial numbers.
    Draft(plan::DraftArgs),
    /// Settle everything that can be settled before an event.
    Check(plan::CheckArgs),
    /// Show an inbound bundle in plain words.
    Show(plan::ShowArgs),
    /// Say what differs between two inbound bundles, or from the last event of the kind.
    Diff(plan::DiffArgs),
    /// Make the inbound bundle and show the digest that is read aloud.
    Pack(plan::PackArgs),
}

#[derive(Subcommand)]
enum ScriptCommand {
    /// Write an event's checklist, from its inbound bundle: a page to be printed.
    Print(script::PrintArgs),
}

#[derive(Subcommand)]
enum BundleCommand {
    /// Show a bundle of any type in plain words.
    Show(bundle::ShowArgs),
    /// Say what a bundle is, and whether its signatures are good.
    Verify(bundle::VerifyArgs),
    /// Say what differs between two bundles of one type.
    Diff(bundle::DiffArgs),
    /// Show a bundle as QR codes: on the screen, in files, or on paper.
    Qr(codes::QrArgs),
    /// Read a bundle from QR codes: by a camera, or in PNG pictures.
    Scan(codes::ScanArgs),
}

#[derive(Subcommand)]
enum MediaCommand {
    /// Bring bundles from a removable disk into the inbound folder.
    In(media::InArgs),
    /// Take the console's bundles out onto a removable disk.
    Out(media::OutArgs),
}

#[derive(Subcommand)]
enum HsmCommand {
    /// Make the members the only admins, register their keys, and set the quorum, before any key exists.
    Initialise(Box<initialise::InitialiseArgs>),
    /// Read the HSM and say what falls short of policy and roster.
    Check(Box<check::CheckArgs>),
    /// Find out, on a cluster that is thrown away, what the documents leave open.
    Probe(probe::ProbeArgs),
    /// Check that an HSM is genuine, before its cluster is initialised.
    VerifyIdentity(Box<verify_identity::IdentityArgs>),
}

#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    places: PlaceArgs,
    /// Show every step, what it would sign and every command to the HSM; write nothing and do not touch the HSM. The
    /// environment's DRY_RUN=1 says the same.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Args)]
struct PlaceArgs {
    /// The inbound bundle.
    #[arg(long)]
    plan: PathBuf,
    /// The folder with members' bundles.
    #[arg(long)]
    inbound: PathBuf,
    /// The folder for what leaves the console.
    #[arg(long)]
    outbound: PathBuf,
    /// The event's own disk.
    #[arg(long)]
    disk: PathBuf,
    #[command(flatten)]
    device: Device,
    /// Another file than the system's own with logins and boots, as wtmp(5) has them; taken in rehearsals only.
    #[arg(long, value_name = "FILE", default_value = machine::WTMP)]
    logins: PathBuf,
    #[command(flatten)]
    evidence: Evidence,
    #[command(flatten)]
    consoles: consoles::Place,
    /// The program that seals new passwords to members; without it, the `ceremony-seal` beside this program.
    #[arg(long, value_name = "PATH")]
    seal: Option<PathBuf>,
}

#[derive(Args)]
struct AbortArgs {
    /// Why, in a sentence: the record says it, and is published.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    places: PlaceArgs,
}

/// Parses, runs, and says how it went.
pub fn main() -> Result<(), Error> {
    if let Some(shell) = consoles::as_login_shell(std::env::args_os()) {
        return consoles::console(&shell?);
    }
    let words = help::folded(Cli::command()).try_get_matches();
    let cli = match words.and_then(|words| Cli::from_arg_matches(&words)) {
        Ok(cli) => cli,
        Err(told) if !told.use_stderr() => {
            let lost = Lost::default();
            lost.note(told.print());
            return lost.demand_nothing();
        }
        Err(wrong) => wrong.exit(),
    };
    if cli.verbose {
        let level = tracing::Level::DEBUG;
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .init();
    }
    let console = Console::new(cli.json);
    let (lost, answers) = (console.lost(), cli.command.answers());
    let is_event = cli.command.is_event();
    let done = carry_out(cli.command, cli.now, console);
    match (is_event, answers) {
        (true, _) => done.map_err(in_event),
        (false, true) => done.and_then(|()| lost.demand_nothing()),
        (false, false) => done,
    }
}

fn carry_out(command: Command, now: Option<Time>, console: Console) -> Result<(), Error> {
    match command {
        Command::Plan(PlanCommand::Roster(args)) => plan::roster(&args, &console),
        Command::Plan(PlanCommand::Policy(args)) => plan::policy(&args, &console),
        Command::Plan(PlanCommand::Draft(args)) => plan::draft(&args, &console),
        Command::Plan(PlanCommand::Check(args)) => plan::check(&args, now, &console),
        Command::Plan(PlanCommand::Show(args)) => plan::show(&args, now, &console),
        Command::Plan(PlanCommand::Diff(args)) => plan::diff(&args, now, &console),
        Command::Plan(PlanCommand::Pack(args)) => plan::pack(&args, now, &console),
        Command::Script(ScriptCommand::Print(args)) => script::print(&args, now, &console),
        Command::Bundle(BundleCommand::Show(args)) => bundle::show(&args, &console),
        Command::Bundle(BundleCommand::Verify(args)) => bundle::verify(&args, &console),
        Command::Bundle(BundleCommand::Diff(args)) => bundle::diff(&args, &console),
        Command::Bundle(BundleCommand::Qr(args)) => codes::qr(&args, console),
        Command::Bundle(BundleCommand::Scan(args)) => codes::scan(&args, console),
        Command::Media(MediaCommand::In(args)) => media::bring_in(&args, &console),
        Command::Media(MediaCommand::Out(args)) => media::take_out(&args, &console),
        Command::Hsm(HsmCommand::Initialise(args)) => initialise::initialise(&args, now, console),
        Command::Hsm(HsmCommand::Probe(args)) => probe::probe(&args, now, console),
        Command::Hsm(HsmCommand::Check(args)) => check::check(&args, now, console),
        Command::Hsm(HsmCommand::VerifyIdentity(args)) => verify_identity::verify_identity(&args, now, &console),
        Command::Run(args) | Command::Resume(args) if args.is_dry() => {
            event::dry_run(places(args.places), now, console)
        }
        Command::Run(args) => event::run(places(args.places), now, console),
        Command::Resume(args) => event::resume(places(args.places), now, console),
        Command::Replay(_) if now.is_some() => Err(Error::Usage {
            what: "a replay takes no --now".into(),
            hint: "leave it out: its time is that of the journal".into(),
        }),
        Command::Replay(args) => replay::replay(&args, &console),
        Command::Abort(args) => event::abort(places(args.places), now, args.reason, console),
        Command::Console(args) => consoles::console(&args),
        Command::Identity => {
            Identity::read()?.show(&console);
            Ok(())
        }
    }
}

fn places(args: PlaceArgs) -> Places {
    let PlaceArgs {
        plan,
        inbound,
        outbound,
        disk,
        logins,
        device,
        evidence,
        consoles,
        seal,
    } = args;
    Places {
        plan,
        inbound,
        outbound,
        disk,
        logins,
        device,
        evidence,
        consoles,
        sealer: Sealer::at(seal),
    }
}

impl Command {
    /// Whether its answer is what it shows. Of an event, and of what is done to the HSM, the record and the files tell.
    fn answers(&self) -> bool {
        match self {
            Self::Console(_) | Self::Hsm(HsmCommand::Initialise(_)) => false,
            other => !other.is_event(),
        }
    }

    /// Whether it carries out an event, and not only shows what one would do.
    fn is_event(&self) -> bool {
        match self {
            Self::Run(args) | Self::Resume(args) => !args.is_dry(),
            Self::Abort(_) => true,
            _ => false,
        }
    }
}

impl RunArgs {
    fn is_dry(&self) -> bool {
        is_dry(self.dry_run)
    }
}

/// Whether only a dry run is wanted: by an option, or by the environment.
pub fn is_dry(option: bool) -> bool {
    let set = std::env::var_os("DRY_RUN").unwrap_or_default();
    // Whoever sets it to `yes` does not mean a real event.
    option || !(set.is_empty() || set == "0")
}

/// `--now` belongs to rehearsals.
pub fn check_now(now: Option<Time>, rehearsal: bool) -> Result<(), Error> {
    match now.is_some() && !rehearsal {
        true => Err(Error::Usage {
            what: "--now is for rehearsals, and this is none".into(),
            hint: "leave it out; the console's clock counts".into(),
        }),
        false => Ok(()),
    }
}

/// Who logged in is the system's word, not that of a file which somebody names.
pub fn check_logins(logins: &Path, rehearsal: bool) -> Result<(), Error> {
    match logins != Path::new(machine::WTMP) && !rehearsal {
        true => Err(Error::Usage {
            what: "--logins is for rehearsals, and this is none".into(),
            hint: "leave it out; the system's own file counts".into(),
        }),
        false => Ok(()),
    }
}

/// Reads a moment of the command line.
pub fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| format!("'{text}' is not a time like 2026-11-22T10:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_with_logins_is_for_rehearsals() {
        let other = Path::new("elsewhere");
        assert!(check_logins(other, true).is_ok() && check_logins(Path::new(machine::WTMP), false).is_ok());
        let error = check_logins(other, false).expect_err("production");
        assert_eq!(error.to_string(), "--logins is for rehearsals, and this is none");
        assert_eq!(error.exit_code(), 2);
    }
}
