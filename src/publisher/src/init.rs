//! `init`: an empty store, the log's key, and the log policy that names it.

use std::path::PathBuf;

use record::screen::Shown;
use tlog::Policy;

use crate::error::Error;
use crate::ledger::{self, State};
use crate::passphrase::Passphrase;
use crate::store::{Place, endpoint};
use crate::{files, log_key, terminal};

/// What `init` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The store: a folder that does not exist, or an empty s3://BUCKET[/PREFIX].
    #[arg(long, value_name = "PLACE", value_parser = Place::parse)]
    store: Place,
    /// The address of an S3 that is not Amazon's.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    endpoint: Option<String>,
    /// Where the log's key goes, sealed with a passphrase; what it signed is remembered beside it.
    #[arg(long, value_name = "FILE")]
    log_key: PathBuf,
    /// Where the log policy goes: an input of the founding plan.
    #[arg(long, value_name = "FILE")]
    log_policy: PathBuf,
    /// A log for rehearsals: without witnesses, its key under a cheap passphrase.
    #[arg(long)]
    rehearsal: bool,
}

/// Makes them.
///
/// # Errors
/// One of them is there already, or this is not a rehearsal.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let Arguments {
        store,
        log_key,
        log_policy,
        rehearsal,
        endpoint,
    } = arguments;
    if !rehearsal {
        return Err(Error::RehearsalOnly);
    }
    let ledger = ledger::path(log_key);
    [log_key, log_policy, &ledger]
        .into_iter()
        .try_for_each(|path| files::demand_absent(path))?;
    store.demand_empty(endpoint.as_deref())?;
    make(arguments, &terminal::new_passphrase()?)
}

fn make(arguments: &Arguments, passphrase: &Passphrase) -> Result<(), Error> {
    let (pem, key) = log_key::make(tlog::REHEARSAL_ORIGIN, passphrase)?;
    let state = State::of(key.to_string());
    let policy = Policy::without_witnesses([key])?.to_string();
    write(arguments, &pem, &ledger::encode(&state), &policy)?;
    tell(arguments, &state.log);
    Ok(())
}

/// All or nothing: a key that nobody knows yet is taken back, so that the same command can be run again.
fn write(arguments: &Arguments, pem: &str, state: &str, policy: &str) -> Result<(), Error> {
    let ledger = ledger::path(&arguments.log_key);
    let files = [
        (&arguments.log_key, pem, files::PRIVATE),
        (&ledger, state, files::PRIVATE),
        (&arguments.log_policy, policy, files::PUBLIC),
    ];
    let mut made = Vec::new();
    let written = files.into_iter().try_for_each(|(path, text, mode)| {
        files::create(path, text.as_bytes(), mode)?;
        made.push(path);
        Ok(())
    });
    written.and_then(|()| arguments.store.make()).inspect_err(|_| {
        made.iter().for_each(|path| drop(std::fs::remove_file(path)));
    })
}

fn tell(arguments: &Arguments, log: &str) {
    let wrote = |path: &dyn std::fmt::Display, what: &str| {
        terminal::show(&Shown::Wrote {
            path: path.to_string(),
            what: what.into(),
        });
    };
    wrote(&arguments.log_key.display(), "the log's key, sealed");
    wrote(
        &ledger::path(&arguments.log_key).display(),
        "what the key signed: keep it with the key",
    );
    wrote(
        &arguments.log_policy.display(),
        "the log policy, an input of the founding plan",
    );
    wrote(&arguments.store, "the store, empty");
    terminal::show(&Shown::Said {
        text: format!("The log is {log}"),
    });
}
