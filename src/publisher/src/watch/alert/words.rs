//! Alerts in words. Names in them are printable ASCII without spaces, for nothing else becomes part of an access.

use record::access::{ConsoleWhat, GapWhat, HsmAccess, Mfa};
use record::text::plain;

use super::{Alert, Kind};
use crate::watch::follow::Notice;

impl Alert {
    /// In a few words, without its time: alerts of the same words are counted together.
    pub fn headline(&self) -> String {
        match self {
            Self::Console(access) => {
                let who = access.user.as_deref().unwrap_or("a name that is no account's");
                match access.what {
                    ConsoleWhat::Login => format!("LOGIN at the console: {who}"),
                    ConsoleWhat::Logout => format!("logout at the console: {who}"),
                    ConsoleWhat::Failed => format!("failed login at the console: {who}"),
                    ConsoleWhat::PowerOn => "POWER ON: the console started".into(),
                    ConsoleWhat::PowerOff => "POWER OFF: the console stopped".into(),
                }
            }
            Self::Hsm(access) => self.hsm(access),
            Self::Gap(gap) => match gap.what {
                GapWhat::Sequence => format!("ENTRIES ARE MISSING in the log of {}", word(gap.hsm.as_deref())),
                GapWhat::Suppressed => "the console left lines of its log out".into(),
                GapWhat::Unread => "lines of a log could not be read".into(),
                GapWhat::PowerOff => "the console started, and no line says that it had stopped".into(),
            },
            Self::Unread { log, .. } => format!("LINES NOT READ, which may be logins: {log}"),
            Self::File { log, what, .. } => match what {
                Notice::Cut => format!("LOG CUT SHORT: {log}"),
                Notice::Replaced => format!("LOG REPLACED: {log}"),
                Notice::Gone => format!("LOG GONE before it was read: {log}"),
            },
            Self::Blind { log, .. } => format!("WATCH IS BLIND: {log} cannot be read"),
        }
    }

    fn hsm(&self, access: &HsmAccess) -> String {
        let what = match (self.kind(), access.done) {
            (Kind::Key, _) => "KEY CHANGE in the HSM",
            (Kind::Change, _) if access.sequence.is_none() => "HSM SERVICE CHANGED",
            (Kind::Change, _) => "HSM CHANGED",
            (_, false) => "refused by the HSM",
            _ if access.operation == "CN_LOGIN" => "LOGIN at the HSM",
            (Kind::Minor, _) => "routine of the HSM",
            _ => "HSM access",
        };
        match access.user.as_deref().or(access.role.as_deref()) {
            Some(who) => format!("{what}: {} by {}", access.operation, plain(who, 63)),
            None => format!("{what}: {}", access.operation),
        }
    }

    /// What more is known, by name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("when", format!("{} (UTC)", self.time()))];
        match self {
            Self::Console(access) => facts.extend(access.user.iter().map(|user| ("account", user.clone()))),
            Self::Hsm(access) => facts.extend(of_hsm(access)),
            Self::Gap(gap) => {
                facts.push(("missing", gap.to_string()));
            }
            Self::Unread { whys, .. } => {
                facts.extend(whys.iter().map(|(why, count)| ("lines", format!("{count}: {why}"))));
            }
            Self::File { what, .. } => facts.push(("means", file(*what).into())),
            Self::Blind { why, .. } => facts.push(("why", why.clone())),
        }
        facts
    }
}

fn of_hsm(access: &HsmAccess) -> Vec<(&'static str, String)> {
    let cloud = access.sequence.is_none();
    let place = match access.sequence {
        Some(sequence) => format!("{}, number {sequence} of its log", access.hsm),
        None => format!("{}, by CloudTrail", access.hsm),
    };
    let role = match (&access.role, cloud) {
        (Some(role), true) => plain(role, 200),
        (Some(role), false) => format!("{} (the last call before it; no proof)", plain(role, 200)),
        (None, _) => "none known yet: CloudTrail comes minutes later".into(),
    };
    let done = if access.done { "done" } else { "REFUSED" };
    vec![
        (if cloud { "cluster" } else { "HSM" }, place),
        ("operation", format!("{}, {done}", access.operation)),
        ("HSM user", word(access.user.as_deref()).to_owned()),
        ("IAM role", role),
        (
            "second factor",
            match access.mfa {
                Mfa::Yes => "yes",
                Mfa::No => "NO",
                Mfa::Unknown => "not known",
            }
            .into(),
        ),
    ]
}

fn file(what: Notice) -> &'static str {
    match what {
        Notice::Cut => "the file is shorter than what was read of it; it is read again from its beginning",
        Notice::Replaced => "what was read of the file is no longer in it; it is read again from its beginning",
        Notice::Gone => "the file in which reading stopped is not there any more; what it had since then was not seen",
    }
}

fn word(text: Option<&str>) -> &str {
    text.unwrap_or("none")
}
