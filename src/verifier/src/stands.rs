//! `standing`: what stands in a store, written down for the next event's plan.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use record::{Bundle, Digest, Standing};
use verifier::{Finding, Options, Report, check_standing};

use crate::command::StandingArguments;
use crate::fault::Fault;
use crate::named::Named;

/// Checks the store; writes the file if nothing is wrong that the next event could build on.
pub fn write(arguments: &StandingArguments) -> Result<Report, Fault> {
    let store = Named::open(&arguments.store)?;
    let source = store.source();
    let root = arguments
        .root
        .as_ref()
        .map(|root| root.certificate(source))
        .transpose()?;
    if root.is_none() && store.files().any(|file| file.starts_with(ROOTS)) {
        return Err(Fault::no_root());
    }
    if arguments.out.exists() {
        return Err(Fault::exists(&arguments.out));
    }
    let options = Options {
        rehearsal: arguments.rehearsal,
        now: crate::now(arguments.now),
        earlier: None,
    };
    let (mut report, standing) = check_standing(source, root.as_ref(), &options);
    store.told(&mut report)?;
    let Some(standing) = standing else {
        return Ok(report);
    };
    tell_besides(&mut report);
    let bytes = keep(standing, arguments)?;
    let (out, digest) = (arguments.out.display(), Digest::of(&bytes));
    report.checked.push(format!("wrote {out}, SHA-256 {digest}"));
    Ok(report)
}

/// What says nothing against planning the next event is told, and is no finding here.
fn tell_besides(report: &mut Report) {
    let all = std::mem::take(&mut report.findings);
    report.besides = all.len();
    let told = all.iter().take(MOST_TOLD).map(|finding| {
        let Finding { file, what, rule } = finding;
        match finding.is_overdue() {
            true => format!("{file}: {what}; a new one is what the next event can make"),
            false => format!(
                "what is behind {file} [{rule}]: {what}; nothing that stands depends on it, and it stays: ask what is known of \
                 it before you plan"
            ),
        }
    });
    report.not_checked.extend(told);
    if let Some(more) = all.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        let line = format!("{more} more like these: `ceremony-verify store` has them all");
        report.not_checked.push(line);
    }
}

/// Findings that are told one by one.
const MOST_TOLD: usize = 20;

fn keep(standing: Standing, arguments: &StandingArguments) -> Result<Vec<u8>, Fault> {
    let bytes = Bundle::new(arguments.rehearsal, standing).encode();
    let bytes = bytes.map_err(|error| Fault::unencodable(&error))?;
    create(&arguments.out, &bytes).map_err(|error| Fault::unwritten(&arguments.out, &error))?;
    Ok(bytes)
}

/// A new file, on the disk on return; what could not be written whole is taken away again.
fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// What the paths of all roots begin with.
const ROOTS: &str = "certs/root-";
