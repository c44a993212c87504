//! One line of `allowed_signers`, as ssh-keygen(1) describes it: who may sign what, and when.

use super::error::{SshsigError, plain};
use super::key::SshKey;
use crate::time::Time;

/// `id namespaces="…",valid-after="…",valid-before="…" key`, without line break. Times are in UTC, marked by the `Z`
/// that recent OpenSSH reads (9.2 does); without it they would be in the reader's own time zone.
///
/// # Errors
/// [`SshsigError::Name`] for an id or namespace with other characters than letters, digits, `.`, `_`, `-` and `@`:
/// such an id could allow more than it says. [`SshsigError::NoNamespace`] for none, which would allow all.
pub fn allowed_signers_line(
    id: &str,
    key: &SshKey,
    namespaces: &[&str],
    valid_after: Option<Time>,
    valid_before: Option<Time>,
) -> Result<String, SshsigError> {
    if namespaces.is_empty() {
        return Err(SshsigError::NoNamespace);
    }
    for name in namespaces.iter().chain([&id]) {
        demand_plain_name(name)?;
    }
    let mut options = vec![format!("namespaces=\"{}\"", namespaces.join(","))];
    options.extend(valid_after.map(|time| format!("valid-after=\"{}\"", compact(time))));
    options.extend(valid_before.map(|time| format!("valid-before=\"{}\"", compact(time))));
    Ok(format!("{id} {} {}", options.join(","), key.line()))
}

/// `YYYYMMDDHHMMSSZ`
fn compact(time: Time) -> String {
    time.to_string().replace(['-', ':', 'T'], "")
}

fn demand_plain_name(name: &str) -> Result<(), SshsigError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-@".contains(&b);
    match !name.is_empty() && name.bytes().all(is_plain) {
        true => Ok(()),
        false => Err(SshsigError::Name { name: plain(name) }),
    }
}
