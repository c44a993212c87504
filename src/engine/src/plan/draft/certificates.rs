//! The certificates that stand: the newest of a name, who signed it, when it ends, whether it is revoked.

use record::{Time, text};
use x509::Certificate;

use super::known::Known;
use crate::error::Error;

impl Known<'_> {
    /// The certificate of this stem, or the newest of this name.
    pub fn certificate(&self, name: &str) -> Result<(String, &Certificate), Error> {
        let newest = || {
            self.standing
                .as_ref()?
                .newest(name)
                .map(record::standing::StandingCertificate::stem)
        };
        let stem = match self.certificates.contains_key(name) {
            true => Some(name.to_owned()),
            false => newest(),
        };
        let found = stem.and_then(|stem| self.certificates.get(&stem).map(|one| (stem, one)));
        found.ok_or_else(|| match self.standing() {
            Err(missing) => missing,
            Ok(_) => Error::Usage {
                what: format!("no certificate '{}' stands", text::plain(name, 63)),
                hint: format!("there are: {}", self.stems().collect::<Vec<_>>().join(", ")),
            },
        })
    }

    /// The stems of all certificates.
    pub fn stems(&self) -> impl Iterator<Item = &str> {
        self.certificates.keys().map(String::as_str)
    }

    /// The last moment of a certificate.
    pub fn end_of(&self, name: &str) -> Result<Time, Error> {
        let seconds = self.certificate(name)?.1.tbs().not_after().0;
        Ok(Time(u64::try_from(seconds).unwrap_or(0)))
    }

    /// The stem of the key in this HSM that signed a certificate.
    pub fn issuer_of(&self, stem: &str) -> Option<&str> {
        let tbs = self.certificates.get(stem)?.tbs();
        let signed = |(_, one): &(&String, &Certificate)| {
            one.tbs().subject() == tbs.issuer() && tbs.authority_key_id() == Some(&one.tbs().public_key().key_id()[..])
        };
        let mut found = self.certificates.iter().filter(signed);
        let here = |issuer: &String| {
            self.standing
                .as_ref()
                .is_some_and(|standing| standing.key(issuer).is_some())
        };
        found
            .find(|(issuer, _)| here(issuer))
            .map(|(issuer, _)| issuer.as_str())
    }

    /// Whether a certificate's issuer has revoked it.
    pub fn is_revoked(&self, stem: &str) -> bool {
        let Some(tbs) = self.certificates.get(stem).map(Certificate::tbs) else {
            return false;
        };
        self.crls.iter().any(|crl| {
            let own =
                Some(crl.tbs().authority_key_id()) == tbs.authority_key_id() && crl.tbs().issuer() == tbs.issuer();
            own && crl.tbs().entry(tbs.serial()).is_some()
        })
    }

    /// Whether a certificate has ended when the event has.
    pub fn has_ended(&self, stem: &str) -> bool {
        self.end_of(stem).is_ok_and(|end| end <= self.call.closes)
    }
}
