//! What paths a store may be asked for.

use verifier::layout;

use crate::error::Error;

/// Names of few characters, none hidden, none that leads upward.
pub fn demand_plain(path: &str) -> Result<(), Error> {
    match layout::is_plain(path) {
        true => Ok(()),
        false => Err(Error::Path { path: path.into() }),
    }
}
