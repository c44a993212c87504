//! What the page is told, as JSON: how far the receiver has come, what a file is, why a file cannot be shown.

use record::{Digest, bundle, text};
use serde::Serialize;
use transfer::Progress;

use crate::showing::Showing;

/// How far the receiver has come.
#[derive(Serialize)]
pub struct Told {
    /// Codes that pictures had.
    codes: u32,
    /// Different frames of the file that came.
    received: u32,
    /// Codes that are needed at least.
    needed: u32,
    /// Frames that came more than once.
    again: u32,
    /// Codes that were put aside.
    aside: u32,
    /// Why they were, a line for each reason.
    strays: Vec<String>,
    /// The file's octets; 0 before the first good code.
    total: u32,
    /// Which parts arrived.
    parts: String,
    /// Whether as much came as was needed, and is not what it said it was.
    mismatch: bool,
    /// The file, once it is whole.
    file: Option<File>,
}

/// What a file is.
#[derive(Serialize)]
pub struct File {
    /// `review`; none where it is no bundle.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// What that is, in words.
    what: String,
    /// Whether it is marked as a rehearsal's; none where it is no bundle.
    rehearsal: Option<bool>,
    /// Its octets.
    size: usize,
    /// Its digest, in rows of blocks.
    blocks: [String; 2],
    /// Its digest, in rows of words.
    words: Vec<String>,
    /// What it could be called.
    name: String,
    /// The codes that it takes at least, where it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<u32>,
    /// Whether it is shown in still codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    still: Option<bool>,
    /// Whether still codes could hold it.
    stills: bool,
}

/// Why a file cannot be shown.
#[derive(Serialize)]
pub struct Refused {
    error: String,
    hint: String,
}

impl Told {
    /// Puts it together.
    pub fn of(progress: &Progress, codes: u32, file: Option<File>) -> Self {
        Self {
            codes,
            received: progress.received,
            needed: progress.needed,
            again: progress.again,
            aside: progress.strays.values().fold(0, |sum, n| sum.saturating_add(*n)),
            strays: progress.strays(),
            total: progress.total,
            parts: progress.line(),
            mismatch: progress.mismatch,
            file,
        }
    }
}

impl File {
    /// Looks at a file: its envelope alone, for what it says is another program's business.
    pub fn of(file: &[u8]) -> Self {
        let digest = Digest::of(file);
        let envelope = bundle::peek(file).ok();
        let kind = envelope.as_ref().map(|(kind, _, _)| text::plain(kind, 40));
        let (stem, ending) = match &kind {
            Some(kind) if text::is_name(kind) => (kind.as_str(), "cbor"),
            _ if is_signature(file) => ("signature", "sig"),
            _ => ("file", "bin"),
        };
        Self {
            what: what(envelope.as_ref(), file),
            rehearsal: envelope.as_ref().map(|(_, _, rehearsal)| *rehearsal),
            size: file.len(),
            blocks: digest.blocks(),
            words: digest.spoken(),
            name: format!("{stem}-{}.{ending}", &digest.hex()[..8]),
            needed: None,
            still: None,
            stills: (1..=transfer::STILL_LIMIT).contains(&file.len()),
            kind,
        }
    }

    /// The same, with the codes that it is shown in.
    #[must_use]
    pub fn in_codes(self, showing: &Showing) -> Self {
        Self {
            needed: Some(showing.needed()),
            still: Some(matches!(showing, Showing::Still(_))),
            ..self
        }
    }
}

impl Refused {
    /// With what a person can do.
    pub fn of(error: &transfer::Error) -> Self {
        Self {
            error: error.to_string(),
            hint: error.hint().to_owned(),
        }
    }
}

fn what(envelope: Option<&(String, u32, bool)>, file: &[u8]) -> String {
    match envelope {
        Some((kind, version, _)) => format!("a bundle of type {}, version {version}", text::plain(kind, 40)),
        None if is_signature(file) => "a signature that lies beside a file (SSHSIG)".to_owned(),
        None => "no bundle: a file that this page does not know".to_owned(),
    }
}

/// PROTOCOL.sshsig, "Armored Signature".
fn is_signature(file: &[u8]) -> bool {
    file.starts_with(b"-----BEGIN SSH SIGNATURE-----")
}
