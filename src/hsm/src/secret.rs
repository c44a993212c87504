//! A password or PIN: never shown, wiped when dropped, and sent to a child by its standard input only.

use std::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// A password. It prints as `Secret(..)`.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text; the caller's own copies stay the caller's to wipe.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text itself, for the one who must type it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Can it be typed as one line? A line break would be a second command.
    pub(crate) fn check_line(&self) -> Result<(), Error> {
        match self.0.is_empty() || self.0.chars().any(char::is_control) {
            true => Err(Error::BadSecret {
                why: "it is empty or holds a control character",
            }),
            false => Ok(()),
        }
    }

    /// CloudHSM's rule for a new password: 8 to 32 characters.
    pub(crate) fn check_new(&self) -> Result<(), Error> {
        match (8..=32).contains(&self.0.chars().count()) {
            true => self.check_line(),
            false => Err(Error::BadSecret {
                why: "a new password has 8 to 32 characters",
            }),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
