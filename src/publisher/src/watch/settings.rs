//! `watch.toml`: by which server messages go, and to whom. Read strictly: a wrong mailbox shows on the day it is needed.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use record::text::{is_name, plain_lines};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::files;

/// What the file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Whether it is of a rehearsal; every message then says so.
    #[serde(default)]
    pub rehearsal: bool,
    /// Who messages are from.
    #[serde(deserialize_with = "address")]
    pub from: Address,
    /// So many messages an hour; what is beyond them is counted.
    #[serde(default = "twenty")]
    pub messages_per_hour: usize,
    /// The server that takes them.
    pub server: Server,
    /// Who gets them.
    #[serde(rename = "member")]
    pub members: Vec<Mailbox>,
}

/// A server that takes messages (RFC 6409).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Server {
    /// Its name, which its certificate has.
    pub host: String,
    /// 465 or 587, most often.
    pub port: u16,
    /// How it is spoken to.
    pub tls: Tls,
    /// Whoever sends; with a password.
    #[serde(default)]
    pub user: Option<String>,
    /// The file that has the password in its one line; from the settings' folder.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// How long each answer is waited for.
    #[serde(default = "twenty_seconds")]
    pub timeout_seconds: u64,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS from the beginning (RFC 8314).
    Implicit,
    /// TLS before anything is said (RFC 3207); never without it.
    Starttls,
    /// None: a server on this machine alone.
    None,
}

/// A member's mailbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// `member-1`
    pub id: String,
    /// The address alone, without a name.
    #[serde(deserialize_with = "address")]
    pub mailbox: Address,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or something in it cannot be meant.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = files::read_text(path, LONGEST)?;
        let wrong = |what: String| Error::Settings {
            path: path.to_owned(),
            what,
        };
        let mut settings: Self = toml::from_str(&text).map_err(|error| wrong(plain_lines(&error.to_string(), 200)))?;
        settings.check().map_err(|what| wrong(what.into()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let file = &mut settings.server.password_file;
        *file = file.take().map(|file| folder.join(file));
        Ok(settings)
    }

    fn check(&self) -> Result<(), &'static str> {
        let server = &self.server;
        let ids: BTreeSet<&str> = self.members.iter().map(|member| member.id.as_str()).collect();
        let mailboxes: BTreeSet<String> = self.members.iter().map(|one| lowered(&one.mailbox)).collect();
        let rules = [
            (ids.iter().all(|id| is_name(id)), "a member is called like member-1"),
            (!ids.is_empty() && ids.len() <= 64, "it names 1 to 64 members"),
            (ids.len() == self.members.len(), "it names a member twice"),
            (mailboxes.len() == ids.len(), "two members have one mailbox"),
            (
                server.tls != Tls::None || is_here(&server.host),
                "tls = \"none\" is for a server on this machine alone: 127.0.0.1, ::1 or localhost",
            ),
            (
                server.user.is_some() == server.password_file.is_some(),
                "user and password-file belong together",
            ),
            (
                (1..=300).contains(&server.timeout_seconds),
                "timeout-seconds is 1 to 300",
            ),
            (
                (1..=1000).contains(&self.messages_per_hour),
                "messages-per-hour is 1 to 1000",
            ),
        ];
        rules.iter().find(|rule| !rule.0).map_or(Ok(()), |rule| Err(rule.1))
    }
}

impl Server {
    /// The password, if there is one.
    ///
    /// # Errors
    /// The file cannot be read, has more than a line, or others may read it.
    pub fn password(&self) -> Result<Option<Zeroizing<String>>, Error> {
        let Some(path) = &self.password_file else {
            return Ok(None);
        };
        files::demand_file(path)?;
        let wrong = |what: &str| Error::Settings {
            path: path.clone(),
            what: what.to_owned(),
        };
        let mode = std::fs::metadata(path).map_err(|cause| Error::Read {
            path: path.clone(),
            cause,
        })?;
        if mode.permissions().mode() & 0o077 != 0 {
            return Err(wrong("others than its owner may read or write the password"));
        }
        let text = Zeroizing::new(files::read_text(path, LONGEST_PASSWORD)?);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        match line.is_empty() || line.contains(['\n', '\r', '\0']) {
            true => Err(wrong("it has a password in one line, and nothing else")),
            false => Ok(Some(Zeroizing::new(line.to_owned()))),
        }
    }

    /// How long each answer is waited for.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

/// `local@domain` (RFC 5321 section 4.1.2), without a name.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = text.bytes().all(|octet| octet.is_ascii_graphic());
    let parsed = text.parse().ok().filter(|_| plain && text.len() <= 254);
    parsed.ok_or_else(|| serde::de::Error::custom("an address is like somebody@example.org, in ASCII"))
}

/// Domains are the same in capital letters; who knows of the rest.
fn lowered(address: &Address) -> String {
    AsRef::<str>::as_ref(address).to_ascii_lowercase()
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn twenty() -> usize {
    20
}

fn twenty_seconds() -> u64 {
    20
}

const LONGEST: usize = 64 * 1024;
const LONGEST_PASSWORD: usize = 1024;

#[cfg(test)]
mod tests;
