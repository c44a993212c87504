//! `record`: an event's record with what lies beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use verifier::{Report, check_signed_record};

use crate::command::RecordArguments;
use crate::fault::Fault;

/// Reads the files and checks them.
pub fn check(arguments: &RecordArguments) -> Result<Report, Fault> {
    let (plan, record) = (crate::read(&arguments.plan)?, crate::read(&arguments.file)?);
    let root = arguments.root.as_deref().map(crate::certificate).transpose()?;
    let beside = arguments.file.with_file_name("countersignatures");
    let folder = arguments.countersignatures.as_deref().unwrap_or(&beside);
    let signatures = signatures(folder)?;
    let common = &arguments.common;
    let now = crate::now(common.now);
    Ok(check_signed_record(
        (&plan, &record),
        &signatures,
        root.as_ref(),
        common.rehearsal,
        now,
    ))
}

/// The signatures of a folder, by their members.
fn signatures(folder: &Path) -> Result<BTreeMap<String, String>, Fault> {
    let mut all = BTreeMap::new();
    let unlisted = |error| Fault::unlisted(&folder.display().to_string(), &error);
    for entry in fs::read_dir(folder).map_err(unlisted)? {
        let path = entry.map_err(unlisted)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(member) = name.strip_suffix(".sig") {
            let text = String::from_utf8_lossy(&crate::read(&path)?).into_owned();
            all.insert(member.to_owned(), text);
        }
    }
    Ok(all)
}
