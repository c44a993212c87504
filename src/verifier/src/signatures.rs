//! Signatures of delegates and their subkeys, as `sig/<n>` has them: each is judged by the certificates and lists that are
//! published.

use std::collections::BTreeMap;

use issue::derive::x509_time;
use record::{Digest, Standing};
pub use trust::{Logged, ProofFile, SignatureEntry, SignedHash, Sshsig};
use x509::{Certificate, Crl, KeyUsage, Reason};

use crate::issued;

/// Who may sign, and until when. Certificates are read once: a log has millions of signatures by a few of them.
pub struct Signers {
    by_fingerprint: BTreeMap<[u8; 32], Signer>,
}

struct Signer {
    stem: String,
    certificate: Certificate,
    /// When its issuer's list says that it was revoked, and why.
    revoked: Option<(x509::Time, Option<Reason>)>,
}

/// Why a signature does not belong in the log: the rule that it breaks, and how.
pub type Wrong = (&'static str, String);

impl Signers {
    /// Those of a store: what events made, and what outside keepers issued.
    #[must_use]
    pub fn of(standing: &Standing, outside: &[(String, Certificate)]) -> Self {
        let made = standing.certificates.iter();
        let made = made.filter_map(|one| Some((one.stem(), Certificate::parse(&one.der).ok()?)));
        let crls: Vec<Crl> = standing
            .crls
            .iter()
            .filter_map(|one| Crl::parse(&one.der).ok())
            .collect();
        let all = made.chain(outside.iter().cloned());
        let by_fingerprint = all.map(|(stem, certificate)| {
            let signer = Signer {
                stem,
                revoked: revoked(&certificate, &crls),
                certificate,
            };
            (signer.certificate.fingerprint(), signer)
        });
        Self {
            by_fingerprint: by_fingerprint.collect(),
        }
    }

    /// The certificate of this digest, and the stem of its files.
    #[must_use]
    pub fn certificate(&self, fingerprint: &[u8; 32]) -> Option<(&str, &Certificate)> {
        let found = self.by_fingerprint.get(fingerprint)?;
        Some((&found.stem, &found.certificate))
    }

    /// The certificate that issued another, and the stem of its files.
    #[must_use]
    pub fn issuer(&self, of: &Certificate) -> Option<(&str, &Certificate)> {
        let issued = |signer: &&Signer| {
            let (tbs, of) = (signer.certificate.tbs(), of.tbs());
            tbs.subject() == of.issuer() && tbs.subject_key_id() == of.authority_key_id()
        };
        // A root's own certificate before a cross-certificate of the same key.
        let mut all: Vec<_> = self.by_fingerprint.values().filter(issued).collect();
        all.sort_by_key(|signer| signer.certificate.tbs().subject() != signer.certificate.tbs().issuer());
        all.first().map(|found| (found.stem.as_str(), &found.certificate))
    }

    /// Whether a signature that is not logged yet may be: its signer is not revoked for anything but that another took its
    /// place or that it was given up in order. When it was made is only its maker's word.
    ///
    /// # Errors
    /// Its signer is.
    pub fn demand_kept(&self, entry: &SignatureEntry) -> Result<(), Wrong> {
        let signer = self.by_fingerprint.get(&entry.signer);
        signer.map_or(Ok(()), Signer::demand_kept)
    }

    /// Judges one signature; the stem of its signer.
    ///
    /// # Errors
    /// A signer that is not published, may not sign, was not valid or was revoked then, or a signature that does not fit.
    pub fn judge(&self, entry: &SignatureEntry) -> Result<&str, Wrong> {
        let unknown = || {
            let signer = Digest(entry.signer);
            (
                "signature-signer",
                format!("no certificate of the log has the digest {signer}"),
            )
        };
        let signer = self.by_fingerprint.get(&entry.signer).ok_or_else(unknown)?;
        signer.demand_allowed(entry.time())?;
        let key = signer.certificate.tbs().public_key();
        let bad = |what| ("signature-bad", format!("{what} ({})", signer.stem));
        let signature = Sshsig::parse(&entry.signature).map_err(|error| bad(error.to_string()))?;
        match signature.verify(&entry.hash, key) {
            Ok(()) => Ok(&signer.stem),
            Err(error) => Err(bad(error.to_string())),
        }
    }
}

impl Signer {
    /// Whether its key is where it belongs, as far as lists say.
    fn demand_kept(&self) -> Result<(), Wrong> {
        let why = match self.revoked {
            None | Some((_, Some(Reason::Superseded | Reason::CessationOfOperation))) => return Ok(()),
            Some((_, reason)) => reason.map_or("for a reason that is not said", Reason::name),
        };
        let what = format!(
            "{} is revoked ({why}): whoever has its key can say any time, so nothing more of it is logged",
            self.stem
        );
        Err(("signature-revoked", what))
    }

    fn demand_allowed(&self, made: x509::Time) -> Result<(), Wrong> {
        let (tbs, stem) = (self.certificate.tbs(), &self.stem);
        if !tbs.allows(KeyUsage::DIGITAL_SIGNATURE) || tbs.ekus().is_none() {
            return Err((
                "signature-signer",
                format!("{stem} may issue certificates, and sign nothing else"),
            ));
        }
        if made < tbs.not_before() || tbs.not_after() < made {
            let (from, until) = (tbs.not_before(), tbs.not_after());
            let what = format!("it was made at {made}, and {stem} is valid from {from} to {until}");
            return Err(("signature-time", what));
        }
        match self.revoked {
            Some((date, _)) if date <= made => {
                let what = format!("it was made at {made}, and {stem} is revoked from {date} on");
                Err(("signature-revoked", what))
            }
            _ => Ok(()),
        }
    }
}

fn revoked(certificate: &Certificate, crls: &[Crl]) -> Option<(x509::Time, Option<Reason>)> {
    let tbs = certificate.tbs();
    let own = crls
        .iter()
        .map(Crl::tbs)
        .filter(|crl| crl.issuer() == tbs.issuer() && Some(crl.authority_key_id()) == tbs.authority_key_id());
    own.filter_map(|crl| crl.entry(tbs.serial()))
        .map(|entry| (entry.date, entry.reason))
        .min_by_key(|(date, _)| *date)
}

/// Whether a time is one that a batch of today may have.
#[must_use]
pub fn is_past(made: x509::Time, now: record::Time) -> bool {
    made <= x509_time(now)
}

/// The certificates of a store that no event made.
///
/// # Errors
/// The store cannot be read.
pub fn outside(source: &dyn crate::Source, standing: &Standing) -> std::io::Result<Vec<(String, Certificate)>> {
    issued::others(source, standing, "")
}
