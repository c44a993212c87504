//! The errors of a home, its keys, its neighbours, and of answers to requests for them: what each says, and what helps.

use std::fmt;

use crate::error::{Error, key_name};

impl Error {
    pub(super) fn fmt_keys(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSetUp { home, what } => write!(f, "{} is no member's home: {what}", home.display()),
            Self::HomeIsOpen { home, mode } => {
                write!(
                    f,
                    "other users of this machine can look into {} (mode {mode:03o})",
                    home.display()
                )
            }
            Self::HomeBusy { home } => write!(f, "another ceremony-member works with {}", home.display()),
            Self::OtherHomeUnread { path, what } => write!(
                f,
                "{} may hold keys of the other purpose, and cannot be compared: {what}",
                path.display()
            ),
            Self::DamagedMemory { path } => write!(f, "{} is not as this program wrote it", path.display()),
            Self::DamagedKey { path, what } => write!(f, "{} is no key that can be used: {what}", path.display()),
            Self::ForeignKey { path } => write!(f, "{} is not the key that was made here at setup", path.display()),
            Self::ProductionKeysInFiles => {
                write!(f, "production keys live in a token, never in files")
            }
            Self::Key { doing, what } => write!(f, "{doing} failed: {what}"),
            Self::Bundle { path, cause } => write!(f, "{}: {cause}", path.display()),
            Self::Encode(cause) => write!(f, "the answer cannot be written: {cause}"),
            Self::Sign(cause) => write!(f, "the SSH key cannot sign: {cause}"),
            Self::Derive(cause) => write!(f, "what the plan has signed cannot be derived: {cause}"),
            Self::ApprovalKeyKeptFrom { home } => write!(
                f,
                "the approval key is to be new, and {} remembers what the old one registered",
                home.display()
            ),
            Self::OtherMember { asked, own } => write!(f, "this is for {asked}, and you are {own}"),
            Self::FileName { path, expected } => {
                write!(f, "the name of {} does not begin with '{expected}'", path.display())
            }
            Self::AsksNothing { what } => write!(f, "the {what} asks for nothing"),
            Self::SameTokenTwice { user } => write!(f, "the request has the token for '{user}' twice"),
            Self::ApprovalKeyInEvent { event } => {
                write!(
                    f,
                    "the request asks for your approval key while you are present at '{event}'"
                )
            }
            Self::NotMyUser { key, user, own } => {
                write!(
                    f,
                    "the request asks your {} to sign for the HSM user '{user}'; yours is '{own}'",
                    key_name(*key)
                )
            }
            Self::RegisteredBefore { request } => {
                write!(f, "your approval key was registered before, by the request {request}")
            }
            Self::OtherKey { which } => write!(f, "the roster has another {which} for you than the one made here"),
            Self::NotInOffice { from, until, at } => {
                write!(f, "your term is from {from} until {until}, and {at} is outside it")
            }
            Self::ClockBehind { now, at, what } => {
                write!(f, "your clock says {now}, and {what} is of {at}; nothing was signed")
            }
            Self::StoreAhead { now, first } => {
                write!(
                    f,
                    "your clock says {now}, and your copy of the store is ahead of it: {first}"
                )
            }
            Self::EventNotOpen { opens, closes, now } => {
                write!(
                    f,
                    "the event is open from {opens} until {closes}, and your clock says {now}"
                )
            }
            _ => self.fmt_token(f),
        }
    }

    pub(super) fn home_hint(&self) -> Option<String> {
        if let Self::Bundle { cause, .. } = self {
            return cause.hint();
        }
        if let Self::Derive(cause) = self {
            return Some(cause.hint().to_string());
        }
        let hint = match self {
            Self::NotSetUp { .. } => "run setup first, or name the right --home",
            Self::HomeIsOpen { .. } => "run chmod 700 on it; if somebody else uses this machine, tell infra",
            Self::HomeBusy { .. } => {
                "finish that one first: look for another window or terminal that waits for an answer"
            }
            Self::OtherHomeUnread { .. } => {
                "mend that home or restore it; or make the new one in a folder of its own, and name your others with --other"
            }
            Self::DamagedKey { .. } | Self::ForeignKey { .. } => "restore the home from your backup, or tell infra",
            Self::DamagedMemory { .. } => {
                "restore the home from your backup; what it remembered since then is lost, so tell infra before you sign"
            }
            Self::ProductionKeysInFiles => {
                "name the token with --module and --token and your SSH key with --ssh-key; or, for a rehearsal, say --rehearsal"
            }
            Self::ApprovalKeyKeptFrom { .. } => {
                "a home registers one approval key in its life: make all three keys new, in an empty --home, without --keep"
            }
            Self::OtherMember { .. } => "infra mixed up the files, or this is another member's --home",
            Self::FileName { .. } => "keep the names that files come with; the answer is named after them",
            Self::AsksNothing { .. } | Self::SameTokenTwice { .. } => "do not answer; tell infra and the other members",
            Self::ApprovalKeyInEvent { .. } => {
                "during an event that key answers approval requests only; finish with attend --phase end first"
            }
            Self::NotMyUser { .. } => "do not answer; tell infra and the other members",
            Self::RegisteredBefore { .. } => {
                "it registers once: for a cluster that is set up anew make new keys, with setup and another --home; if the members saw that a stop lost the registration, answer with --again"
            }
            Self::OtherKey { .. } => "name the right --home, or tell infra that the roster is wrong",
            Self::ClockBehind { .. } | Self::StoreAhead { .. } => {
                "set this machine's clock and time zone right, and start again; if they are right, tell the others that the \
                 other clock is wrong"
            }
            Self::NotInOffice { .. } | Self::EventNotOpen { .. } => {
                "check this machine's clock and time zone; if they are right, it is not the time for this"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
