//! `bundle`: the files of a bundle, and what it is judged by.

use std::path::{Path, PathBuf};

use issue::signed::{File, Known, Why};
use record::record::Record;
use record::{Body, bundle};
use verifier::{BundleFile, Report, check_bundle};

use crate::beside;
use crate::command::BundleArguments;
use crate::fault::Fault;

/// Reads the files and checks the bundle.
pub fn check(arguments: &BundleArguments) -> Result<Report, Fault> {
    let bytes = crate::read(&arguments.file)?;
    let signatures = match arguments.signature.as_slice() {
        [] => beside::found(&arguments.file, is_record(&bytes))?,
        named => beside::named(named)?,
    };
    let file = BundleFile {
        name: arguments.file.display().to_string(),
        bytes,
        signatures,
        named: !arguments.signature.is_empty(),
    };
    check_bundle(&file, &known(arguments)?, crate::now(arguments.common.now)).map_err(fault)
}

fn known(arguments: &BundleArguments) -> Result<Known, Fault> {
    let record = |path: &PathBuf| Ok::<_, Fault>((file(path)?, beside::found(path, true)?));
    let root = |path: &PathBuf| Ok::<_, Fault>((path.display().to_string(), crate::certificate(path)?));
    let certificates = arguments.certificate.iter().map(|path| crate::certificate(path));
    Ok(Known {
        roster: arguments.roster.as_deref().map(file).transpose()?,
        record: arguments.record.as_ref().map(record).transpose()?,
        root: arguments.root.as_ref().map(root).transpose()?,
        policy: arguments.policy.as_deref().map(crate::read).transpose()?,
        certificates: certificates.collect::<Result<_, _>>()?,
        threshold: arguments.threshold,
        rehearsal: arguments.common.rehearsal,
    })
}

fn file(path: &Path) -> Result<File, Fault> {
    Ok(File {
        name: path.display().to_string(),
        bytes: crate::read(path)?,
    })
}

fn is_record(bytes: &[u8]) -> bool {
    bundle::peek(bytes).is_ok_and(|(kind, ..)| kind == Record::TYPE)
}

fn fault(why: Why) -> Fault {
    match why {
        Why::Wanted { what, hint } => Fault::wanted(&what, &hint),
        Why::Refused { what, hint, .. } => Fault::wanted(&what, &hint),
        Why::Input { name, cause } => Fault::damaged(&name, &cause),
    }
}
