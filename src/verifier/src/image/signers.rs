//! Who may sign a manifest: the members of a roster, or the lines of an `allowed_signers` file (ssh-keygen(1)).

use std::collections::BTreeSet;

use record::sshsig::{self, SshKey, SshsigError, namespace};
use record::{Bundle, Roster, Time, bundle, text};

/// Names and their keys. One name may have several keys, and counts once.
#[derive(Debug, Default)]
pub struct Signers(Vec<(String, SshKey)>);

/// Why a file says of nobody that they may sign.
#[derive(Debug)]
pub enum BadSigners {
    /// A roster that is damaged, or of the other mark.
    Roster(record::Error),
    /// A line of `allowed_signers` that would be read otherwise elsewhere; line 0 is the whole file.
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

impl Signers {
    /// Adds those of a file: a roster's members in office now, or the lines of `allowed_signers`.
    ///
    /// # Errors
    /// A file that is neither, or a line that would be read otherwise elsewhere.
    pub fn add(&mut self, bytes: &[u8], rehearsal: bool, now: Time) -> Result<(), BadSigners> {
        match bundle::peek(bytes) {
            Ok(_) => self.add_roster(bytes, rehearsal, now).map_err(BadSigners::Roster),
            Err(_) => self.add_lines(bytes, now),
        }
    }

    /// Whose signature of a manifest it is.
    ///
    /// # Errors
    /// It is nobody's of them, or not good.
    pub fn whose(&self, manifest: &[u8], armored: &[u8]) -> Result<String, String> {
        let mut why = "nobody known has a key".to_owned();
        for (name, key) in &self.0 {
            match sshsig::verify(key, namespace::IMAGE, manifest, armored) {
                Ok(_) => return Ok(name.clone()),
                Err(SshsigError::OtherKey { found, .. }) => {
                    why = format!("it is by the key {found}, which nobody known has");
                }
                Err(cause) => return Err(cause.to_string()),
            }
        }
        Err(why)
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn add_roster(&mut self, bytes: &[u8], rehearsal: bool, now: Time) -> Result<(), record::Error> {
        let roster: Roster = Bundle::decode_marked(bytes, rehearsal)?;
        for member in roster.members.iter().filter(|member| member.in_office(now)) {
            self.0.push((member.id.clone(), member.ssh_key()?));
        }
        Ok(())
    }

    fn add_lines(&mut self, bytes: &[u8], now: Time) -> Result<(), BadSigners> {
        let neither = |_| bad(0, "it is neither a roster nor text".into());
        let text = std::str::from_utf8(bytes).map_err(neither)?;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            self.0.extend(one(line, now).map_err(|why| bad(number, why))?);
        }
        Ok(())
    }
}

/// One line's signer; none where it is for other namespaces or other times.
fn one(line: &str, now: Time) -> Result<Option<(String, SshKey)>, String> {
    let (name, rest) = line.split_once(' ').ok_or("it has a name and nothing else")?;
    // Lists and patterns of names would make one key count for several.
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b)) {
        return Err(format!("'{}' is not one plain name", text::plain(name, 40)));
    }
    let rest = rest.trim_start();
    let (options, key) = match SshKey::parse(rest) {
        Ok(key) => return Ok(Some((name.to_owned(), key))),
        Err(_) => rest.split_once(' ').ok_or("it has no key")?,
    };
    let applies = applies(options, now)?;
    let key = SshKey::parse(key.trim_start()).map_err(|cause| cause.to_string())?;
    Ok(applies.then(|| (name.to_owned(), key)))
}

/// Whether the options allow a signature of an image now.
fn applies(options: &str, now: Time) -> Result<bool, String> {
    let mut applies = true;
    let mut rest = options;
    while !rest.is_empty() {
        let (word, after) = rest.split_once("=\"").ok_or_else(|| unknown(rest))?;
        let (value, next) = after.split_once('"').ok_or_else(|| unknown(rest))?;
        applies &= match word {
            "namespaces" => value.split(',').any(|one| one == namespace::IMAGE),
            "valid-after" => now >= time(value)?,
            "valid-before" => now < time(value)?,
            _ => return Err(unknown(word)),
        };
        rest = match next.strip_prefix(',') {
            Some("") => return Err(unknown(rest)),
            Some(more) => more,
            None if next.is_empty() => next,
            None => return Err(unknown(next)),
        };
    }
    Ok(applies)
}

fn unknown(option: &str) -> String {
    format!("the option '{}' is not known here", text::plain(option, 40))
}

/// `YYYYMMDDHHMMSSZ`, in UTC; other forms depend on where they are read.
fn time(value: &str) -> Result<Time, String> {
    let digits = value
        .strip_suffix('Z')
        .filter(|digits| digits.len() == 14 && digits.is_ascii());
    let spelled = digits.map(|d| {
        let [year, month, day] = [&d[..4], &d[4..6], &d[6..8]];
        format!("{year}-{month}-{day}T{}:{}:{}Z", &d[8..10], &d[10..12], &d[12..])
    });
    let time = spelled.and_then(|spelled| Time::parse(&spelled));
    time.ok_or_else(|| format!("'{}' is no time like 20261122100000Z", text::plain(value, 40)))
}

fn bad(line: usize, why: String) -> BadSigners {
    BadSigners::Line { line, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

    fn at(line: &str) -> Result<bool, String> {
        one(line, Time::parse("2026-11-22T10:00:00Z").expect("a time")).map(|found| found.is_some())
    }

    #[test]
    fn a_line_counts_for_its_namespaces_and_times_alone() {
        for (options, counts) in [
            ("", true),
            ("namespaces=\"image@pki.rust-lang.org\" ", true),
            ("namespaces=\"plan@pki.rust-lang.org,image@pki.rust-lang.org\" ", true),
            ("namespaces=\"plan@pki.rust-lang.org\" ", false),
            (
                "valid-after=\"20261122100000Z\",valid-before=\"20261122100001Z\" ",
                true,
            ),
            ("valid-after=\"20261122100001Z\" ", false),
            ("valid-before=\"20261122100000Z\" ", false),
        ] {
            assert_eq!(at(&format!("member-1 {options}{KEY}")), Ok(counts), "{options}");
        }
    }

    #[test]
    fn refuses_what_could_allow_more_than_it_says() {
        for (line, why) in [
            (format!("* {KEY}"), "'*' is not one plain name"),
            (format!("a,b {KEY}"), "'a,b' is not one plain name"),
            (
                format!("a cert-authority {KEY}"),
                "the option 'cert-authority' is not known here",
            ),
            (
                format!("a valid-after=\"20261122\" {KEY}"),
                "'20261122' is no time like 20261122100000Z",
            ),
            (
                format!("a namespaces=\"x\", {KEY}"),
                "the option 'namespaces=\"x\",' is not known here",
            ),
            ("a".to_owned(), "it has a name and nothing else"),
        ] {
            assert_eq!(at(&line).expect_err("refused"), why, "{line}");
        }
    }
}
