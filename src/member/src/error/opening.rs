//! What can stop a member who opens a hand-over, or says to what they are sealed.

use std::fmt;
use std::path::PathBuf;

use record::text::plain;

/// Why nothing was opened.
#[derive(Debug)]
pub enum Opening {
    /// Nobody reads standard output, and nobody said that this is meant.
    NotShown,
    /// The SSH key of the home is of a kind that nothing can be sealed to.
    RecipientWanted,
    /// What was named is no recipient.
    BadRecipient {
        /// What was named.
        recipient: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A word of the command line is the secret half of a key. It is never repeated.
    SecretTyped,
    /// It is sealed to something that is not in the home.
    SealedElsewhere {
        /// To what.
        recipient: String,
    },
    /// The keys at hand do not open it.
    NotForThisKey {
        /// The hand-over.
        path: PathBuf,
    },
    /// The hand-over was changed, or is none.
    Damaged {
        /// The hand-over.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The file has no key that opens anything.
    BadIdentity {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The passphrase does not open the file's key.
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// The `age` program, which asks the key in hardware, did not open it.
    AgeProgram {
        /// What became of it.
        what: String,
    },
}

impl Opening {
    /// 1 refused, 2 wrong usage, 3 bad input, 4 another part failed.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotShown | Self::RecipientWanted | Self::BadRecipient { .. } | Self::SecretTyped => 2,
            Self::SealedElsewhere { .. } | Self::NotForThisKey { .. } | Self::WrongPassphrase { .. } => 1,
            Self::Damaged { .. } | Self::BadIdentity { .. } => 3,
            Self::AgeProgram { .. } => 4,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotShown => "run it at a terminal; or say --stdout, and mind where it goes",
            Self::RecipientWanted => "say --age-recipient with an age1... or age1tag1... recipient that is yours",
            Self::BadRecipient { .. } => {
                "name one line: age1..., age1tag1... or 'ssh-ed25519 AAAA...'; a hardware key has an age1tag1... name too"
            }
            Self::SecretTyped => {
                "whoever can see this machine's processes, or your shell's history, may have it: make another key; \
                 --age-recipient takes the public half, age1..., and --identity the name of a file"
            }
            Self::SealedElsewhere { .. } => "say --identity FILE, with what opens that recipient",
            Self::NotForThisKey { .. } => {
                "name the --identity of the recipient that was in force at the event; or it is another member's file"
            }
            Self::Damaged { .. } => {
                "ask infra for the console's own file again, and compare its digest with the journal's"
            }
            Self::BadIdentity { .. } => "name a file of age-keygen, of an age plugin, or an ssh-ed25519 private key",
            Self::WrongPassphrase { .. } => "check the keyboard's layout and Caps Lock, and start again",
            Self::AgeProgram { .. } => {
                "install age and the plugin that the identity names; its own words are above this one"
            }
        }
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotShown => f.write_str("standard output is no terminal: a password is shown to a person"),
            Self::RecipientWanted => {
                f.write_str("nothing can be sealed to the SSH key of this home: it is no ssh-ed25519 key")
            }
            Self::BadRecipient { recipient, what } => match is_public(recipient) {
                true => write!(f, "'{}': {what}", plain(recipient, 100)),
                // Nobody knows what it is, so it may be a secret.
                false => write!(f, "what was named as the recipient: {what}"),
            },
            Self::SecretTyped => {
                f.write_str("a word of this command is the SECRET half of a key, which belongs on no command line")
            }
            Self::SealedElsewhere { recipient } => {
                write!(
                    f,
                    "it is sealed to {}, which this home does not open",
                    plain(recipient, 100)
                )
            }
            Self::NotForThisKey { path } => write!(f, "{} is not sealed to this key", path.display()),
            Self::Damaged { path, what } => write!(f, "{} cannot be opened: {what}", path.display()),
            Self::BadIdentity { path, what } => write!(f, "{} opens nothing: {what}", path.display()),
            Self::WrongPassphrase { path } => write!(f, "this is not the passphrase of {}", path.display()),
            Self::AgeProgram { what } => write!(f, "the age program did not open it: {what}"),
        }
    }
}

/// Whether it begins as the public half of a key does.
fn is_public(recipient: &str) -> bool {
    ["age1", "ssh-"].iter().any(|kind| recipient.starts_with(kind))
}
