//! The subject of a certificate: its name after the policy, and its key, which the policy must allow.

use record::plan::KeySource;
use record::policy::KeyAlgorithm;
use x509::{Algorithm, Csr, Name, PublicKey};

use super::{Context, plan};
use crate::Error;

impl Context<'_> {
    /// The name of a root or delegate.
    pub fn subject(&self, name: &str, number: u32) -> Result<Name, Error> {
        let policy = self.inbound.issuing_policy();
        let common_name = match policy.delegate(name) {
            Some(rule) => &rule.common_name,
            None if name == "root" => &policy.root.common_name,
            None => return Err(plan(&format!("the policy has no delegate '{name}'"))),
        };
        Name::parse(&policy.subject(common_name, number)).map_err(|e| plan(&e.to_string()))
    }

    /// The subject's key; `allowed` are the algorithms that the policy lets it have.
    pub fn subject_key(&self, source: &KeySource, allowed: &[KeyAlgorithm]) -> Result<PublicKey, Error> {
        let (key, what) = match source {
            KeySource::Made(name) => (self.key(name)?.clone(), name),
            KeySource::Standing(stem) => (self.standing_key(stem)?, stem),
            KeySource::Request(input) => (self.requested(input)?, input),
        };
        let algorithm = match key.algorithm() {
            Algorithm::P384 => KeyAlgorithm::P384,
            Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
        };
        match allowed.contains(&algorithm) {
            true => Ok(key),
            false => Err(plan(&format!(
                "the policy does not allow the key of {what}, which is {}",
                key.algorithm()
            ))),
        }
    }

    fn standing_key(&self, stem: &str) -> Result<PublicKey, Error> {
        let tbs = self.standing.certificate(stem);
        let tbs = tbs.ok_or_else(|| plan(&format!("no certificate {stem} stands")))?;
        Ok(tbs.public_key().clone())
    }

    fn requested(&self, input: &str) -> Result<PublicKey, Error> {
        let bytes = self
            .inbound
            .inputs
            .get(input)
            .ok_or_else(|| plan(&format!("{input} is not there")))?;
        let refused = |reason| Error::Request {
            input: input.to_owned(),
            reason,
        };
        Ok(Csr::parse(bytes).map_err(refused)?.public_key().clone())
    }
}
