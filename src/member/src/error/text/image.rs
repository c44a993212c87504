//! The errors of images, their manifests, checkpoints and old plans.

use std::fmt;

use crate::error::Error;

impl Error {
    pub(super) fn fmt_image(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageFiles { words: true } => write!(f, "--words compares a screen, so it takes the manifest alone"),
            Self::ImageFiles { words: false } => {
                write!(f, "an image and its manifest are compared, and one is missing")
            }
            Self::SignersWanted => write!(f, "nobody said whose signatures of the manifest count"),
            Self::SignersLine { path, line: 0, why } => write!(f, "{}: {why}", path.display()),
            Self::SignersLine { path, line, why } => write!(f, "line {line} of {}: {why}", path.display()),
            Self::TooManySignatures { found } => write!(f, "{found} signatures lie beside the manifest"),
            Self::TooFewSigned { good, need } => {
                let signatures = match good {
                    1 => "signature",
                    _ => "signatures",
                };
                write!(
                    f,
                    "the manifest has {good} good {signatures} of the {need} that are needed"
                )
            }
            Self::Image(misfit) => write!(f, "{misfit}"),
            Self::ImageIsFolder { path } => write!(f, "{} is a folder, and no image", path.display()),
            Self::Words { cause } => write!(f, "what you typed is no digest: {cause}"),
            Self::OtherBoot {
                what,
                expected,
                found,
                word: (place, theirs, typed),
            } => write!(
                f,
                "the console shows another {what}, {found} instead of {expected}: word {place} is '{typed}' where the \
                 manifest has '{theirs}'"
            ),
            Self::CheckpointBack { origin, seen, found } => write!(
                f,
                "the log {origin} had {seen} entries when you saw it, and here it has {found}: this is older, or entries are gone"
            ),
            Self::CheckpointForked { origin, size } => write!(
                f,
                "the log {origin} with {size} entries is not the one that you saw with {size} entries: somebody showed you another log"
            ),
            Self::NoCheckpoint { of, cause } => write!(f, "the {of}'s checkpoint is none: {cause}"),
            Self::PlanOver { event, closes, now } => {
                write!(
                    f,
                    "the plan of '{event}' is old: it closed at {closes}, and your clock says {now}"
                )
            }
            _ => write!(f, "{self:?}"),
        }
    }

    pub(super) fn image_hint(&self) -> Option<String> {
        let hint = match self {
            Self::ImageFiles { .. } => "say image IMAGE MANIFEST, or image --words MANIFEST",
            Self::SignersWanted => {
                "say --signers FILE with a roster or allowed_signers; or --unsigned, and know that you trust the sender"
            }
            Self::SignersLine { .. } => {
                "a line is: name, options, key; `ssh-keygen` describes it under ALLOWED SIGNERS"
            }
            Self::TooManySignatures { .. } => "name those that count with --signature",
            Self::TooFewSigned { .. } => {
                "fetch the signatures of those who reproduced the image; until then do not boot it"
            }
            Self::Image(misfit) => misfit.hint(),
            Self::ImageIsFolder { .. } => "name the image's file, or the disk that it was written to",
            Self::Words { .. } => "read the console's screen again, all 32 words and the one after `check:`",
            Self::OtherBoot { .. } => {
                "do not attend; leave the console as it is, and compare with the other members: this is not the image that \
                 was signed"
            }
            Self::CheckpointBack { .. } => {
                "an old plan or an old copy of the store: ask infra for the newest; if this is the newest, tell the others"
            }
            Self::CheckpointForked { .. } => {
                "sign nothing; keep both files, and show them to the other members and auditors"
            }
            Self::NoCheckpoint { .. } => "ask infra for the file again",
            Self::PlanOver { .. } => {
                "check this machine's clock and time zone; if they are right, ask infra for the newer plan of the event"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
