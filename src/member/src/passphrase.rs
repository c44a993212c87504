//! A passphrase: wiped when dropped, and never shown.

use std::fmt;

use zeroize::Zeroizing;

/// A passphrase as it was typed.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes a line, without its end.
    pub fn new(line: Zeroizing<Vec<u8>>) -> Self {
        Self(line)
    }

    /// The octets, for the one who unlocks with them.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}
