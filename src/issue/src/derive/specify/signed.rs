//! Certificates: of roots and delegates, of subkeys, and of one root by another.

use record::plan::{KeySource, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, Replaces, Step};
use record::policy::KeyAlgorithm;
use x509::{KeyUsage, Name, Oid};

use super::{Context, oid, plan, serial, usage};
use crate::derive::x509_time;
use crate::founding::Founding;
use crate::{CaSpec, CertificateSpec, Error, ExtraExtension};

impl Context<'_> {
    /// A root's or a delegate's certificate.
    pub fn own(&self, step: &Step) -> Result<CertificateSpec, Error> {
        let Step::IssueCertificate {
            name,
            number,
            key,
            issuer,
            serial: hex,
            not_before,
            not_after,
            replaces,
            ..
        } = step
        else {
            return Err(plan("a certificate was expected"));
        };
        let policy = self.inbound.issuing_policy();
        let rule = policy.delegate(name);
        self.check_overlap(replaces.as_ref())?;
        let purposes = rule.map(|rule| policy.purposes(rule)).unwrap_or_default();
        Ok(CertificateSpec {
            serial: serial(hex)?,
            issuer: self.issuer(issuer)?.name,
            // A key that is signed again keeps its name: what it signed itself names it.
            subject: match key {
                KeySource::Standing(stem) => self.standing_name(stem)?,
                _ => self.subject(name, *number)?,
            },
            not_before: x509_time(*not_before),
            not_after: x509_time(*not_after),
            subject_key: self.subject_key(key, rule.map_or(&[KeyAlgorithm::P384], |rule| &rule.algorithms))?,
            issuer_key: self.key(issuer)?.clone(),
            ca: match rule {
                None => Some(CaSpec { path_len: None }),
                Some(rule) => rule.ca.then_some(CaSpec { path_len: Some(0) }),
            },
            key_usage: usage(rule),
            purposes: oids(&purposes)?,
            uris: Vec::new(),
            extra: match rule {
                None => vec![self.founding()?],
                Some(_) => Vec::new(),
            },
        })
    }

    /// A subkey's certificate: it signs, for no more purposes than its delegate has.
    pub fn subkey(&self, step: &Step) -> Result<CertificateSpec, Error> {
        let Step::IssueSubkey {
            rule,
            name,
            number,
            key,
            issuer,
            uris,
            serial: hex,
            not_before,
            not_after,
            ..
        } = step
        else {
            return Err(plan("a subkey was expected"));
        };
        let policy = self.inbound.issuing_policy();
        let rule = policy
            .subkey(rule)
            .ok_or_else(|| plan(&format!("the policy has no subkeys '{rule}'")))?;
        let subject = policy.subkey_subject(rule, name, *number);
        let subject = Name::parse(&subject).map_err(|e| plan(&e.to_string()))?;
        Ok(CertificateSpec {
            serial: serial(hex)?,
            issuer: self.issuer(issuer)?.name,
            subject,
            not_before: x509_time(*not_before),
            not_after: x509_time(*not_after),
            subject_key: self.subject_key(key, &rule.algorithms)?,
            issuer_key: self.key(issuer)?.clone(),
            ca: None,
            key_usage: KeyUsage::DIGITAL_SIGNATURE,
            purposes: oids(&policy.subkey_purposes(rule))?,
            uris: uris.clone(),
            extra: Vec::new(),
        })
    }

    /// A cross-certificate: one root's key under another's signature, for the purposes that the policy knows, and for no
    /// chain longer than a delegate and its subkeys.
    pub fn cross(&self, step: &Step) -> Result<CertificateSpec, Error> {
        let Step::IssueCross {
            subject,
            issuer,
            serial: hex,
            not_before,
            not_after,
            ..
        } = step
        else {
            return Err(plan("a cross-certificate was expected"));
        };
        let signed_for = self.issuer(subject)?;
        if x509_time(*not_after) > signed_for.end {
            return Err(plan(&format!(
                "the cross-certificate for {subject} ends at {not_after}, after {subject} itself"
            )));
        }
        let purposes: Vec<String> = self
            .inbound
            .issuing_policy()
            .all_purposes()
            .map(|(_, oid)| oid)
            .collect();
        Ok(CertificateSpec {
            serial: serial(hex)?,
            issuer: self.issuer(issuer)?.name,
            subject: signed_for.name,
            not_before: x509_time(*not_before),
            not_after: x509_time(*not_after),
            subject_key: self.key(subject)?.clone(),
            issuer_key: self.key(issuer)?.clone(),
            ca: Some(CaSpec { path_len: Some(1) }),
            key_usage: KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN,
            purposes: oids(&purposes)?,
            uris: Vec::new(),
            extra: Vec::new(),
        })
    }

    fn standing_name(&self, stem: &str) -> Result<Name, Error> {
        let tbs = self.standing.certificate(stem);
        let tbs = tbs.ok_or_else(|| plan(&format!("no certificate {stem} stands")))?;
        Ok(tbs.subject().clone())
    }

    /// The older certificate is in use no longer than it lives.
    fn check_overlap(&self, replaces: Option<&Replaces>) -> Result<(), Error> {
        let Some(Replaces { certificate, until }) = replaces else {
            return Ok(());
        };
        let old = self.standing.certificate(certificate);
        let old = old.ok_or_else(|| plan(&format!("no certificate {certificate} stands")))?;
        match x509_time(*until) <= old.not_after() {
            true => Ok(()),
            false => Err(plan(&format!(
                "{certificate} ends at {}, and would be in use until {until}",
                old.not_after()
            ))),
        }
    }

    /// What is in force after the event that makes a root, by digest: whoever has the root can check it.
    fn founding(&self) -> Result<ExtraExtension, Error> {
        let inputs = &self.inbound.plan.inputs;
        let digest = |next, now| inputs.get(next).or_else(|| inputs.get(now)).map(|input| input.0);
        let missing = || plan("roster, policy or log policy is not among the inputs");
        let founding = Founding {
            roster: digest(NEXT_ROSTER, ROSTER).ok_or_else(missing)?,
            policy: digest(NEXT_POLICY, POLICY).ok_or_else(missing)?,
            log_policy: digest(NEXT_LOG_POLICY, LOG_POLICY).ok_or_else(missing)?,
        };
        Ok(ExtraExtension {
            oid: oid(&self.inbound.issuing_policy().founding_extension())?,
            critical: false,
            value: founding.value(),
        })
    }
}

fn oids(dotted: &[String]) -> Result<Vec<Oid>, Error> {
    dotted.iter().map(|one| oid(one)).collect()
}
