//! Signed notes: a text, an empty line, signature lines (C2SP signed-note).

mod key;
mod signer;

pub use key::{Algorithm, KeyId, VerifierKey};
pub use signer::Signer;

use std::fmt;

use crate::{Error, text};

/// The most signature lines that are read. The specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 64;

/// The most bytes of a note: 64 lines of post-quantum signatures fit.
pub const MAX_NOTE: usize = 512 * 1024;

/// The longest name of a key, in bytes.
pub const MAX_NAME: usize = 255;

/// A note, read but not verified: what its lines are worth, [`Note::open`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// One signature line: `— name base64(id, signature)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    id: KeyId,
    signature: Vec<u8>,
}

/// A known key whose signature on a note verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'k> {
    /// The key, one of those given.
    pub key: &'k VerifierKey,
    /// Seconds since 1970 at which the note was cosigned; none for signatures without a time.
    pub time: Option<u64>,
}

impl Note {
    /// A note without signatures yet. The text is not empty and ends in a newline.
    pub fn new(text: &str) -> Result<Note, Error> {
        check_characters(text.as_bytes())?;
        match text.ends_with('\n') {
            true => Ok(Note {
                text: text.to_owned(),
                signatures: Vec::new(),
            }),
            false => Err(Error::NoteUnended),
        }
    }

    /// Reads a signed note; `Display` writes the same bytes again.
    pub fn parse(bytes: &[u8]) -> Result<Note, Error> {
        let note = check_characters(bytes)?;
        // The text may have empty lines itself: the last one ends it.
        let end = note.rfind("\n\n").ok_or(Error::NoteUnsigned)? + 1;
        let (text, lines) = (&note[..end], &note[end + 1..]);
        if lines.is_empty() {
            return Err(Error::NoteUnsigned);
        }
        let lines: Vec<&str> = lines
            .strip_suffix('\n')
            .ok_or(Error::NoteUnended)?
            .split('\n')
            .collect();
        check_count(lines.len())?;
        let signatures = lines
            .iter()
            .enumerate()
            .map(|(place, line)| SignatureLine::parse(line, place + 1));
        Ok(Note {
            text: text.to_owned(),
            signatures: signatures.collect::<Result<_, _>>()?,
        })
    }

    /// The text that is signed, its last newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in order.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds a signature line; it is not verified.
    pub fn add(&mut self, line: SignatureLine) -> Result<(), Error> {
        check_count(self.signatures.len() + 1)?;
        self.signatures.push(line);
        Ok(())
    }

    /// Verifies the lines of known keys; returns each key once, in the order of the lines.
    ///
    /// Lines of unknown keys are ignored. A line with a known key's name *and* id that does not verify condemns the whole
    /// note, even if another line of that key is good. A note without any known key is refused.
    pub fn open<'k>(&self, keys: impl IntoIterator<Item = &'k VerifierKey> + Clone) -> Result<Vec<Seen<'k>>, Error> {
        let mut seen: Vec<Seen<'k>> = Vec::new();
        for line in &self.signatures {
            for key in keys.clone().into_iter().filter(|key| line.names(key)) {
                let time = key.verify(&self.text, line)?;
                if !seen.iter().any(|earlier| earlier.key.public_key() == key.public_key()) {
                    seen.push(Seen { key, time });
                }
            }
        }
        if seen.is_empty() {
            Err(Error::NoKnownSignature)
        } else {
            Ok(seen)
        }
    }
}

impl SignatureLine {
    /// Reads one line, without its newline, such as a witness returns.
    pub fn parse(line: &str, number: usize) -> Result<SignatureLine, Error> {
        let refused = || Error::SignatureLine { number };
        let (name, base64) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(refused)?;
        check_name(name)?;
        let bytes = text::base64(base64)?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => Ok(SignatureLine {
                name: name.to_owned(),
                id: KeyId(*id),
                signature: signature.to_vec(),
            }),
            _ => Err(refused()),
        }
    }

    /// The line of a key: `signature` is what its algorithm puts behind the key id.
    pub fn new(key: &VerifierKey, signature: &[u8]) -> SignatureLine {
        SignatureLine {
            name: key.name().to_owned(),
            id: key.id(),
            signature: signature.to_vec(),
        }
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of that key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The bytes behind the key id.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    fn names(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.0[..], &self.signature].concat();
        write!(f, "— {} {}", self.name, text::to_base64(&bytes))
    }
}

/// UTF-8 without control characters other than newline, and not too long.
fn check_characters(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MAX_NOTE {
        return Err(Error::TooLarge {
            what: "the note",
            length: bytes.len() as u64,
            limit: MAX_NOTE as u64,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Error::NoteCharacters)?;
    let control = bytes.iter().any(|byte| *byte < 0x20 && *byte != b'\n');
    if control { Err(Error::NoteCharacters) } else { Ok(text) }
}

fn check_count(lines: usize) -> Result<(), Error> {
    match lines <= MAX_SIGNATURES {
        true => Ok(()),
        false => Err(Error::SignatureCount {
            lines,
            limit: MAX_SIGNATURES,
        }),
    }
}

/// Key names are not empty and have no Unicode spaces and no plus; we add: no control characters, and a length.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    match name.is_empty() || name.len() > MAX_NAME || name.contains(bad) {
        true => Err(Error::KeyName {
            name: text::excerpt(name),
        }),
        false => Ok(()),
    }
}
