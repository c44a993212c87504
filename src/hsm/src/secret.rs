//! A password or PIN: never shown, wiped when dropped, and sent to a child by its standard input only.

use std::fmt;

use zeroize::Zeroizing;

use crate::{Error, Habits, Passwords, confusable};

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

    /// Can it stand in the command's line? The CLI's quoting is undocumented.
    pub fn check_in_line(&self) -> Result<(), Error> {
        let bare = !self.0.is_empty() && self.0.bytes().all(needs_no_quoting);
        match bare && !self.0.starts_with('-') {
            true => Ok(()),
            false => Err(Error::BadSecret {
                why: "this CLI takes it in the command's line, so it may hold letters, digits and . _ - = + / : only, \
                      and not begin with -",
            }),
        }
    }

    /// Could it be a user's new password, on a cluster where these names are spoken of: users, labels of keys? What a
    /// caller asks before anything is changed; the driver asks again, for the names in its own commands.
    pub fn check_for_user<'a>(&self, habits: Habits, names: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
        self.check_new()?;
        if habits.passwords == Passwords::Line {
            self.check_in_line()?;
        }
        self.check_told_apart(names)
    }

    /// Can it be told apart from what the HSM's answers hold by themselves? With such names in them, too.
    pub fn check_told_apart<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
        confusable::refuse(self, names)
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

/// The characters of words that are typed as they are.
pub(crate) fn needs_no_quoting(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-=+/:".contains(&byte)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
