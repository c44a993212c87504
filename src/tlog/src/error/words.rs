//! The words for what is wrong with a log; untrusted text in them is quoted and escaped.

use std::fmt;

use super::{Error, PolicyFault};

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Error::*;
        match self {
            Base64 { text } => write!(f, "{text:?} is not canonical base64"),
            Decimal { text } => write!(f, "{text:?} is not a decimal number in its one spelling"),
            Hex { text } => write!(f, "{text:?} is not lower-case hexadecimal"),
            HashLength { length } => write!(f, "a hash has {length} bytes instead of 32"),
            TooLarge { what, length, limit } => write!(f, "{what} has {length} bytes, at most {limit} are allowed"),
            BeyondTree { wanted, size } => write!(f, "the tree ends at {size}, {wanted} was asked for"),
            InclusionLength { hashes, needed } => {
                write!(f, "the inclusion proof has {hashes} hashes instead of {needed}")
            }
            NotIncluded { index, size } => write!(f, "the entry is not at index {index} of the tree of size {size}"),
            ConsistencyLength { hashes, needed } => {
                write!(f, "the consistency proof has {hashes} hashes instead of {needed}")
            }
            Inconsistent { old, new } => write!(f, "the tree of size {new} does not continue the tree of size {old}"),
            TilePath { path } => write!(f, "{path:?} is not the path of a tile"),
            Missing { path } => write!(f, "{path} is missing"),
            Unread { path, why } => write!(f, "{path} cannot be read: {why}"),
            TileLength { path, length, needed } => write!(f, "{path} has {length} bytes instead of {needed}"),
            Bundle { path } => write!(f, "{path} is not a bundle of as many entries as its path says"),
            RootMismatch { found, root, size } => {
                write!(
                    f,
                    "the tiles make the root {found}, the checkpoint of size {size} says {root}"
                )
            }
            TileMismatch { path, parent } => write!(f, "{path} is not what {parent} says"),
            EntryMismatch { index, path } => write!(f, "entry {index} in {path} is not what its hash in the tree says"),
            NoteCharacters => write!(f, "the note is not UTF-8 or has a control character"),
            NoteUnsigned => write!(f, "the note has no signature after its last empty line"),
            NoteUnended => write!(f, "the note does not end in a newline"),
            SignatureLine { number } => write!(
                f,
                "signature line {number} of the note is not a dash, a name and a signature"
            ),
            SignatureCount { lines, limit } => {
                write!(f, "the note has {lines} signature lines, at most {limit} are allowed")
            }
            KeyName { name } => write!(f, "{name:?} cannot name a key"),
            VerifierKey { text } => write!(f, "{text:?} is not a verifier key"),
            KeyId { name, stated, computed } => write!(f, "the key of {name:?} has the id {computed}, not {stated}"),
            KeyType { name, found } => write!(f, "the key of {name:?} has type 0x{found:02x}, which is not used here"),
            WeakKey { name } => write!(f, "the key of {name:?} is not a sound Ed25519 key"),
            BadSignature { name, id } => write!(f, "the signature of {name:?} ({id}) does not verify"),
            NoKnownSignature => write!(f, "no signature of the note is of a known key"),
            CheckpointLines { lines } => write!(f, "the checkpoint has {lines} lines instead of origin, size and root"),
            EmptyRoot { root } => write!(f, "the checkpoint is of the empty tree, but its root is {root}"),
            OtherOrigin { key, origin } => write!(f, "the key of {key:?} cannot sign a checkpoint of {origin:?}"),
            Time { seconds } => write!(f, "{seconds} seconds is no time of a cosignature"),
            Unsigned { why } => write!(f, "the log's key did not sign: {}", why.escape_debug()),
            WitnessAnswer { wanted } => write!(f, "the answer is not {wanted}"),
            CosignatureMissing { name } => write!(f, "the answer has no cosignature of {name:?} with its key"),
            CosignatureTwice { name } => write!(f, "the answer has several cosignatures of {name:?}"),
            CosignatureTime { seconds, now } => {
                write!(
                    f,
                    "it says to have cosigned at {seconds} s since 1970, and it is {now} s now"
                )
            }
            ProofHeader => write!(f, "the proof does not begin with c2sp.org/tlog-proof@v1"),
            ProofLine { line, wanted } => write!(f, "line {line} of the proof is not {wanted}"),
            ProofHashes { limit } => write!(f, "the proof has more than {limit} hashes"),
            PolicyCharacters => write!(
                f,
                "the log policy has a character that is not allowed, or does not end in a newline"
            ),
            PolicyLine { line, why } => write!(f, "line {line} of the log policy: {why}"),
            NoQuorum => write!(f, "the log policy has no quorum line"),
            UnknownLog { origin } => write!(f, "the log policy lists no log {origin:?}"),
            LogSignatureMissing { origin } => write!(f, "no listed key of {origin:?} has signed the checkpoint"),
            Frozen { origin, last, size } if size > last => write!(
                f,
                "the log {origin:?} was frozen with {last} entries, and this checkpoint has {size}"
            ),
            Frozen { origin, last, .. } => write!(
                f,
                "the log {origin:?} was frozen with {last} entries, and this is another tree of that size"
            ),
            WitnessesShort { quorum, cosigned } if cosigned.is_empty() => {
                write!(f, "the quorum {quorum:?} is not reached, no witness has cosigned")
            }
            WitnessesShort { quorum, cosigned } => {
                write!(
                    f,
                    "the quorum {quorum:?} is not reached, only {} cosigned",
                    cosigned.join(", ").escape_debug()
                )
            }
            EntryHeader => write!(f, "the entry does not begin with a known line and a type"),
            EntryType { found } => write!(f, "{found:?} is not a type of entry"),
            EntryReference { why } => write!(f, "the entry refers to an object, but {why}"),
            ObjectMismatch { path } => write!(f, "{path} is not the object that the entry refers to"),
        }
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use PolicyFault::*;
        match self {
            Keyword(word) => write!(f, "{word:?} is none of log, witness, group and quorum"),
            Items => write!(f, "too few or too many items"),
            Key(why) | Frozen(why) => write!(f, "{why}"),
            DuplicateKey => write!(f, "the key is listed already"),
            DuplicateName(name) => write!(f, "the name {name:?} is taken"),
            UnknownName(name) => write!(f, "{name:?} is not defined above"),
            SecondGroup(name) => write!(f, "{name:?} is in a group already"),
            Threshold(text) => write!(
                f,
                "{text:?} is not any, all, or a number from 1 to the number of members"
            ),
            SecondQuorum => write!(f, "there is a quorum already"),
            TooMany => write!(f, "too many lines of this kind"),
        }
    }
}
