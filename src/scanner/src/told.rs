//! What the page is told, as JSON: how far the receiver has come, what a file is, why a file cannot be shown.

use record::{bundle, parcel, sshsig, text};
use serde::Serialize;
use transfer::Progress;

use crate::files::{self, Received};
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
    /// The bundle and what came with it, once it is whole.
    files: Vec<File>,
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
    /// Which file the digest is of, where it is not this one.
    of: Option<String>,
    /// The digest, in rows of blocks.
    blocks: [String; 2],
    /// The digest that people compare, in rows of words; none where the first file's are that.
    words: Vec<String>,
    /// What it could be called.
    name: String,
    /// The codes that it takes at least, where it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<u32>,
    /// Whether it is shown in still codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    still: Option<bool>,
    /// Whether still codes could hold all that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    stills: Option<bool>,
}

/// Why a file cannot be shown.
#[derive(Serialize)]
pub struct Refused {
    error: String,
    hint: String,
}

impl Told {
    /// Puts it together.
    pub fn of(progress: &Progress, codes: u32, files: Vec<File>) -> Self {
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
            files,
        }
    }
}

/// What these octets become on the other side; the first says how they are shown, where they are.
pub fn files(octets: &[u8], showing: Option<&Showing>) -> Vec<File> {
    let mut files: Vec<File> = files::received(octets).iter().map(File::of).collect();
    // A signature beside its bundle needs no comparison: words of its own would be read aloud for nothing.
    for beside in files.iter_mut().skip(1) {
        beside.words.clear();
    }
    if let (Some(first), Some(showing)) = (files.first_mut(), showing) {
        first.needed = Some(showing.needed());
        first.still = Some(matches!(showing, Showing::Still(_)));
        first.stills = Some(octets.len() <= transfer::STILL_LIMIT);
    }
    files
}

impl File {
    /// Looks at a file: its envelope alone, for what it says is another program's business.
    fn of(file: &Received) -> Self {
        let envelope = bundle::peek(&file.octets).ok();
        Self {
            what: what(envelope.as_ref(), &file.octets),
            rehearsal: envelope.as_ref().map(|(_, _, rehearsal)| *rehearsal),
            size: file.octets.len(),
            of: file.of.clone(),
            blocks: file.digest.blocks(),
            words: file.digest.spoken(),
            name: file.name.clone(),
            needed: None,
            still: None,
            stills: None,
            kind: envelope.map(|(kind, _, _)| text::plain(&kind, 40)),
        }
    }
}

impl Refused {
    /// With what a person can do.
    pub fn of(error: &transfer::Error) -> Self {
        Self::new(&error.to_string(), error.hint())
    }

    /// In these words.
    pub fn new(error: &str, hint: &str) -> Self {
        Self {
            error: error.to_owned(),
            hint: hint.to_owned(),
        }
    }
}

fn what(envelope: Option<&(String, u32, bool)>, file: &[u8]) -> String {
    match envelope {
        Some((kind, version, _)) => format!("a bundle of type {}, version {version}", text::plain(kind, 40)),
        None if parcel::is_signature(file) => match sshsig::claim(file) {
            Ok(claim) => format!("a signature (SSHSIG) by key {}, for {}", claim.key, claim.namespace),
            Err(_) => "a signature (SSHSIG) that cannot be read".to_owned(),
        },
        None => "no bundle: a file that this page does not know".to_owned(),
    }
}
