//! From the plan's steps, the policy's rules and the requests to specifications that leave nothing open.

use record::digest;
use record::plan::{Inbound, KeySource, LOG_POLICY, POLICY, ROSTER, Step};
use record::policy::{DelegateRule, KeyAlgorithm};
use x509::{Algorithm, Csr, KeyUsage, Name, Oid, PublicKey, Reason, Time};

use super::{Content, Derived, Keys, x509_time};
use crate::founding::Founding;
use crate::{
    CaSpec, CertificateSpec, CrlEntry, CrlSpec, Error, Exemption, ExtraExtension, freeze_certificate, freeze_crl,
};

/// Everything that a plan's steps have signed, in order.
pub fn steps(inbound: &Inbound, keys: &Keys, now: Time) -> Result<Vec<Derived>, Error> {
    let context = Context {
        inbound,
        keys,
        now,
        exemptions: exemptions(inbound)?,
    };
    inbound
        .plan
        .step
        .iter()
        .filter_map(|step| context.step(step).transpose())
        .collect()
}

struct Context<'a> {
    inbound: &'a Inbound,
    keys: &'a Keys,
    now: Time,
    exemptions: Vec<Exemption>,
}

impl Context<'_> {
    fn step(&self, step: &Step) -> Result<Option<Derived>, Error> {
        match step {
            Step::MakeKey { .. } => Ok(None),
            Step::IssueCertificate {
                id,
                name,
                number,
                issuer,
                ..
            } => {
                let (spec, issuer_end) = self.certificate(step)?;
                let tbs = freeze_certificate(&spec, issuer_end, None, &self.exemptions, self.now)?;
                let content = Content::Certificate(Box::new(tbs));
                let file = format!("certs/{name}-{number}.der");
                Ok(Some(Derived {
                    step: id.clone(),
                    issuer: issuer.clone(),
                    file,
                    content,
                }))
            }
            Step::IssueCrl { id, issuer, number, .. } => {
                let (spec, issuer_end) = self.crl(step)?;
                let content = Content::Crl(freeze_crl(&spec, issuer_end, &self.exemptions, self.now)?);
                let file = format!("crl/{issuer}/{number}.crl");
                Ok(Some(Derived {
                    step: id.clone(),
                    issuer: issuer.clone(),
                    file,
                    content,
                }))
            }
        }
    }

    fn certificate(&self, step: &Step) -> Result<(CertificateSpec, Option<Time>), Error> {
        let Step::IssueCertificate {
            name,
            number,
            key,
            issuer,
            serial,
            not_before,
            not_after,
            ..
        } = step
        else {
            return Err(plan("a certificate was expected"));
        };
        let rule = self.inbound.policy.delegate(name);
        let (issuer_name, issuer_end) = self.issuer(issuer)?;
        let spec = CertificateSpec {
            serial: digest::unhex(serial).ok_or_else(|| plan(&format!("the serial number {serial} is not one")))?,
            issuer: issuer_name,
            subject: self.subject(name, *number)?,
            not_before: x509_time(*not_before),
            not_after: x509_time(*not_after),
            subject_key: self.subject_key(key, rule)?,
            issuer_key: self.key(issuer)?.clone(),
            ca: match rule {
                None => Some(CaSpec { path_len: None }),
                Some(rule) => rule.ca.then_some(CaSpec { path_len: Some(0) }),
            },
            key_usage: usage(rule),
            purposes: rule
                .map(|rule| oid(&self.inbound.policy.purpose(rule)))
                .transpose()?
                .into_iter()
                .collect(),
            uris: Vec::new(),
            extra: if rule.is_none() {
                vec![self.founding()?]
            } else {
                Vec::new()
            },
        };
        let end = (!spec.self_signed()).then_some(issuer_end);
        Ok((spec, end))
    }

    fn crl(&self, step: &Step) -> Result<(CrlSpec, Time), Error> {
        let Step::IssueCrl {
            issuer,
            number,
            this_update,
            next_update,
            revoked,
            ..
        } = step
        else {
            return Err(plan("a revocation list was expected"));
        };
        let (issuer_name, issuer_end) = self.issuer(issuer)?;
        let entry = |entry: &record::plan::Revoked| {
            Ok(CrlEntry {
                serial: digest::unhex(&entry.serial).ok_or_else(|| plan("a revoked serial number is not one"))?,
                date: x509_time(entry.at),
                reason: Some(Reason::from_name(&entry.reason).ok_or_else(|| {
                    plan(&format!(
                        "'{}' is no reason of RFC 5280 §5.3.1",
                        record::text::plain(&entry.reason, 40)
                    ))
                })?),
            })
        };
        let spec = CrlSpec {
            issuer: issuer_name,
            issuer_key: self.key(issuer)?.clone(),
            number: *number,
            this_update: x509_time(*this_update),
            next_update: x509_time(*next_update),
            entries: revoked.iter().map(entry).collect::<Result<_, Error>>()?,
        };
        Ok((spec, issuer_end))
    }

    /// Name and end of the certificate whose key signs.
    fn issuer(&self, issuer: &str) -> Result<(Name, Time), Error> {
        let found = self.inbound.plan.step.iter().find_map(|step| match step {
            Step::IssueCertificate {
                name,
                number,
                key: KeySource::Made(key),
                not_after,
                ..
            } if key == issuer => Some((name, *number, *not_after)),
            _ => None,
        });
        let (name, number, end) = found.ok_or_else(|| plan(&format!("the issuer {issuer} gets no certificate")))?;
        Ok((self.subject(name, number)?, x509_time(end)))
    }

    fn subject(&self, name: &str, number: u32) -> Result<Name, Error> {
        let policy = &self.inbound.policy;
        let common_name = match policy.delegate(name) {
            Some(rule) => &rule.common_name,
            None if name == "root" => &policy.root.common_name,
            None => return Err(plan(&format!("the policy has no delegate '{name}'"))),
        };
        Name::parse(&policy.subject(common_name, number)).map_err(|e| plan(&e.to_string()))
    }

    fn key(&self, name: &str) -> Result<&PublicKey, Error> {
        self.keys
            .get(name)
            .ok_or_else(|| plan(&format!("the public key of {name} is not there")))
    }

    fn subject_key(&self, source: &KeySource, rule: Option<&DelegateRule>) -> Result<PublicKey, Error> {
        let (key, what) = match source {
            KeySource::Made(name) => (self.key(name)?.clone(), name),
            KeySource::Request(input) => {
                let bytes = self
                    .inbound
                    .inputs
                    .get(input)
                    .ok_or_else(|| plan(&format!("{input} is not there")))?;
                let refused = |reason| Error::Request {
                    input: input.clone(),
                    reason,
                };
                (Csr::parse(bytes).map_err(refused)?.public_key().clone(), input)
            }
        };
        let algorithm = match key.algorithm() {
            Algorithm::P384 => KeyAlgorithm::P384,
            Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
        };
        let allowed = rule.map_or(algorithm == KeyAlgorithm::P384, |rule| {
            rule.algorithms.contains(&algorithm)
        });
        match allowed {
            true => Ok(key),
            false => Err(plan(&format!(
                "the policy does not allow the key of {what}, which is {}",
                key.algorithm()
            ))),
        }
    }

    fn founding(&self) -> Result<ExtraExtension, Error> {
        let digest = |name| self.inbound.plan.inputs.get(name).map(|input| input.0);
        let missing = || plan("roster, policy or log policy is not among the inputs");
        let founding = Founding {
            roster: digest(ROSTER).ok_or_else(missing)?,
            policy: digest(POLICY).ok_or_else(missing)?,
            log_policy: digest(LOG_POLICY).ok_or_else(missing)?,
        };
        let oid = oid(&self.inbound.policy.founding_extension())?;
        Ok(ExtraExtension {
            oid,
            critical: false,
            value: founding.value(),
        })
    }
}

