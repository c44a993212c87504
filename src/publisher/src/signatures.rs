//! `signatures`: what a delegate's signing service signed is checked, logged one by one, and gets its proof files.

mod batch;
mod proofs;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use record::Digest;
use record::screen::Shown;
use tlog::Hash;
use verifier::entries::Expected;
use verifier::layout::{self, Log, Series};
use verifier::signatures::{self, Signers};
use verifier::{Finding, Source};

use crate::desk::{Desk, Where};
use crate::error::Error;
use crate::publication::Publication;
use crate::terminal;
use crate::{files, in_force, logs};
use batch::Item;

/// What `signatures` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The batch: one JSON object a line, with name, hash, signature, signer, made.
    #[arg(value_name = "BATCH")]
    batch: PathBuf,
    /// The folder that gets a proof file for each, NAME.proof; nothing is replaced.
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

/// Checks and publishes. Cut off at any moment, it can be run again and goes on; run once more, it logs nothing twice.
///
/// # Errors
/// A signature that does not belong in the log, or a store that fails.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let mut desk = Desk::open(&arguments.place)?;
    let bytes = files::read(&arguments.batch, batch::LIMIT)?;
    let items = batch::parse(&arguments.batch, &bytes)?;
    desk.demand_log(Series::Signatures)?;
    let standing = in_force::standing(&desk.store, desk.rehearsal(), desk.now)?;
    let outside = signatures::outside(&desk.store, &standing).map_err(|cause| Error::Store {
        path: layout::certificate("*"),
        cause,
    })?;
    let signers = Signers::of(&standing, &outside);
    let items = judge(&desk, items, &signers)?;
    if !are_logged(&desk.store, &items)? {
        demand_kept(&items, &signers)?;
        let policy = desk.policy(&in_force::log_policy(&desk.store, &standing)?)?;
        let publication = publication(&bytes, &items);
        let title = format!("Logging {} signatures", items.len());
        terminal::show(&Shown::Heading { title });
        desk.append(&publication, &policy)?;
    }
    match &arguments.proofs {
        None => Ok(()),
        Some(folder) => prove(&desk, &items, &signers, &standing, folder),
    }
}

/// Every one is good, or none is logged.
fn judge(desk: &Desk, items: Vec<batch::Claim>, signers: &Signers) -> Result<Vec<Item>, Error> {
    let (mut good, mut findings) = (Vec::new(), Vec::new());
    for claim in items {
        let file = claim.name.clone();
        let judged = claim.settle(signers, &desk.store).and_then(|item| {
            let entry = &item.entry;
            if !signatures::is_past(entry.time(), desk.now) {
                return Err((
                    "signature-time",
                    format!("it says it was made at {}, after now", entry.time()),
                ));
            }
            signers.judge(entry)?;
            Ok(item)
        });
        match judged {
            Ok(item) => good.push(item),
            Err((rule, what)) => findings.push(Finding { file, rule, what }),
        }
    }
    match findings.is_empty() {
        true => Ok(good),
        false => Err(Error::Findings(findings)),
    }
}

/// Nothing new comes from a key that somebody else may have.
fn demand_kept(items: &[Item], signers: &Signers) -> Result<(), Error> {
    let kept = |item: &Item| {
        let (rule, what) = signers.demand_kept(&item.entry).err()?;
        let file = item.name.clone();
        Some(Finding { file, rule, what })
    };
    let findings: Vec<Finding> = items.iter().filter_map(kept).collect();
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Error::Findings(findings)),
    }
}

/// Whether the log has them all; some of them is an error, since nothing is logged twice.
fn are_logged(store: &dyn Source, items: &[Item]) -> Result<bool, Error> {
    let places = places(store, items)?;
    let found = items.iter().filter(|item| places.contains_key(&item.leaf()));
    match found.count() {
        0 => Ok(false),
        all if all == items.len() => Ok(true),
        _ => Err(Error::Published {
            event: "part of the batch".into(),
        }),
    }
}

/// Where in the logs the items' leaves are. Each log is read from its beginning, a bundle at a time.
fn places(store: &dyn Source, items: &[Item]) -> Result<BTreeMap<Hash, (Log, u64)>, Error> {
    let wanted: std::collections::BTreeSet<Hash> = items.iter().map(Item::leaf).collect();
    let mut places = BTreeMap::new();
    for log in logs::open(store, Series::Signatures)? {
        for (index, entry) in (0u64..).zip(log.reader.entries()) {
            let leaf = Hash::leaf(&entry?);
            if wanted.contains(&leaf) {
                places.insert(leaf, (log.which, index));
            }
        }
    }
    Ok(places)
}

fn publication(bytes: &[u8], items: &[Item]) -> Publication {
    let digest = Digest::of(bytes);
    let entries = items.iter().map(|item| Expected {
        file: item.name.clone(),
        entry: item.entry.entry(),
    });
    Publication {
        event: format!("signatures {}", digest.hex()),
        results: digest,
        entries: entries.collect(),
        files: Vec::new(),
        certificates: Vec::new(),
        crls: Vec::new(),
    }
}

/// Writes the proof files.
fn prove(
    desk: &Desk,
    items: &[Item],
    signers: &Signers,
    standing: &record::Standing,
    folder: &Path,
) -> Result<(), Error> {
    let places = places(&desk.store, items)?;
    let made = proofs::Maker::open(&desk.store, signers, standing)?;
    for item in items {
        let text = made.file(item, places.get(&item.leaf()).copied())?;
        let path = folder.join(format!("{}.proof", item.name));
        // Written by a run that was cut off.
        if std::fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
            continue;
        }
        files::create(&path, text.as_bytes(), files::PUBLIC)?;
    }
    terminal::show(&Shown::Wrote {
        path: folder.display().to_string(),
        what: format!("{} proof files", items.len()),
    });
    Ok(())
}
