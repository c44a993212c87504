//! Which token: its label, or its serial number where labels repeat.

use std::{fmt, str::FromStr};

use crate::Error;

/// A token's name. Text of the form `serial:…` is a serial number; all else is a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenName {
    /// The label, which its owner chose; two tokens may have the same.
    Label(String),
    /// The serial number, which its maker gave.
    Serial(String),
}

impl TokenName {
    pub(crate) fn is(&self, token: &TokenInfo) -> bool {
        match self {
            TokenName::Label(label) => *label == token.label,
            TokenName::Serial(serial) => *serial == token.serial,
        }
    }
}

impl FromStr for TokenName {
    type Err = Error;

    /// Refuses what no token can have: labels have 1 to 32 bytes, serial numbers 1 to 16.
    fn from_str(text: &str) -> Result<TokenName, Error> {
        let (name, value, limit) = match text.strip_prefix("serial:") {
            Some(serial) => (TokenName::Serial(serial.to_owned()), serial, 16),
            None => (TokenName::Label(text.to_owned()), text, 32),
        };
        let plain = value == value.trim() && !value.chars().any(char::is_control);
        match plain && (1..=limit).contains(&value.len()) {
            true => Ok(name),
            false => Err(Error::BadTokenName { name: text.to_owned() }),
        }
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenName::Label(label) => f.write_str(label),
            TokenName::Serial(serial) => write!(f, "serial:{serial}"),
        }
    }
}

/// A token as its module describes it. The texts are the token's own; control characters in them became `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The label; empty before the token is initialised.
    pub label: String,
    /// The serial number.
    pub serial: String,
    /// The maker.
    pub manufacturer: String,
    /// The model.
    pub model: String,
    /// The firmware's version.
    pub firmware: String,
    /// Has it been initialised?
    pub initialised: bool,
    /// Does it ask for the PIN, or for its operators' cards, by itself?
    pub protected_path: bool,
    /// Is the user's PIN locked?
    pub pin_locked: bool,
    /// Does the next wrong PIN lock it?
    pub last_try: bool,
}

impl TokenInfo {
    pub(crate) fn new(from: &cryptoki::slot::TokenInfo) -> TokenInfo {
        TokenInfo {
            label: plain(from.label()),
            serial: plain(from.serial_number()),
            manufacturer: plain(from.manufacturer_id()),
            model: plain(from.model()),
            firmware: from.firmware_version().to_string(),
            initialised: from.token_initialized(),
            protected_path: from.protected_authentication_path(),
            pin_locked: from.user_pin_locked(),
            last_try: from.user_pin_final_try(),
        }
    }

    /// For error messages: label and serial number.
    pub(crate) fn brief(&self) -> String {
        match self.initialised {
            true => format!("{} (serial:{})", self.label, self.serial),
            false => format!("an uninitialised token (serial:{})", self.serial),
        }
    }
}

fn plain(text: &str) -> String {
    let visible = |character: char| if character.is_control() { '?' } else { character };
    // SoftHSM pads with zero bytes in places where the standard has blanks.
    text.trim_end_matches(['\0', ' ']).chars().map(visible).collect()
}
