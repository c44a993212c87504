//! `check`: the verifier over the store; and beside it what only the publisher can compare: its own memory, and what
//! witnesses have seen.

use std::path::PathBuf;

use record::screen::Shown;
use tlog::policy::Witness;
use tlog::{Policy, SignedCheckpoint, TileReader, VerifierKey, merkle};
use verifier::layout::{Log, Series};
use verifier::{Finding, Options, Report, check_store};

use crate::append::InLog;
use crate::error::Error;
use crate::in_force;
use crate::key_place::KeyArguments;
use crate::ledger::{self, State};
use crate::published::{self, Published, Shelf};
use crate::store::read;
use crate::terminal;
use crate::witness::http::Network;
use crate::witness::{Newest, newest};

/// What `check` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    shelf: Shelf,
    /// The root certificate, PEM or DER.
    #[arg(long, value_name = "FILE")]
    root: PathBuf,
    #[command(flatten)]
    key: KeyArguments,
}

/// Checks; the key itself is not opened, and nothing is written.
///
/// # Errors
/// Findings, or something that cannot be read.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let published = Published::open(&arguments.shelf)?;
    let root = published::certificate(&arguments.root)?;
    let path = arguments.key.place()?.state();
    let state = ledger::read(&path)?;
    let damaged = |what: String| Error::DamagedLedger {
        path: path.clone(),
        what,
    };
    let key = VerifierKey::parse(&state.log).map_err(|error| damaged(error.to_string()))?;
    let which = Log::of_origin(key.name()).map(|(which, _)| which);
    let which = which.ok_or_else(|| damaged("its key is of no log of this project".into()))?;
    let options = Options {
        rehearsal: published.rehearsal,
        now: published.now,
        earlier: state
            .checkpoint
            .clone()
            .filter(|_| which.series == Series::Main)
            .map(String::into_bytes),
    };
    let mut report = check_store(&published.store, &root, &options);
    check_ledger(&published, which, &state, &mut report)?;
    check_witnesses(&published, which, &key, &mut report)?;
    show(report)
}

/// The last checkpoint that the key signed is the one that is published.
fn check_ledger(published: &Published, which: Log, state: &State, report: &mut Report) -> Result<(), Error> {
    let there = read(&published.store, &which.checkpoint())?;
    let file = which.checkpoint();
    if there.as_deref() != state.checkpoint.as_deref().map(str::as_bytes) {
        add(
            report,
            &file,
            "ledger-differs",
            "it is not the last checkpoint that the log's key signed".into(),
        );
    }
    if let Some(unfinished) = state.unfinished() {
        let what = format!(
            "the publication staged as {} was cut off and waits to be gone on with: `ceremony-publish resume`",
            unfinished.name
        );
        add(report, &file, "append-unfinished", what);
    }
    report
        .checked
        .push("the log key's memory: the last checkpoint that it signed, against the store's".into());
    Ok(())
}

/// No witness has seen more of the log than the store shows, or another log.
fn check_witnesses(published: &Published, which: Log, key: &VerifierKey, report: &mut Report) -> Result<(), Error> {
    let Ok(standing) = in_force::standing(&published.store, published.rehearsal, published.now) else {
        report
            .not_checked
            .push("what witnesses have seen: the log policy in force is not known".into());
        return Ok(());
    };
    let bytes = in_force::log_policy(&published.store, &standing)?;
    let network = Network::new();
    for witness in Policy::parse(&bytes)?.witnesses() {
        match newest(witness, &network, key) {
            Newest::Shown(seen) => compare(published, which, witness, &seen, report)?,
            Newest::Nothing => report.not_checked.push(format!(
                "what the witness {} has seen: it shows no checkpoint of this log",
                witness.name
            )),
            Newest::Unknown(why) => {
                let why = record::text::plain(&why, 300);
                report
                    .not_checked
                    .push(format!("what the witness {} has seen: {why}", witness.name));
            }
        }
    }
    Ok(())
}

fn compare(
    published: &Published,
    which: Log,
    witness: &Witness,
    seen: &tlog::Checkpoint,
    report: &mut Report,
) -> Result<(), Error> {
    let (file, name) = (which.checkpoint(), &witness.name);
    let bytes = read(&published.store, &file)?;
    let signed = bytes.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok());
    let size = signed.as_ref().map_or(0, |signed| signed.checkpoint().size());
    if seen.size() > size {
        let what = format!(
            "the witness {name} has seen {} entries, and the store shows {size}",
            seen.size()
        );
        add(report, &file, "witness-ahead", what);
        return Ok(());
    }
    let Some(signed) = signed else { return Ok(()) };
    let reader = TileReader::open(InLog(&published.store, which), signed.checkpoint());
    // Tiles that do not hold are a finding of the verifier's.
    match reader.and_then(|reader| merkle::root(&reader, seen.size())) {
        Ok(root) if root != *seen.root() => {
            let what = format!(
                "the witness {name} has seen another log of {} entries, root {}",
                seen.size(),
                seen.root()
            );
            add(report, &file, "witness-forked", what);
        }
        Ok(_) => report.checked.push(format!(
            "the witness {name}: it has seen {} of {size} entries",
            seen.size()
        )),
        Err(_) => report
            .not_checked
            .push(format!("what the witness {name} has seen: the log's tiles do not hold")),
    }
    Ok(())
}

fn add(report: &mut Report, file: &str, rule: &'static str, what: String) {
    let file = file.into();
    report.findings.push(Finding { file, rule, what });
}

/// Findings go to standard error, as those of the other commands.
fn show(mut report: Report) -> Result<(), Error> {
    let findings = std::mem::take(&mut report.findings);
    if findings.is_empty() {
        terminal::show_lines(&report.lines());
        return Ok(());
    }
    let say = |text: String| terminal::show(&Shown::Said { text });
    report
        .checked
        .into_iter()
        .for_each(|line| say(format!("Checked: {line}")));
    report
        .not_checked
        .into_iter()
        .for_each(|line| say(format!("Not checked: {line}")));
    Err(Error::Findings(findings))
}
