//! The files that a plan lists, from one folder.

use std::collections::BTreeMap;
use std::path::Path;

use record::{Bytes, Plan, cbor, text};

use crate::error::Error;
use crate::files;

/// Reads each input that the plan lists. Names are file names, nothing more: they come from the plan.
pub fn read(name: &str, plan: &[u8], folder: &Path) -> Result<BTreeMap<String, Bytes>, Error> {
    let input = |cause| Error::input(name, cause);
    let plan = Plan::parse(plan).map_err(input)?;
    let mut inputs = BTreeMap::new();
    for name in plan.inputs.keys() {
        if !is_file_name(name) {
            let what = format!("'{}' is not a file name for an input", text::plain(name, 63));
            return Err(input(record::Error::Invalid {
                file: "plan.toml",
                what,
            }));
        }
        inputs.insert(
            name.clone(),
            Bytes(files::read(&folder.join(name), cbor::BUNDLE_LIMIT)?),
        );
    }
    Ok(inputs)
}

fn is_file_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
}
