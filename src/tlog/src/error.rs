//! What can be wrong with a log, and what to do about it.

mod words;

use crate::Hash;

/// Why something of a log was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A text is not canonical, padded base64.
    Base64 {
        /// How it begins.
        text: String,
    },
    /// A text is not a decimal number in its one spelling.
    Decimal {
        /// How it begins.
        text: String,
    },
    /// A text is not lower-case hexadecimal.
    Hex {
        /// How it begins.
        text: String,
    },
    /// A hash has not 32 bytes.
    HashLength {
        /// Bytes found.
        length: usize,
    },
    /// Something is larger than its limit.
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Bytes found.
        length: u64,
        /// Bytes allowed.
        limit: u64,
    },

    /// An index or a size lies outside the tree.
    BeyondTree {
        /// The size or the end of the range asked for.
        wanted: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// An inclusion proof has the wrong number of hashes for its index and size.
    InclusionLength {
        /// Hashes in the proof.
        hashes: usize,
        /// Hashes needed.
        needed: usize,
    },
    /// An inclusion proof leads to another root: the entry is not there.
    NotIncluded {
        /// Where the entry was said to be.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A consistency proof has the wrong number of hashes for its sizes.
    ConsistencyLength {
        /// Hashes in the proof.
        hashes: usize,
        /// Hashes needed.
        needed: usize,
    },
    /// A consistency proof does not lead to both roots: the tree was not only appended to.
    Inconsistent {
        /// The smaller size.
        old: u64,
        /// The larger size.
        new: u64,
    },

    /// A path is no tile's path.
    TilePath {
        /// The path.
        path: String,
    },
    /// A tile or bundle is not there.
    Missing {
        /// Its path.
        path: String,
    },
    /// The source could not say what is at a path.
    Unread {
        /// The path.
        path: String,
        /// The source's words.
        why: String,
    },
    /// A tile of hashes has the wrong length.
    TileLength {
        /// Its path.
        path: String,
        /// Bytes found.
        length: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// An entry bundle is cut short, or goes on after its last entry.
    Bundle {
        /// Its path.
        path: String,
    },
    /// The tiles at the right edge do not make the checkpoint's root.
    RootMismatch {
        /// The root of the tiles.
        found: Hash,
        /// The checkpoint's root.
        root: Hash,
        /// The checkpoint's size.
        size: u64,
    },
    /// A tile does not hash to what its parent says.
    TileMismatch {
        /// The tile.
        path: String,
        /// Its parent.
        parent: String,
    },
    /// An entry does not hash to what its level-0 tile says.
    EntryMismatch {
        /// The entry's index.
        index: u64,
        /// Its bundle.
        path: String,
    },

    /// A note is not UTF-8, or has a control character other than newline.
    NoteCharacters,
    /// A note has no blank line, or no signature after its last blank line.
    NoteUnsigned,
    /// A note's text or its last line does not end in a newline.
    NoteUnended,
    /// A signature line is not `— name base64`.
    SignatureLine {
        /// Which, from 1.
        number: usize,
    },
    /// A note has too many signature lines.
    SignatureCount {
        /// Lines found.
        lines: usize,
        /// Lines allowed.
        limit: usize,
    },
    /// A key name is empty, too long, or has a space, a plus or a control character.
    KeyName {
        /// The name.
        name: String,
    },
    /// A verifier key is not `name+id+base64`.
    VerifierKey {
        /// How it begins.
        text: String,
    },
    /// A verifier key's id is not the one of its name, type and key.
    KeyId {
        /// The key's name.
        name: String,
        /// The id stated.
        stated: String,
        /// The id computed.
        computed: String,
    },
    /// A verifier key's signature type is none of those wanted there.
    KeyType {
        /// The key's name.
        name: String,
        /// The type byte.
        found: u8,
    },
    /// A verifier key's Ed25519 point is no point, not canonical, or of small order.
    WeakKey {
        /// The key's name.
        name: String,
    },
    /// A line of a known key does not verify: the whole note is refused.
    BadSignature {
        /// The key's name.
        name: String,
        /// The key's id.
        id: String,
    },
    /// No line of a note is of a known key.
    NoKnownSignature,

    /// A checkpoint is not exactly origin, size and root.
    CheckpointLines {
        /// Lines found.
        lines: usize,
    },
    /// A checkpoint of the empty tree has not the empty tree's root.
    EmptyRoot {
        /// The root stated.
        root: Hash,
    },
    /// A log's key has another name than the checkpoint's origin.
    OtherOrigin {
        /// The key's name.
        key: String,
        /// The checkpoint's origin.
        origin: String,
    },
    /// A time is beyond 2^63 - 1 seconds.
    Time {
        /// Seconds.
        seconds: u64,
    },

    /// A key that is elsewhere, such as in a token, did not sign.
    Unsigned {
        /// Its owner's words.
        why: String,
    },
    /// A witness's answer is not what belongs there.
    WitnessAnswer {
        /// What belongs there.
        wanted: &'static str,
    },
    /// A witness's answer has no line of its key.
    CosignatureMissing {
        /// The key's name.
        name: String,
    },
    /// A witness's answer has several lines of its key.
    CosignatureTwice {
        /// The key's name.
        name: String,
    },
    /// A witness says that it cosigned at a time which is far from now.
    CosignatureTime {
        /// The time, in seconds since 1970.
        seconds: u64,
        /// Now.
        now: u64,
    },

    /// A proof does not begin with its header.
    ProofHeader,
    /// A proof is not header, perhaps `extra`, `index`, hashes, an empty line, checkpoint.
    ProofLine {
        /// The line, from 1.
        line: usize,
        /// What belongs there.
        wanted: &'static str,
    },
    /// A proof has more hashes than any tree is high.
    ProofHashes {
        /// Hashes allowed.
        limit: usize,
    },

    /// A policy has an octet that is not allowed, is not UTF-8, or its last line does not end in a newline.
    PolicyCharacters,
    /// A line of a policy cannot be read.
    PolicyLine {
        /// The line, from 1.
        line: usize,
        /// Why.
        why: PolicyFault,
    },
    /// A policy has no quorum line.
    NoQuorum,
    /// The policy lists no log of this origin.
    UnknownLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// No listed key of the checkpoint's origin has signed it.
    LogSignatureMissing {
        /// The checkpoint's origin.
        origin: String,
    },
    /// The policy counts this log up to its last checkpoint, and this one is beyond it, or another of its size.
    Frozen {
        /// The log.
        origin: String,
        /// How many entries it has for good.
        last: u64,
        /// How many this checkpoint has.
        size: u64,
    },
    /// The witnesses that cosigned do not make the policy's quorum.
    WitnessesShort {
        /// The quorum's name.
        quorum: String,
        /// Witnesses that cosigned.
        cosigned: Vec<String>,
    },

    /// An entry begins with none of the known first lines, or lacks its type.
    EntryHeader,
    /// An entry's type is unknown.
    EntryType {
        /// The type stated.
        found: String,
    },
    /// A reference is not exactly type, digest, length and path, or refers to what would have fitted.
    EntryReference {
        /// What is wrong.
        why: &'static str,
    },
    /// An object is not what the entry refers to.
    ObjectMismatch {
        /// The object's path.
        path: String,
    },
}

/// What is wrong with one line of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyFault {
    /// The line begins with no known word.
    Keyword(/** The word. */ String),
    /// The line has too few or too many items.
    Items,
    /// The key cannot be used there.
    Key(/** Why. */ Box<Error>),
    /// The key is on an earlier line already.
    DuplicateKey,
    /// The name is defined already, or is `none`.
    DuplicateName(/** The name. */ String),
    /// The name is not defined on an earlier line.
    UnknownName(/** The name. */ String),
    /// The name is a member of a group already.
    SecondGroup(/** The name. */ String),
    /// The group's threshold is not `any`, `all`, or a number from 1 to the number of members.
    Threshold(/** The threshold. */ String),
    /// There is a quorum line already.
    SecondQuorum,
    /// A frozen log's last checkpoint is none.
    Frozen(/** Why. */ Box<Error>),
    /// There are more lines of this kind than anybody needs.
    TooMany,
}

impl Error {
    /// What a person can do about it, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Error::RootMismatch { .. } | Error::TileMismatch { .. } | Error::EntryMismatch { .. } => {
                "keep a copy of these files: the store and the checkpoint disagree, and one of them was changed"
            }
            Error::Inconsistent { .. } => "keep both checkpoints: together they show that the log was rewritten",
            Error::BadSignature { .. } => {
                "fetch the checkpoint or the proof again; if it stays, tell the log's operators"
            }
            Error::Missing { .. } => "fetch the store again: a file of it is missing",
            Error::UnknownLog { .. } | Error::LogSignatureMissing { .. } => {
                "check that the log policy is the newest one"
            }
            Error::Frozen { .. } => "do not use it: whoever had the log's key afterwards could have signed it",
            Error::WitnessesShort { .. } => "ask for the proof again, with cosignatures of more witnesses",
            _ => return None,
        })
    }
}