fn usage(rule: Option<&DelegateRule>) -> KeyUsage {
    let issuing = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN;
    match rule {
        None => issuing,
        Some(rule) if rule.ca && rule.signs => issuing | KeyUsage::DIGITAL_SIGNATURE,
        Some(rule) if rule.ca => issuing,
        Some(_) => KeyUsage::DIGITAL_SIGNATURE,
    }
}

fn exemptions(inbound: &Inbound) -> Result<Vec<Exemption>, Error> {
    let exemption = |rule: &record::policy::Exemption| {
        let lint = crate::lint::Lint::ALL.iter().find(|lint| lint.name() == rule.lint);
        let lint = *lint.ok_or_else(|| plan(&format!("the policy exempts from '{}', which is no lint", rule.lint)))?;
        let until = x509_time(rule.ends);
        let (owner, reason, second) = (rule.owner.clone(), rule.reason.clone(), rule.second.clone());
        Ok(Exemption {
            lint,
            until,
            owner,
            reason,
            second,
        })
    };
    inbound.policy.exemption.iter().map(exemption).collect()
}

fn oid(dotted: &str) -> Result<Oid, Error> {
    Oid::parse(dotted).map_err(|e| plan(&e.to_string()))
}

fn plan(what: &str) -> Error {
    Error::Plan(what.to_owned())
}
