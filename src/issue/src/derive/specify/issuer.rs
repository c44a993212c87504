//! The issuer: a key made in the event, with the certificate that the plan gives it, or one that stands.

use record::plan::{KeySource, Step};
use x509::{Name, Oid, PublicKey, Time};

use super::{Context, oid, plan};
use crate::Error;
use crate::derive::standing::Standing;
use crate::derive::{Keys, x509_time};

/// What a certificate or CRL takes from its issuer.
pub struct Issuer {
    pub name: Name,
    /// The last second of the issuer's own certificate.
    pub end: Time,
    /// The purposes that it is bound to; none for a root, which is bound to none.
    pub purposes: Option<Vec<Oid>>,
}

impl Context<'_> {
    /// The issuer of this name.
    pub fn issuer(&self, name: &str) -> Result<Issuer, Error> {
        let made = KeySource::Made(name.to_owned());
        let step = self
            .inbound
            .plan
            .step
            .iter()
            .find(|step| step.key_source() == Some(&made));
        match step {
            Some(step) => self.made(step),
            None => self.stands(name),
        }
    }

    fn made(&self, step: &Step) -> Result<Issuer, Error> {
        let Step::IssueCertificate {
            name,
            number,
            not_after,
            ..
        } = step
        else {
            return Err(plan("a subkey issues nothing"));
        };
        let policy = self.inbound.issuing_policy();
        let purposes = policy.delegate(name).map(|rule| policy.purposes(rule));
        let purposes = purposes.map(|all| all.iter().map(|one| oid(one)).collect::<Result<_, _>>());
        Ok(Issuer {
            name: self.subject(name, *number)?,
            end: x509_time(*not_after),
            purposes: purposes.transpose()?,
        })
    }

    fn stands(&self, name: &str) -> Result<Issuer, Error> {
        let tbs = self
            .standing
            .certificate(name)
            .ok_or_else(|| plan(&format!("the issuer {name} gets no certificate, and has none")))?;
        Ok(Issuer {
            name: tbs.subject().clone(),
            end: tbs.not_after(),
            purposes: tbs.ekus().map(|(oids, _)| oids.to_vec()),
        })
    }

    /// The public key of this name.
    pub fn key(&self, name: &str) -> Result<&PublicKey, Error> {
        key(self.standing, self.keys, name)
    }
}

/// The public key of this name: one that was made, or one that stands.
pub fn key<'a>(standing: &'a Standing, keys: &'a Keys, name: &str) -> Result<&'a PublicKey, Error> {
    let stands = || standing.certificate(name).map(x509::TbsCertificate::public_key);
    keys.get(name)
        .or_else(stands)
        .ok_or_else(|| plan(&format!("the public key of {name} is not there")))
}
