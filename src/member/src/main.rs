//! `ceremony-member`: what a quorum member runs on their own machine, from the first keys to the signed record.

mod acknowledge;
mod answer;
mod approve;
mod attend;
mod countersign;
mod earlier;
mod error;
mod files;
mod home;
mod keys;
mod outbox;
mod passphrase;
mod refuse;
mod review;
mod session;
mod setup;
mod show;
mod standing;
mod terminal;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use record::messages::{Phase, Place};
use record::{Digest, Time};

use error::Error;
use session::Session;

/// What a quorum member runs on their own machine.
/// Passphrases and confirmations are lines on standard input
#[derive(Parser)]
#[command(name = "ceremony-member", version, verbatim_doc_comment)]
struct Arguments {
    /// The folder with this member's keys and memory;
    /// nobody else may read it
    #[arg(long, value_name = "DIR", verbatim_doc_comment)]
    home: PathBuf,
    /// The time, like 2026-11-22T10:00:00Z, instead of the clock's:
    /// in rehearsals only
    #[arg(long, value_name = "TIME", value_parser = time, verbatim_doc_comment)]
    now: Option<Time>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make this member's keys, and the registration to send to infra.
    Setup {
        /// The member's id, like member-1.
        #[arg(long)]
        id: String,
        /// Keys for rehearsals: in files, under a cheap passphrase.
        #[arg(long)]
        rehearsal: bool,
        /// Make no keys: write the registration of those in the home
        /// again
        #[arg(long, conflicts_with = "rehearsal", verbatim_doc_comment)]
        again: bool,
        /// Another home of this member, to keep what it has
        #[arg(
            long,
            value_name = "HOME",
            requires = "new",
            conflicts_with = "again",
            verbatim_doc_comment
        )]
        keep: Option<PathBuf>,
        /// With --keep: the keys made anew, of admin, ssh
        #[arg(
            long,
            value_name = "KEY,...",
            value_enum,
            hide_possible_values = true,
            value_delimiter = ',',
            requires = "keep",
            verbatim_doc_comment
        )]
        new: Vec<setup::Key>,
        /// Where the registration goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Sign what binds the HSM's users to this member's keys.
    Answer {
        /// The console's key-request.
        request: PathBuf,
        /// Sign once more with an approval key whose earlier
        /// registration a stop lost
        #[arg(long, verbatim_doc_comment)]
        again: bool,
        /// Where the answer goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Derive and read a plan, and agree to its digest.
    Review {
        /// The inbound bundle.
        plan: PathBuf,
        #[command(flatten)]
        copy: review::compare::Copy,
        /// Where the review goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Declare to be present, at the beginning and at the end.
    #[command(override_usage = ATTEND)]
    Attend {
        /// The console's opening.
        opening: PathBuf,
        /// Beginning or end.
        #[arg(long)]
        phase: PhaseName,
        /// In the room or from afar.
        #[arg(long)]
        place: PlaceName,
        /// The image's digest, as the member knows it from
        /// elsewhere, in hexadecimal
        #[arg(long, value_name = "HEX", value_parser = digest, verbatim_doc_comment)]
        image: Option<Digest>,
        /// At the beginning: take this opening in the place of one
        /// that was attended before, or although it is old
        #[arg(long, verbatim_doc_comment)]
        new_opening: bool,
        /// Where the attendance goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Derive again what is to be signed, and approve it.
    Approve {
        /// The console's approval-request.
        request: PathBuf,
        /// Where the approval goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Refuse an event, before it or in it, with a reason. It is
    /// published
    #[command(verbatim_doc_comment)]
    Refuse {
        /// The inbound bundle, or the console's opening or
        /// approval-request
        #[arg(verbatim_doc_comment)]
        what: PathBuf,
        /// Why; without it, the reason is the first line of
        /// standard input
        #[arg(long, value_name = "TEXT", verbatim_doc_comment)]
        reason: Option<String>,
        /// Where the refusal goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Read what went otherwise than planned, and say that it is known.
    Acknowledge {
        /// The console's list of exceptions.
        exceptions: PathBuf,
        /// Where the acknowledgement goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Read the record of the event, and sign it.
    Countersign {
        /// The record.
        record: PathBuf,
        /// The event's inbound bundle. For whoever was not at an
        /// event that ended early, and did not review its plan
        #[arg(long, value_name = "FILE", verbatim_doc_comment)]
        plan: Option<PathBuf>,
        /// Where the signature goes.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum PhaseName {
    Begin,
    End,
}

#[derive(Clone, Copy, ValueEnum)]
enum PlaceName {
    Local,
    Remote,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return ExitCode::from(terminal::usage(&usage)),
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let Arguments { home, now, command } = arguments;
    if let Command::Setup {
        id,
        rehearsal,
        again: false,
        keep,
        new,
        out,
    } = &command
    {
        let keep = keep.as_ref().map(|home| setup::Keep { home, new });
        return setup::run(&home, now, (id, *rehearsal), keep.as_ref(), out);
    }
    let mut session = Session::open(&home, now)?;
    match command {
        Command::Setup { id, out, .. } => setup::again(&mut session, &home, &id, &out),
        Command::Answer { request, again, out } => answer::run(&mut session, &request, again, &out),
        Command::Review { plan, copy, out } => review::run(&mut session, &plan, &copy, &out),
        Command::Attend {
            opening,
            phase,
            place,
            image,
            new_opening,
            out,
        } => {
            let word = attend::Word {
                phase: phase.into(),
                place: place.into(),
                image,
                new_opening,
            };
            attend::run(&mut session, &opening, &word, &out)
        }
        Command::Approve { request, out } => approve::run(&mut session, &request, &out),
        Command::Refuse { what, reason, out } => refuse::run(&mut session, &what, reason, &out),
        Command::Acknowledge { exceptions, out } => acknowledge::run(&mut session, &exceptions, &out),
        Command::Countersign { record, plan, out } => countersign::run(&mut session, &record, plan.as_deref(), &out),
    }
}

impl From<PhaseName> for Phase {
    fn from(name: PhaseName) -> Self {
        match name {
            PhaseName::Begin => Self::Begin,
            PhaseName::End => Self::End,
        }
    }
}

impl From<PlaceName> for Place {
    fn from(name: PlaceName) -> Self {
        match name {
            PlaceName::Local => Self::Local,
            PlaceName::Remote => Self::Remote,
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "not a time like 2026-11-22T10:00:00Z".into())
}

fn digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).ok_or_else(|| "not a SHA-256 digest in 64 lower-case hexadecimal digits".into())
}

/// As clap writes it, but in two lines.
const ATTEND: &str = "ceremony-member --home <DIR> attend [OPTIONS]
       --phase <PHASE> --place <PLACE> --out <DIR> <OPENING>";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn no_line_of_any_help_is_wider_than_a_terminal() {
        let mut command = Arguments::command();
        command.build();
        let mut helps = vec![command.render_help(), command.render_long_help()];
        for verb in command.get_subcommands_mut() {
            helps.extend([verb.render_help(), verb.render_long_help()]);
        }
        let told: String = helps.iter().map(ToString::to_string).collect();
        for line in told.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
