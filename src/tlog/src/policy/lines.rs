//! A policy's text, line by line.

use std::{collections::BTreeSet, fmt};

use super::{Group, Log, MAX_LINES, MAX_POLICY, Policy, Quorum, Witness};
use crate::{Checkpoint, Error, Hash, VerifierKey, error::PolicyFault, note::Algorithm, text};

/// Reads a policy's file. Stricter than the specification in this: it is UTF-8, and no log's key is a witness's too.
pub(super) fn parse(bytes: &[u8]) -> Result<Policy, Error> {
    let mut reader = Reader::default();
    for (number, line) in lines(bytes)?.enumerate() {
        reader
            .line(line)
            .map_err(|why| Error::PolicyLine { line: number + 1, why })?;
    }
    let Reader {
        logs,
        frozen,
        witnesses,
        groups,
        quorum,
        ..
    } = reader;
    Ok(Policy {
        logs,
        frozen,
        witnesses,
        groups,
        quorum: quorum.ok_or(Error::NoQuorum)?,
    })
}

fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = &str>, Error> {
    if bytes.len() > MAX_POLICY {
        return Err(Error::TooLarge {
            what: "the log policy",
            length: bytes.len() as u64,
            limit: MAX_POLICY as u64,
        });
    }
    let allowed = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x20..=0x7e | 0x80..=0xff);
    let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.iter().all(allowed));
    let text = text
        .and_then(|text| text.strip_suffix('\n'))
        .ok_or(Error::PolicyCharacters)?;
    Ok(text.split('\n'))
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    logs: Vec<Log>,
    frozen: Vec<Checkpoint>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Quorum>,
    /// Names that are a group's member already.
    grouped: BTreeSet<String>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), PolicyFault> {
        // Only space and tab separate: a no-break space belongs to a name.
        let items: Vec<&str> = line.split([' ', '\t']).filter(|item| !item.is_empty()).collect();
        match items[..] {
            [] => Ok(()),
            ["#", FROZEN, origin, size, root] => self.frozen(origin, size, root),
            // What is meant to freeze a log and is misspelt must not pass for a comment.
            [first, ..] if first.starts_with('#') => match is_frozen(line) {
                true => Err(PolicyFault::Items),
                false => Ok(()),
            },
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, threshold, ref members @ ..] if !members.is_empty() => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            ["log" | "witness" | "group" | "quorum", ..] => Err(PolicyFault::Items),
            [word, ..] => Err(PolicyFault::Keyword(text::excerpt(word))),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        check_room(self.logs.len())?;
        let key = self.key(key, Algorithm::Ed25519)?;
        self.logs.push(Log {
            key,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    /// The last checkpoint of a log that is listed above.
    fn frozen(&mut self, origin: &str, size: &str, root: &str) -> Result<(), PolicyFault> {
        if !self.logs.iter().any(|log| log.key.name() == origin) {
            return Err(PolicyFault::UnknownName(text::excerpt(origin)));
        }
        if self.frozen.iter().any(|last| last.origin() == origin) {
            return Err(PolicyFault::DuplicateName(text::excerpt(origin)));
        }
        let last = || Checkpoint::new(origin, text::decimal(size)?, Hash::parse(root)?);
        let last = last().map_err(|why| PolicyFault::Frozen(Box::new(why)))?;
        self.frozen.push(last);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        check_room(self.witnesses.len())?;
        self.check_new(name)?;
        let key = self.key(key, Algorithm::Cosignature)?;
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            url: url.map(str::to_owned),
        });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), PolicyFault> {
        check_room(self.groups.len())?;
        self.check_new(name)?;
        for member in members {
            self.check_known(member)?;
            if !self.grouped.insert((*member).to_owned()) {
                return Err(PolicyFault::SecondGroup((*member).to_owned()));
            }
        }
        let threshold =
            count(threshold, members.len()).ok_or_else(|| PolicyFault::Threshold(text::excerpt(threshold)))?;
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group {
            name: name.to_owned(),
            threshold,
            members,
        });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        let quorum = match name {
            "none" => Quorum::Nobody,
            name => {
                self.check_known(name)?;
                Quorum::Named(name.to_owned())
            }
        };
        match self.quorum.replace(quorum) {
            None => Ok(()),
            Some(_) => Err(PolicyFault::SecondQuorum),
        }
    }

    /// A key of the wanted kind that is not listed yet. A log that is its own witness would witness nothing.
    fn key(&self, vkey: &str, wanted: Algorithm) -> Result<VerifierKey, PolicyFault> {
        let key = VerifierKey::parse(vkey).map_err(|why| PolicyFault::Key(Box::new(why)))?;
        if key.algorithm() != wanted {
            let why = Error::KeyType {
                name: key.name().to_owned(),
                found: key.algorithm() as u8,
            };
            return Err(PolicyFault::Key(Box::new(why)));
        }
        let mut listed = self
            .logs
            .iter()
            .map(|log| &log.key)
            .chain(self.witnesses.iter().map(|witness| &witness.key));
        match listed.any(|other| other.public_key() == key.public_key()) {
            true => Err(PolicyFault::DuplicateKey),
            false => Ok(key),
        }
    }

    fn check_new(&self, name: &str) -> Result<(), PolicyFault> {
        match name == "none" || self.is_defined(name) {
            true => Err(PolicyFault::DuplicateName(text::excerpt(name))),
            false => Ok(()),
        }
    }

    fn check_known(&self, name: &str) -> Result<(), PolicyFault> {
        match self.is_defined(name) {
            true => Ok(()),
            false => Err(PolicyFault::UnknownName(text::excerpt(name))),
        }
    }

    fn is_defined(&self, name: &str) -> bool {
        self.witnesses.iter().any(|witness| witness.name == name) || self.groups.iter().any(|group| group.name == name)
    }
}

fn is_frozen(comment: &str) -> bool {
    let text = comment.trim_start_matches([' ', '\t', '#']);
    text.get(..FROZEN.len())
        .is_some_and(|word| word.eq_ignore_ascii_case(FROZEN))
}

/// A group's threshold: from 1 to the number of its members.
fn count(threshold: &str, members: usize) -> Option<usize> {
    let count = match threshold {
        "any" => 1,
        "all" => members,
        number => usize::try_from(text::decimal(number).ok()?).ok()?,
    };
    (1..=members).contains(&count).then_some(count)
}

fn check_room(lines: usize) -> Result<(), PolicyFault> {
    if lines < MAX_LINES {
        Ok(())
    } else {
        Err(PolicyFault::TooMany)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Log { key, url } in &self.logs {
            writeln!(f, "log {key}{}", Url(url))?;
        }
        for last in &self.frozen {
            writeln!(f, "# {FROZEN} {} {} {}", last.origin(), last.size(), last.root())?;
        }
        for Witness { name, key, url } in &self.witnesses {
            writeln!(f, "witness {name} {key}{}", Url(url))?;
        }
        for Group {
            name,
            threshold,
            members,
        } in &self.groups
        {
            writeln!(f, "group {name} {threshold} {}", members.join(" "))?;
        }
        match &self.quorum {
            Quorum::Nobody => writeln!(f, "quorum none"),
            Quorum::Named(name) => writeln!(f, "quorum {name}"),
        }
    }
}

/// The optional last item of a line.
struct Url<'a>(&'a Option<String>);

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|url| write!(f, " {url}"))
    }
}

/// The word of our extension.
const FROZEN: &str = "frozen";
