//! The errors in words, and what a person can do about each: one file for each subject, and here what is no subject's own.

mod approval;
mod boot;
mod event;
mod home;
mod image;
mod record;
mod token;

use std::fmt;

use super::Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NowInProduction => write!(f, "--now is for rehearsals, and this is not one"),
            Self::HomeWanted => write!(f, "this needs a member's keys, and no --home says where they are"),
            Self::Codes(cause) => cause.fmt(f),
            Self::Camera(cause) => cause.fmt(f),
            Self::Photograph { path, what } => write!(f, "{} is no picture that can be read: {what}", path.display()),
            Self::NoPicture { folder } => write!(f, "no picture is in {}", folder.display()),
            Self::SignatureOfWhat { path } => {
                write!(f, "{} is a signature, and nothing says of which bundle", path.display())
            }
            Self::NoFileName { path } => write!(f, "{} is no name for a file", path.display()),
            Self::NobodyThere => write!(f, "an animation has no end, and nobody is at a keyboard to end it"),
            Self::NotAnId(id) => write!(f, "'{id}' is not a name for a member"),
            Self::Read { path, cause } => write!(f, "{} cannot be read: {cause}", path.display()),
            Self::FileTooLarge { path, limit } => {
                write!(
                    f,
                    "{} has more than {limit} octets, so it is not what belongs here",
                    path.display()
                )
            }
            Self::Write { path, cause } => write!(f, "{} cannot be written: {cause}", path.display()),
            Self::Exists { path } => write!(f, "{} is there already", path.display()),
            Self::NotRegistered { home } => write!(f, "{} has no registration", home.display()),
            Self::NotAFolder { path } | Self::NoFolder { path } => write!(f, "{} is not a folder", path.display()),
            Self::Input(cause) => write!(f, "standard input cannot be read: {cause}"),
            Self::InputEnded => write!(f, "standard input ended before the answer"),
            Self::LineTooLong { limit } => write!(f, "a line of more than {limit} octets was typed"),
            Self::Output(cause) => write!(f, "standard output cannot be written: {cause}"),
            Self::NoPassphrase => write!(f, "no passphrase was typed"),
            Self::PassphrasesDiffer => write!(f, "the two passphrases differ"),
            Self::WrongPassphrase { member } => write!(f, "this is not the passphrase of {member}'s keys"),
            Self::OtherWords { of, typed } => {
                write!(
                    f,
                    "'{typed}' are not the first and the last word of the {of}'s digest; nothing was signed"
                )
            }
            Self::Opening(cause) => cause.fmt(f),
            _ => self.fmt_keys(f),
        }
    }
}

impl Error {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let of_subjects = [
            Self::token_hint,
            Self::image_hint,
            Self::home_hint,
            Self::event_hint,
            Self::approval_hint,
            Self::boot_hint,
            Self::record_hint,
        ];
        if let Some(hint) = of_subjects.iter().find_map(|of_subject| of_subject(self)) {
            return Some(hint);
        }
        let hint = match self {
            Self::Opening(cause) => cause.hint(),
            Self::HomeWanted => "say --home and the folder that setup made",
            Self::Codes(cause) => cause.hint(),
            Self::Camera(cause) => cause.hint(),
            Self::Photograph { .. } => "save it as PNG or as an ordinary JPEG, and scan it again",
            Self::NoPicture { .. } => "pictures end in .png, .jpg or .jpeg: name them, or the folder that they are in",
            Self::SignatureOfWhat { .. } => {
                "name the bundle, and its signatures go along; or say --of BUNDLE, and the signature goes alone"
            }
            Self::NoFolder { .. } => "name a folder that is there",
            Self::NoFileName { .. } => "name a new file in a folder that is there: --out FOLDER/NAME.cbor",
            Self::NobodyThere => "say --frames N, or write codes into a folder with --png",
            Self::NowInProduction => "leave --now out; the clock of this machine counts",
            Self::NotAnId(_) => "use the id that infra gave you, like member-1: 1 to 25 of a-z, 0-9 and -",
            Self::Write { .. } => {
                "see that the disk has room and that you may write there; then give the same command again"
            }
            Self::Read { .. } => "check the name, and that you may read it; a disk may not be mounted",
            Self::FileTooLarge { .. } => "name the file that came from the console or from infra; ask for it again",
            Self::NotAFolder { .. } => "name a folder, or one that is not there yet: it is made",
            Self::LineTooLong { .. } => "start again, and type or paste the answer alone",
            Self::Input(_) | Self::Output(_) => "run it at a terminal, or see what it is joined to; then start again",
            Self::Key { .. } | Self::Encode(_) => "nothing was sent; start again, and if it stays so tell infra",
            Self::Exists { .. } => "nothing is ever overwritten; name another folder, or move the old file away",
            Self::InputEnded => "type the passphrase, then the words that are asked for, each on its own line",
            Self::NoPassphrase | Self::PassphrasesDiffer => "start again, and type the passphrase with care",
            Self::WrongPassphrase { .. } => "check the keyboard's layout and Caps Lock, and start again",
            Self::OtherWords { .. } => {
                "compare the digest with what is read aloud; if it is the same, start again and type its first word and \
                 its last, the one after `check:`"
            }
            Self::NotRegistered { .. } => {
                "name the right --home; or restore it; if setup was stopped there, move it away and run setup again"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The request differs from the plan: that is never a slip of the member's.
const STOP: &str = "approve nothing; tell the other members: the console asks for something that the plan does not say";

/// The record says something else than what happened.
const DO_NOT_SIGN: &str = "do not sign; show this to the other members, and keep the record's file";
