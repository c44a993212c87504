//! A PIN: never shown, wiped when dropped.

use std::fmt;

use cryptoki::types::AuthPin;

/// A PIN. It prints as `Pin(..)`. An empty one stands for the token's protected authentication path: its own keypad, or
/// the cards of its operators.
#[derive(Clone)]
pub struct Pin {
    secret: AuthPin,
    empty: bool,
}

impl Pin {
    /// Copies the text; the caller's own copy stays the caller's to wipe.
    pub fn new(text: &str) -> Pin {
        // A boxed str is exactly as long as the text, so that no half of a growing buffer stays behind.
        Pin {
            secret: AuthPin::new(Box::from(text)),
            empty: text.is_empty(),
        }
    }

    pub(crate) fn typed(&self) -> Option<&AuthPin> {
        (!self.empty).then_some(&self.secret)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}
