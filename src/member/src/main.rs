//! `ceremony-member`: what a quorum member runs on their own machine, from the first keys to the signed record.

mod acknowledge;
mod answer;
mod approve;
mod arguments;
mod attend;
mod boot;
mod clock;
mod codes;
mod countersign;
mod earlier;
mod error;
mod files;
mod home;
mod image;
mod keys;
mod open;
mod outbox;
mod passphrase;
mod recipient;
mod refuse;
mod review;
mod scan;
mod session;
mod setup;
mod show;
mod standing;
mod terminal;
mod window;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use error::{Error, Opening};
use session::Session;

fn main() -> ExitCode {
    if std::env::args_os().any(|word| arguments::is_secret(&word)) {
        return failed(&Opening::SecretTyped.into());
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return ExitCode::from(terminal::usage(&usage)),
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> ExitCode {
    terminal::report(error);
    ExitCode::from(error.exit_code())
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let Arguments { home, now, command } = arguments;
    // What these do needs no key and leaves no trace in a home.
    match &command {
        Command::Show(args) => return codes::run(args),
        Command::Scan(args) => return scan::run(args),
        _ => {}
    }
    let home = home.ok_or(Error::HomeWanted)?;
    if let Command::Setup {
        id,
        rehearsal,
        token,
        other,
        again: false,
        keep,
        new,
        out,
    } = &command
    {
        let wanted = setup::Wanted {
            home: &home,
            id,
            rehearsal: *rehearsal,
            keep: keep.as_ref().map(|home| setup::Keep { home, new }),
            others: other,
            out,
        };
        return setup::run(&wanted, now, token.is_made().then_some(token));
    }
    let mut session = Session::open(&home, now)?;
    match command {
        Command::Setup { id, out, .. } => setup::again(&mut session, &home, &id, &out),
        Command::Image { asked } => image::run(&mut session, &asked),
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
        Command::Approve { request, known, out } => approve::run(&mut session, &request, &known, &out),
        Command::Refuse { what, reason, out } => refuse::run(&mut session, &what, reason, &out),
        Command::Acknowledge { exceptions, out } => acknowledge::run(&mut session, &exceptions, &out),
        Command::Recipient {
            plan,
            roster,
            age_recipient,
            out,
        } => {
            let of = recipient::Of { plan, roster };
            recipient::run(&mut session, &of, age_recipient, &out)
        }
        Command::Open {
            hand_overs,
            identity,
            stdout,
        } => open::run(&mut session, &hand_overs, &open::Way { identity, stdout }),
        Command::Countersign {
            record,
            plan,
            known,
            out,
        } => countersign::run(&mut session, &record, plan.as_deref(), &known, &out),
        // They are done already.
        Command::Show(_) | Command::Scan(_) => Ok(()),
    }
}
