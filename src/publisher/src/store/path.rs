//! What paths a store may be asked for.

use crate::error::Error;

/// Names of few characters, none hidden, none that leads upward.
pub fn demand_plain(path: &str) -> Result<(), Error> {
    let is_plain = |name: &str| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(known)
    };
    match path.split('/').all(is_plain) {
        true => Ok(()),
        false => Err(Error::Path { path: path.into() }),
    }
}
