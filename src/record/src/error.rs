//! What can be wrong with bytes that claim to be ours.

use std::fmt;

use crate::{sshsig, text};

/// Why bytes were refused. Names and words in it come from the bytes, and are made plain: here where they enter, and once
/// more where they are written, so that no variant shows a terminal what it would obey.
#[derive(Debug)]
pub enum Error {
    /// More octets than any bundle has.
    TooLarge {
        /// Octets found.
        size: usize,
        /// Octets allowed.
        limit: usize,
    },
    /// Arrays and maps within each other, more than anything of ours has.
    TooDeep {
        /// How deep they may be.
        limit: usize,
    },
    /// Not CBOR, or not of the expected shape; the decoder's words.
    Cbor(String),
    /// Something else than a bundle.
    NoBundle {
        /// What it is.
        what: String,
        /// What a person can do about it.
        hint: &'static str,
    },
    /// CBOR, but not in the one form we write.
    NotDeterministic,
    /// A value that CBOR cannot hold; the encoder's words.
    Encoding(String),
    /// A bundle of another type.
    OtherType {
        /// The type that is needed here.
        expected: &'static str,
        /// The type found, made plain.
        found: String,
    },
    /// A bundle of a type that this program does not know.
    UnknownType {
        /// The type found, made plain.
        found: String,
    },
    /// A bundle of a version that this program does not know.
    OtherVersion {
        /// The bundle's type.
        kind: &'static str,
        /// The version found.
        found: u32,
    },
    /// A rehearsal's bundle among others, or the other way round.
    OtherMark {
        /// What the bundle says of itself: true is a rehearsal.
        rehearsal: bool,
    },
    /// A plan or policy that is not well-formed TOML of the right shape; the parser's words.
    Toml {
        /// Which file.
        file: &'static str,
        /// What the parser says, with the line.
        what: String,
    },
    /// A plan, policy or roster that is well-formed and wrong.
    Invalid {
        /// Which file.
        file: &'static str,
        /// What is wrong, with the value.
        what: String,
    },
    /// A plan for CloudHSM whose owner no user can be called: a token's label, it may be.
    OwnerIsNoUser {
        /// The owner, made plain.
        owner: String,
    },
    /// An input whose digest is not the one the plan lists.
    InputDigest {
        /// The input's name.
        name: String,
        /// The digest in the plan; hexadecimal, as errors travel in every result and stay small.
        planned: String,
        /// The digest of what is there.
        found: String,
    },
    /// An input that the plan lists and the bundle lacks, or the other way round.
    InputSet {
        /// The input's name.
        name: String,
        /// True if the plan lists it.
        planned: bool,
    },
    /// Nobody of this name is in the roster.
    NoSuchMember(String),
    /// The signature beside a bundle is not good.
    Signature {
        /// Whose it should be.
        member: String,
        /// What is wrong with it.
        cause: sshsig::SshsigError,
    },
    /// A parcel that is well-formed and wrong.
    Parcel {
        /// What is wrong.
        what: String,
    },
    /// A bundle and what lies beside it, which make no parcel.
    Pack {
        /// What is wrong.
        what: String,
        /// Whether the bundle is on the other side, and the signature goes alone.
        elsewhere: bool,
    },
    /// A bundle to be sent with a signature, in a file that its type does not have.
    PackName {
        /// The names that it may have.
        expected: String,
        /// The file's name, made plain.
        found: String,
    },
    /// A name for what came as codes that a file of another kind has.
    OutName {
        /// What is wrong with it, with the name made plain.
        what: String,
        /// What a person can do about it.
        hint: &'static str,
    },
    /// The journal is damaged at an entry.
    Journal {
        /// The entry's number, from 0.
        entry: u64,
        /// What is wrong.
        what: String,
    },
}

impl Error {
    /// The decoder's words; they hold names from the bytes.
    pub(crate) fn cbor(cause: &impl fmt::Display) -> Self {
        Self::Cbor(text::plain(&cause.to_string(), WORDS))
    }

    /// The encoder's words.
    pub(crate) fn encoding(cause: &impl fmt::Display) -> Self {
        Self::Encoding(text::plain(&cause.to_string(), WORDS))
    }

    /// The parser's words; they hold lines of the file, each with its number before it, and then say what is wrong. There a
    /// name may have a line's end in it, and what follows could look like a message of ours: it stays one line.
    pub(crate) fn toml(file: &'static str, cause: &toml::de::Error) -> Self {
        let (shown, message) = (cause.to_string(), cause.message());
        let what = match message.is_empty() {
            true => shown,
            false => shown.replace(message, &text::plain(&message.replace('\n', ", "), WORDS)),
        };
        let what = text::plain_lines(&what, WORDS);
        Self::Toml { file, what }
    }

