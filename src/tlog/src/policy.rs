//! Log policies: which logs are believed, and which witnesses must have seen what they say (C2SP tlog-policy).

mod lines;

use std::collections::BTreeSet;

use crate::{Checkpoint, Error, SignedCheckpoint, VerifierKey, note::Seen};

/// The most bytes of a policy.
pub const MAX_POLICY: usize = 256 * 1024;

/// The most logs, witnesses and groups, each. The specification asks for at least 32.
pub const MAX_LINES: usize = 64;

/// A log policy. `Display` writes it without comments: logs, frozen ones, witnesses, groups, quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    frozen: Vec<Checkpoint>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Quorum,
}

/// A log whose checkpoints are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its key; the key's name is the log's origin.
    pub key: VerifierKey,
    /// Where to reach it.
    pub url: Option<String>,
}

/// A witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name in the policy, which need not be its key's.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Where to reach it.
    pub url: Option<String>,
}

/// Witnesses or earlier groups, of which some must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name in the policy.
    pub name: String,
    /// How many members it takes, at least one.
    pub threshold: usize,
    /// The names of its members; nobody is in two groups.
    pub members: Vec<String>,
}

/// Who must have cosigned a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quorum {
    /// Nobody: `quorum none`.
    Nobody,
    /// The witness or group of this name.
    Named(String),
}

/// A checkpoint that a policy accepts, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The log's key.
    pub log: VerifierKey,
    /// The witnesses that cosigned, in the order of the note: name in the policy, seconds since 1970.
    pub witnesses: Vec<(String, u64)>,
}

impl Policy {
    /// Reads a policy's file.
    pub fn parse(bytes: &[u8]) -> Result<Policy, Error> {
        lines::parse(bytes)
    }

    /// A policy with these logs and no witnesses, for rehearsals.
    pub fn without_witnesses(logs: impl IntoIterator<Item = VerifierKey>) -> Result<Policy, Error> {
        let lines: String = logs.into_iter().map(|key| format!("log {key}\n")).collect();
        Policy::parse(format!("{lines}quorum none\n").as_bytes())
    }

    /// Whether a checkpoint needs any cosignature. Outside rehearsals a policy without is refused, by its user.
    pub fn has_witnesses(&self) -> bool {
        self.quorum != Quorum::Nobody
    }

    /// The logs that are believed.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The last checkpoints of logs that grow no more, for their keys were lost or stolen.
    ///
    /// An extension of ours: `# frozen <origin> <size> <root>`, which is a comment to others.
    pub fn frozen(&self) -> &[Checkpoint] {
        &self.frozen
    }

    /// Whether a checkpoint lies within what a frozen log counts for; one of any other log does.
    ///
    /// # Errors
    /// [`Error::Frozen`]: it has more entries than the last one, or is another of its size.
    pub fn check_frozen(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        let last = self.frozen.iter().find(|last| last.origin() == checkpoint.origin());
        match last {
            Some(last)
                if checkpoint.size() > last.size() || (checkpoint.size() == last.size() && checkpoint != last) =>
            {
                Err(Error::Frozen {
                    origin: last.origin().to_owned(),
                    last: last.size(),
                    size: checkpoint.size(),
                })
            }
            _ => Ok(()),
        }
    }

    /// The witnesses, whether the quorum counts them or not.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// The groups, each after its members.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Who must have cosigned.
    pub fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// Checks a checkpoint: its origin is listed, and not frozen before it, a key listed for this origin signed it, the quorum
    /// cosigned it, and no line of any listed key is false.
    pub fn check(&self, signed: &SignedCheckpoint) -> Result<Accepted, Error> {
        let origin = signed.checkpoint().origin().to_owned();
        if !self.logs.iter().any(|log| log.key.name() == origin) {
            return Err(Error::UnknownLog { origin });
        }
        self.check_frozen(signed.checkpoint())?;
        let logs = self.logs.iter().map(|log| &log.key);
        let seen = match signed.verify(logs.clone().chain(self.witnesses.iter().map(|witness| &witness.key))) {
            Err(Error::NoKnownSignature) => Vec::new(),
            seen => seen?,
        };
        let signer = logs
            .filter(|key| key.name() == origin)
            .find(|key| seen.iter().any(|seen| seen.key == *key));
        let log = signer.ok_or(Error::LogSignatureMissing { origin })?.clone();
        let witnesses = self.cosigners(&seen);
        self.check_quorum(witnesses.iter().map(|(name, _)| name.as_str()))?;
        Ok(Accepted { log, witnesses })
    }

    /// The witnesses among the keys seen: each key counts once, however many lines it has.
    fn cosigners(&self, seen: &[Seen<'_>]) -> Vec<(String, u64)> {
        let witness = |seen: &Seen<'_>| {
            Some((
                self.witnesses.iter().find(|w| w.key == *seen.key)?.name.clone(),
                seen.time?,
            ))
        };
        seen.iter().filter_map(witness).collect()
    }

    fn check_quorum<'n>(&'n self, cosigned: impl Iterator<Item = &'n str> + Clone) -> Result<(), Error> {
        let Quorum::Named(quorum) = &self.quorum else {
            return Ok(());
        };
        let mut satisfied: BTreeSet<&str> = cosigned.clone().collect();
        // Groups come after their members, so one pass settles them.
        for group in &self.groups {
            let members = group
                .members
                .iter()
                .filter(|member| satisfied.contains(member.as_str()));
            if members.count() >= group.threshold {
                satisfied.insert(&group.name);
            }
        }
        match satisfied.contains(quorum.as_str()) {
            true => Ok(()),
            false => {
                let cosigned = cosigned.map(str::to_owned).collect();
                Err(Error::WitnessesShort {
                    quorum: quorum.clone(),
                    cosigned,
                })
            }
        }
    }
}
