//! From the plan's steps, the policy's rules and the requests to specifications that leave nothing open.

mod issuer;
mod list;
mod signed;
mod subject;

use record::digest;
use record::plan::{Inbound, Step};
use record::policy::DelegateRule;
use x509::{KeyUsage, Oid, Time};

use super::standing::Standing;
use super::{Content, Derived, Keys};
use crate::{CertificateSpec, Error, Exemption, freeze_certificate, freeze_crl};

pub use issuer::key as issuer_key;

/// Everything that a plan's steps have signed, in order.
pub fn steps(inbound: &Inbound, standing: &Standing, keys: &Keys, now: Time) -> Result<Vec<Derived>, Error> {
    let context = Context {
        inbound,
        standing,
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

/// What every specification is made from.
struct Context<'a> {
    inbound: &'a Inbound,
    standing: &'a Standing,
    keys: &'a Keys,
    now: Time,
    exemptions: Vec<Exemption>,
}

impl Context<'_> {
    fn step(&self, step: &Step) -> Result<Option<Derived>, Error> {
        let Some(issuer) = step.issuer() else {
            return Ok(None);
        };
        let (file, content) = match step {
            Step::IssueCrl(list) => {
                let (spec, issuer_end) = self.list(list)?;
                let tbs = freeze_crl(&spec, issuer_end, &self.exemptions, self.now)?;
                (format!("crl/{issuer}/{}.crl", list.number), Content::Crl(tbs))
            }
            _ => {
                let stem = step.stem().ok_or_else(|| plan("a certificate was expected"))?;
                (format!("certs/{stem}.der"), self.certificate(step, issuer)?)
            }
        };
        Ok(Some(Derived {
            step: step.id().to_owned(),
            issuer: issuer.to_owned(),
            file,
            content,
        }))
    }

    fn certificate(&self, step: &Step, issuer: &str) -> Result<Content, Error> {
        let spec: CertificateSpec = match step {
            Step::IssueSubkey { .. } => self.subkey(step)?,
            Step::IssueCross { .. } => self.cross(step)?,
            _ => self.own(step)?,
        };
        let issuer = self.issuer(issuer)?;
        let end = (!spec.self_signed()).then_some(issuer.end);
        let purposes = issuer.purposes.as_deref();
        let tbs = freeze_certificate(&spec, end, purposes, &self.exemptions, self.now)?;
        Ok(Content::Certificate(Box::new(tbs)))
    }
}

/// A serial number's octets.
fn serial(hex: &str) -> Result<Vec<u8>, Error> {
    digest::unhex(hex).ok_or_else(|| plan(&format!("the serial number {hex} is not one")))
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

/// The exemptions of the policy that issues.
fn exemptions(inbound: &Inbound) -> Result<Vec<Exemption>, Error> {
    let exemption = |rule: &record::policy::Exemption| {
        let lint = crate::lint::Lint::ALL.iter().find(|lint| lint.name() == rule.lint);
        let lint = *lint.ok_or_else(|| plan(&format!("the policy exempts from '{}', which is no lint", rule.lint)))?;
        let until = super::x509_time(rule.ends);
        let (owner, reason, second) = (rule.owner.clone(), rule.reason.clone(), rule.second.clone());
        Ok(Exemption {
            lint,
            until,
            owner,
            reason,
            second,
        })
    };
    inbound.issuing_policy().exemption.iter().map(exemption).collect()
}

fn oid(dotted: &str) -> Result<Oid, Error> {
    Oid::parse(dotted).map_err(|e| plan(&e.to_string()))
}

fn plan(what: &str) -> Error {
    Error::Plan(what.to_owned())
}
