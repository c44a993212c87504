//! `init`: an empty store, the keys of its logs, and the log policy that names them and their witnesses.

pub mod keys;

use std::path::PathBuf;

use record::screen::Shown;
use tlog::Policy;
use verifier::layout::Log;

use crate::error::Error;
use crate::key_place::{KeyArguments, KeyPlace};
use crate::log_policy::{self, WitnessArguments};
use crate::store::{Place, endpoint};
use crate::{files, terminal};
use keys::Made;

/// What `init` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The store: a folder that does not exist, or an empty
    /// s3://BUCKET[/PREFIX].
    #[arg(long, value_name = "PLACE", value_parser = Place::parse)]
    store: Place,
    /// The address of an S3 that is not Amazon's.
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    endpoint: Option<String>,
    #[command(flatten)]
    key: KeyArguments,
    /// Where the log policy goes: an input of the founding plan.
    #[arg(long, value_name = "FILE")]
    log_policy: PathBuf,
    #[command(flatten)]
    witnesses: WitnessArguments,
    /// Where the key of sig/1, the log of delegates' signatures, goes; it has a
    /// passphrase and a memory of its own.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["log_token", "sig_label"])]
    sig_key: Option<PathBuf>,
    /// The label of the key of sig/1 in the token.
    #[arg(long, value_name = "LABEL", requires_all = ["log_token", "sig_state"])]
    sig_label: Option<String>,
    /// Where it is remembered what the key of sig/1 in a token signed.
    #[arg(long, value_name = "FILE", requires = "sig_label")]
    sig_state: Option<PathBuf>,
    /// A log for rehearsals: its key under a cheap passphrase, and without
    /// witnesses if you name none. Otherwise at least two of three.
    #[arg(long)]
    rehearsal: bool,
}

/// Makes them.
///
/// # Errors
/// One of them is there already, or too few witnesses outside a rehearsal.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let places = places(arguments)?;
    arguments.store.demand_empty(arguments.endpoint.as_deref())?;
    // A witness that cannot be in a policy is refused before a key is made; the keys' own lines come later.
    let WitnessArguments { witness, quorum } = &arguments.witnesses;
    log_policy::make(&[], &[], witness, *quorum, arguments.rehearsal)?;
    for path in files_of(arguments, &places) {
        files::demand_absent(&path)?;
    }
    let mut made = keys::make(&places, arguments.rehearsal)?;
    let written = finish(arguments, &made);
    written.inspect_err(|_| keys::take_back(&mut made))
}

/// Each log that is made, and where its key goes.
fn places(arguments: &Arguments) -> Result<Vec<(Log, KeyPlace)>, Error> {
    let main = arguments.key.place()?;
    let signatures = match (&main, &arguments.sig_key, &arguments.sig_label, &arguments.sig_state) {
        (KeyPlace::File(_), Some(path), ..) => Some(KeyPlace::File(path.clone())),
        (KeyPlace::Token { key, .. }, _, Some(label), Some(state)) => {
            let mut key = key.clone();
            key.label.clone_from(label);
            let state = state.clone();
            Some(KeyPlace::Token { key, state })
        }
        _ => None,
    };
    let mut places = vec![(Log::MAIN, main)];
    places.extend(signatures.map(|place| (Log::SIGNATURES, place)));
    Ok(places)
}

/// All that must not be there yet. Two options that name one file are found when it is made.
fn files_of(arguments: &Arguments, places: &[(Log, KeyPlace)]) -> Vec<PathBuf> {
    let keys = places
        .iter()
        .flat_map(|(_, place)| [place.file().to_owned(), place.state()]);
    [arguments.log_policy.clone()].into_iter().chain(keys).collect()
}

fn finish(arguments: &Arguments, made: &[Made]) -> Result<(), Error> {
    let WitnessArguments { witness, quorum } = &arguments.witnesses;
    let listed = |made: &Made| tlog::policy::Log {
        key: made.key.clone(),
        url: None,
    };
    let logs: Vec<_> = made.iter().map(listed).collect();
    let policy = log_policy::make(&logs, &[], witness, *quorum, arguments.rehearsal)?;
    write(arguments, made, &policy)?;
    tell(arguments, made, &policy);
    Ok(())
}

fn write(arguments: &Arguments, made: &[Made], policy: &Policy) -> Result<(), Error> {
    let policy = (arguments.log_policy.clone(), policy.to_string(), files::PUBLIC);
    keys::write(made, vec![policy], || arguments.store.make())
}

fn tell(arguments: &Arguments, made: &[Made], policy: &Policy) {
    keys::tell(made);
    keys::wrote(
        &arguments.log_policy.display(),
        "the log policy, an input of the founding plan",
    );
    keys::wrote(&arguments.store, "the store, empty");
    for Made { key, .. } in made {
        terminal::show(&Shown::Said {
            text: format!("The log is {key}"),
        });
    }
    if let (of @ 1.., Some(quorum)) = (policy.witnesses().len(), log_policy::quorum(policy)) {
        terminal::show(&Shown::Said {
            text: format!("{quorum} of {of} witnesses must cosign; each operator must be told the lines above"),
        });
    }
}
