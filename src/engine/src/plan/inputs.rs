//! The files that a plan lists, from one folder.

use std::collections::BTreeMap;
use std::path::Path;

use record::{Bytes, Plan, cbor, text};

use super::draft::missing;
use crate::error::Error;
use crate::files;

/// Reads each input that the plan lists. Names are file names, nothing more: they come from the plan.
pub fn read(name: &str, plan: &[u8], folder: &Path) -> Result<BTreeMap<String, Bytes>, Error> {
    let input = |cause| Error::input(name, cause);
    let plan = Plan::parse(plan).map_err(|cause| match cause {
        record::Error::OwnerIsNoUser { .. } => Error::Elsewhere {
            cause: Box::new(input(cause)),
            // Of a plan that does not say its kind, most likely.
            hint: "for a token, say kind = \"pkcs11\" under [hsm]; a user's name has 1 to 31 of a-z, 0-9 and _".into(),
        },
        cause => input(cause),
    })?;
    let mut inputs = BTreeMap::new();
    for name in plan.inputs.keys() {
        if !is_file_name(name) {
            let what = format!("'{}' is not a file name for an input", text::plain(name, 63));
            return Err(input(record::Error::Invalid {
                file: "plan.toml",
                what,
            }));
        }
        let bytes = files::read_if_there(&folder.join(name), cbor::BUNDLE_LIMIT)?;
        inputs.insert(name.clone(), Bytes(bytes.ok_or_else(|| missing(folder, name))?));
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
