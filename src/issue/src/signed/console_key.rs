//! The console's key: that of its certificate, which must chain to the root that is trusted.

use record::plan::{Inbound, POLICY};
use record::record::Record;
use record::results::Results;
use record::sshsig::SshKey;
use record::{Bundle, Bytes, Digest, Time};
use x509::{Certificate, Crl, CrlPolicy, Oid, VerifiedChain, verify_chain};

use crate::derive::x509_time;
use crate::founding::Founding;

/// What is trusted beforehand, and what helps.
pub(super) struct Trust {
    /// The root.
    pub root: Certificate,
    /// The policy in force, where it is not the root's first one.
    pub policy: Option<Vec<u8>>,
    /// Further certificates.
    pub certificates: Vec<Certificate>,
}

/// The console's key at the event.
pub(super) struct ConsoleKey {
    /// As an SSH key.
    pub key: SshKey,
    /// Its certificates in words, from its own to the root.
    pub chain: Vec<String>,
    /// The moment for which the chain holds: the event's end.
    pub at: Time,
}

impl Trust {
    /// The key with which the console signed what the event made; none if no key of the console stood.
    pub fn console_key(&self, results: &Results, rehearsal: bool) -> Result<Option<ConsoleKey>, String> {
        let said = |cause: record::Error| cause.to_string();
        let inbound = Inbound::open(&results.plan).map_err(said)?;
        let Some(name) = inbound.console_key() else {
            return Ok(None);
        };
        let ended = Bundle::<Record>::decode_marked(&results.record, rehearsal)
            .map_err(said)?
            .ended;
        let purpose = self.purpose(&inbound)?;
        let all = self.certificates(&inbound, results);
        let named = |(stem, certificate): &(String, Certificate)| (*stem == name).then(|| certificate.clone());
        let leaf = all.iter().find_map(named).ok_or_else(|| {
            format!("the certificate of {name} is neither in the results nor in what stood before; name it with --certificate")
        })?;
        let others: Vec<Certificate> = all.into_iter().map(|one| one.1).collect();
        let chain = self.chain(&leaf, &others, ended, &purpose, &crls(&inbound, results))?;
        let key =
            SshKey::from_p384_spki(leaf.tbs().public_key().spki_der()).map_err(|cause| format!("{name}: {cause}"))?;
        let subject = |one: &&Certificate| one.tbs().subject().to_string();
        Ok(Some(ConsoleKey {
            key,
            chain: chain.certificates().iter().map(subject).collect(),
            at: ended,
        }))
    }

    /// Which purpose is the console's, the policy says; and the policy is the root's first one, or one that is trusted.
    /// What the results bring along could call any delegate the console.
    fn purpose(&self, inbound: &Inbound) -> Result<Oid, String> {
        let digest = Digest::of(&inbound.inputs[POLICY]);
        let named = self.policy.as_ref().map(|bytes| Digest::of(bytes));
        let extensions = self.root.tbs().extensions().iter();
        let first = extensions
            .filter_map(|one| Founding::parse(&one.value))
            .map(|one| one.policy)
            .next();
        if named.or(first) != Some(digest) {
            return Err(match named {
                Some(_) => format!("the event followed another policy than the one named: {digest}"),
                None => format!(
                    "the event followed the policy {digest}, which is not the root's first one; name it with --policy"
                ),
            });
        }
        let rule = inbound.policy.delegate("console").ok_or("the policy has no console")?;
        Oid::parse(&inbound.policy.purpose(rule)).map_err(|cause| cause.to_string())
    }

    /// By their names: those that were made, those that stood, those that are given.
    fn certificates(&self, inbound: &Inbound, results: &Results) -> Vec<(String, Certificate)> {
        let parsed = |stem: String, der: &Bytes| Some((stem, Certificate::parse(der).ok()?));
        let made = results
            .certificates
            .iter()
            .filter_map(|one| parsed(one.stem(), &one.der));
        let standing = inbound.standing.iter().flat_map(|standing| &standing.certificates);
        let stood = standing.filter_map(|one| parsed(one.stem(), &one.der));
        let console = inbound.console_key().unwrap_or_default();
        // One that is given may be the console's: the chain and the signature say whether it is.
        let given = self.certificates.iter().map(|one| (console.clone(), one.clone()));
        made.chain(stood).chain(given).collect()
    }

    fn chain<'a>(
        &'a self,
        leaf: &'a Certificate,
        others: &'a [Certificate],
        at: Time,
        purpose: &Oid,
        crls: &[Crl],
    ) -> Result<VerifiedChain<'a>, String> {
        let chain = verify_chain(
            leaf,
            others,
            &self.root,
            x509_time(at),
            purpose,
            crls,
            CrlPolicy::IfPresent,
        );
        let chain = chain.map_err(|cause| format!("the console's certificate does not hold: {cause}"))?;
        match chain.may_sign() {
            true => Ok(chain),
            false => Err("the console's certificate is for issuing alone".into()),
        }
    }
}

fn crls(inbound: &Inbound, results: &Results) -> Vec<Crl> {
    let made = results.crls.iter().map(|one| &one.der);
    let stood = inbound
        .standing
        .iter()
        .flat_map(|standing| standing.crls.iter().map(|one| &one.der));
    made.chain(stood).filter_map(|der| Crl::parse(der).ok()).collect()
}