    /// Whether the text says which file is meant.
    #[must_use]
    pub fn names_its_file(&self) -> bool {
        matches!(
            self,
            Self::Toml { .. } | Self::Invalid { .. } | Self::OwnerIsNoUser { .. }
        )
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotDeterministic | Self::Cbor(_) | Self::TooDeep { .. } => {
                "the file is damaged, or was not written by this program; fetch it again from whoever made it".into()
            }
            Self::NoBundle { hint, .. } | Self::OutName { hint, .. } => (*hint).into(),
            Self::OtherType { expected, .. } => format!("a bundle of type '{expected}' belongs here"),
            Self::OtherVersion { .. } | Self::UnknownType { .. } => {
                "use the program of the version that the event's image has".into()
            }
            Self::OtherMark { rehearsal: true } => "a rehearsal's files never go into a production event".into(),
            Self::OtherMark { rehearsal: false } => "a production file never goes into a rehearsal".into(),
            Self::Toml { .. } | Self::Invalid { .. } | Self::OwnerIsNoUser { .. } => {
                "correct the file; nothing has been done with it".into()
            }
            Self::InputDigest { .. } => "the file changed after the plan was written; draft the plan again".into(),
            Self::Parcel { .. } => "show it as codes once more, with a program of this version".into(),
            Self::PackName { expected, .. } => {
                format!("give the file that name, {expected}, and its signatures theirs: FILE.sig, FILE.member-1.sig")
            }
            Self::Pack { elsewhere: true, .. } => {
                "name with --of the bundle that it signs, or name the right signature".into()
            }
            Self::Pack { elsewhere: false, .. } => {
                "lay the right signature beside it, each under its own name; or send the bundle alone (--alone)".into()
            }
            Self::Signature { .. } => "the member signs again with the key that the roster holds for them".into(),
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |words: &str| text::plain(words, WORDS);
        match self {
            Self::TooLarge { size, limit } => write!(f, "{size} octets are too many; at most {limit} are read"),
            Self::TooDeep { limit } => write!(f, "not a bundle that can be read: nested more than {limit} deep"),
            Self::Cbor(what) => write!(f, "not a bundle that can be read: {}", shown(what)),
            Self::NoBundle { what, .. } | Self::OutName { what, .. } => f.write_str(&shown(what)),
            Self::NotDeterministic => {
                f.write_str("the CBOR is not in its deterministic form (RFC 8949, section 4.2.1)")
            }
            Self::Encoding(what) => write!(f, "a value cannot be written as CBOR: {}", shown(what)),
            Self::OtherType { expected, found } => {
                write!(f, "this is a bundle of type '{}', not '{expected}'", shown(found))
            }
            Self::UnknownType { found } => write!(f, "a bundle of type '{}' is not known here", shown(found)),
            Self::OtherVersion { kind, found } => write!(f, "a '{kind}' bundle of version {found} is not known here"),
            Self::OtherMark { rehearsal: true } => f.write_str("the bundle carries the rehearsal mark"),
            Self::OtherMark { rehearsal: false } => f.write_str("the bundle lacks the rehearsal mark"),
            Self::Toml { file, what } => {
                write!(f, "{file} cannot be read: {}", text::plain_lines(what, WORDS))
            }
            Self::Invalid { file, what } => write!(f, "{file}: {}", shown(what)),
            Self::OwnerIsNoUser { owner } => {
                write!(f, "plan.toml: '{}' is not a name for a user of the HSM", shown(owner))
            }
            Self::InputDigest { name, planned, found } => {
                let name = shown(name);
                write!(f, "input '{name}' has the digest {found}, but the plan says {planned}")
            }
            Self::InputSet { name, planned: true } => {
                write!(f, "input '{}' is in the plan but not there", shown(name))
            }
            Self::InputSet { name, planned: false } => {
                write!(f, "input '{}' is there but not in the plan", shown(name))
            }
            Self::NoSuchMember(id) => write!(f, "nobody called '{}' is in the roster", shown(id)),
            Self::Signature { member, cause } => {
                write!(f, "the signature of {} is not good: {cause}", shown(member))
            }
            Self::Parcel { what } => write!(f, "the parcel is not good: {}", shown(what)),
            Self::Pack { what, .. } => write!(f, "this cannot be sent with its signatures: {}", shown(what)),
            Self::PackName { expected, found } => {
                let found = shown(found);
                write!(
                    f,
                    "this cannot be sent with its signatures: its bundle must be called {expected}, not '{found}'"
                )
            }
            Self::Journal { entry, what } => {
                write!(f, "the journal is damaged at entry {entry}: {}", shown(what))
            }
        }
    }
}

impl std::error::Error for Error {}

/// Letters of one line of somebody else's words.
const WORDS: usize = 1_000;

#[cfg(test)]
mod tests;
