//! What can go wrong, and what can be done about it. No error holds anything of the secret.

use std::fmt;
use std::io;

/// Why nothing was sealed.
#[derive(Debug)]
pub enum Error {
    /// The command line is not one recipient.
    Usage,
    /// The secret, or what is made of it, would go by a screen.
    Terminal {
        /// Which end.
        what: &'static str,
    },
    /// The recipient is of a kind that this program does not seal to.
    UnknownRecipient {
        /// The recipient, made plain and cut.
        recipient: String,
    },
    /// The recipient is of a known kind, and damaged.
    BadRecipient {
        /// The recipient, made plain and cut.
        recipient: String,
        /// What is wrong with it.
        what: String,
    },
    /// There is nothing to seal.
    Empty,
    /// The secret is longer than any.
    TooLong {
        /// The most octets.
        limit: usize,
    },
    /// What the process must give up before it reads a secret, it could not.
    Narrow {
        /// What it could not do.
        act: &'static str,
        /// Why.
        cause: io::Error,
    },
    /// Standard input could not be read.
    Read {
        /// Why.
        cause: io::Error,
    },
    /// Standard output took not all of it.
    Write {
        /// Why.
        cause: io::Error,
    },
    /// The age format could not be made.
    Seal {
        /// Why.
        what: String,
    },
}

impl Error {
    /// 2 wrong usage, 3 bad input, 4 the system failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage | Self::Terminal { .. } => 2,
            Self::UnknownRecipient { .. } | Self::BadRecipient { .. } | Self::Empty | Self::TooLong { .. } => 3,
            Self::Narrow { .. } | Self::Read { .. } | Self::Write { .. } | Self::Seal { .. } => 4,
        }
    }

    /// What can be done.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Usage => {
                Some("ceremony-seal RECIPIENT < SECRET > FILE; an SSH key is one word: 'ssh-ed25519 AAAA...'")
            }
            Self::Terminal { .. } => Some("it goes from program to program: connect it to a pipe"),
            Self::UnknownRecipient { .. } => Some(
                "age1..., age1tag1... or 'ssh-ed25519 AAAA...' without comment; no plugin runs here, and a hardware key \
                 that has an age1tag1 name needs none",
            ),
            Self::BadRecipient { .. } => Some("have the member send it again; a letter was lost or changed"),
            Self::Empty => Some("whoever calls this program writes the secret to its standard input"),
            Self::Write { .. } => Some("what came is not whole: see that there is room, and seal again"),
            Self::TooLong { .. } | Self::Narrow { .. } | Self::Read { .. } | Self::Seal { .. } => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => f.write_str("one recipient is wanted, and nothing else"),
            Self::Terminal { what } => write!(f, "{what} is a terminal: no secret goes by a screen"),
            Self::UnknownRecipient { recipient } => {
                write!(f, "'{recipient}' is no recipient that this program seals to")
            }
            Self::BadRecipient { recipient, what } => write!(f, "the recipient '{recipient}' is damaged: {what}"),
            Self::Empty => f.write_str("the secret is empty"),
            Self::TooLong { limit } => write!(f, "the secret has more than {limit} octets"),
            Self::Narrow { act, cause } => write!(f, "could not {act}: {cause}"),
            Self::Read { cause } => write!(f, "could not read standard input: {cause}"),
            Self::Write { cause } => write!(f, "could not write standard output: {cause}"),
            Self::Seal { what } => write!(f, "could not seal: {what}"),
        }
    }
}
