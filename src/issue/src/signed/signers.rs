//! Whether members' signatures count: key, namespace, touch, and office at the bundle's time.

use std::collections::BTreeSet;

use record::sshsig::{self, SshKey};
use record::{AnyBundle, Member, Roster};

use super::Signature;

/// What was found of the signatures beside a bundle.
#[derive(Default)]
pub(super) struct Verdict {
    /// Who signed well, each once.
    pub good: BTreeSet<String>,
    /// What is good of each, in words.
    pub said: Vec<String>,
    /// What is wrong, in words.
    pub wrong: Vec<String>,
}

/// What members sign, and who of them may.
pub(super) struct Members<'a> {
    /// The bundle.
    pub bundle: &'a AnyBundle,
    /// Its file.
    pub bytes: &'a [u8],
    /// Where their keys are from.
    pub roster: &'a Roster,
    /// The only ones who may, if it is not all.
    pub only: Option<&'a [String]>,
}

impl Members<'_> {
    /// Judges each file.
    pub fn judge(&self, files: &[Signature]) -> Verdict {
        let mut verdict = Verdict::default();
        for file in files {
            let path = &file.name;
            match self.judged(file) {
                Ok((member, words)) => {
                    verdict.said.push(format!("{path}: {words}"));
                    if !verdict.good.insert(member.clone()) {
                        verdict
                            .said
                            .push(format!("{member} signed more than once, and counts once"));
                    }
                }
                Err(what) => verdict.wrong.push(format!("{path}: {what}")),
            }
        }
        verdict
    }

    fn judged(&self, file: &Signature) -> Result<(String, String), String> {
        let (member, key) = self.whose(file)?;
        let namespace = self.bundle.kind().namespace;
        let verified =
            sshsig::verify(&key, namespace, self.bytes, &file.armoured).map_err(|cause| cause.to_string())?;
        if self.only.is_some_and(|only| !only.contains(&member.id)) {
            return Err(format!("{} was not present", member.id));
        }
        let office = office(self.bundle, member)?;
        let touch = match verified.fido_counter {
            Some(counter) => format!(", with a touch (the key's signature number {counter})"),
            None => String::new(),
        };
        let words = format!(
            "good, {namespace}, by {} with {} {}{touch}; {office}",
            member.id,
            key.algorithm(),
            key.fingerprint()
        );
        Ok((member.id.clone(), words))
    }

    /// By the key that the signature has; what a file's name says must agree.
    fn whose(&self, file: &Signature) -> Result<(&Member, SshKey), String> {
        let claim = sshsig::claim(&file.armoured).map_err(|cause| cause.to_string())?;
        let mut known = self.roster.members.iter().filter_map(with_key);
        let found = known.find(|(_, key)| key.fingerprint() == claim.key);
        let (member, key) = found.ok_or_else(|| {
            format!(
                "signed by key {}, which is nobody's in roster {}",
                claim.key, self.roster.number
            )
        })?;
        match &file.member {
            Some(named) if *named != member.id => {
                Err(format!("the file is called {named}'s, and the key is {}'s", member.id))
            }
            _ => Ok((member, key)),
        }
    }
}

fn with_key(member: &Member) -> Option<(&Member, SshKey)> {
    Some((member, member.ssh_key().ok()?))
}

/// Days before an event, and somebody's first term may begin with it.
fn is_said_before(bundle: &AnyBundle) -> bool {
    matches!(
        bundle,
        AnyBundle::Recipient(_) | AnyBundle::Review(_) | AnyBundle::Refusal(_)
    )
}

fn office(bundle: &AnyBundle, member: &Member) -> Result<String, String> {
    match bundle.at() {
        None => Ok("the bundle says no time at which they must be in office, so that is not judged".into()),
        Some(at) if member.in_office(at) => Ok(format!("in office at {at}")),
        Some(at) if is_said_before(bundle) && at < member.from => Ok(format!(
            "made at {at}, before they come into office at {}, as a {} may be",
            member.from,
            bundle.kind().name
        )),
        Some(at) => Err(format!(
            "{} was in office from {} until {}, and the bundle is of {at}",
            member.id, member.from, member.until
        )),
    }
}
