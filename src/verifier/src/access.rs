//! A batch of an access log by itself: what it is, and whose signature it has.

use record::access::{AccessEntry, Batch, Before, ConsoleBatch, Gap, HsmBatch, Misfit, follows};
use record::sshsig::{self, SshKey};
use record::standing::StandingCertificate;
use record::{Bundle, Digest, Error, Time, bundle, cbor};
use tlog::Entry;
use x509::{Algorithm, Certificate};

use crate::layout::AccessLog;

/// The delegate whose key signs the batches, by its name in the policy; its purpose is the fourth.
pub const DELEGATE: &str = "transparency";

/// A batch of either log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Of the console's.
    Console(ConsoleBatch),
    /// Of the HSM's.
    Hsm(HsmBatch),
}

impl Access {
    /// Reads a batch's file.
    ///
    /// # Errors
    /// It is none, or has the other mark.
    pub fn read(bytes: &[u8], rehearsal: bool) -> Result<Self, Error> {
        let (kind, ..) = bundle::peek(bytes)?;
        match AccessLog::of_type(&kind) {
            Some(AccessLog::Hsm) => Bundle::decode_marked(bytes, rehearsal).map(Self::Hsm),
            // Of another type it says so.
            _ => Bundle::decode_marked(bytes, rehearsal).map(Self::Console),
        }
    }

    /// Which log it is of.
    #[must_use]
    pub fn log(&self) -> AccessLog {
        match self {
            Self::Console(_) => AccessLog::Console,
            Self::Hsm(_) => AccessLog::Hsm,
        }
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u64 {
        match self {
            Self::Console(batch) => batch.number(),
            Self::Hsm(batch) => batch.number(),
        }
    }

    /// Its first moment, and the first after it.
    #[must_use]
    pub fn stretch(&self) -> (Time, Time) {
        match self {
            Self::Console(batch) => batch.stretch(),
            Self::Hsm(batch) => batch.stretch(),
        }
    }

    /// What is missing in it.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        match self {
            Self::Console(batch) => batch.gaps(),
            Self::Hsm(batch) => batch.gaps(),
        }
    }

    /// How many accesses it has.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Console(batch) => batch.accesses.len(),
            Self::Hsm(batch) => batch.accesses.len(),
        }
    }

    /// Whether it follows the batch before it.
    ///
    /// # Errors
    /// In what it does not.
    pub fn follows(&self, before: Option<Before>) -> Result<(), Misfit> {
        match self {
            Self::Console(batch) => follows(batch, before),
            Self::Hsm(batch) => follows(batch, before),
        }
    }

    /// What the next one must follow, this one's file having these bytes.
    #[must_use]
    pub fn before(&self, bytes: &[u8]) -> Before {
        match self {
            Self::Console(batch) => Before::of(batch, Digest::of(bytes)),
            Self::Hsm(batch) => Before::of(batch, Digest::of(bytes)),
        }
    }
}

/// The delegate's certificate whose key signed a batch: the first of those with that key that was valid when it ended.
///
/// # Errors
/// None has, or the signature is not good.
pub fn signer<'c>(
    batch: &Access,
    bytes: &[u8],
    signature: &str,
    certificates: impl Iterator<Item = &'c StandingCertificate>,
) -> Result<(&'c StandingCertificate, Certificate), String> {
    let (mut last, mut known) = (String::new(), 0);
    for one in certificates.filter(|one| one.name == DELEGATE) {
        known += 1;
        match signed_by(one, batch, bytes, signature) {
            Ok(certificate) => return Ok((one, certificate)),
            Err(what) => last = format!("{}: {what}", one.stem()),
        }
    }
    match known {
        0 => Err(format!("there is no certificate of the delegate '{DELEGATE}'")),
        _ => Err(format!("no certificate of the delegate '{DELEGATE}' signed it; {last}")),
    }
}

fn signed_by(one: &StandingCertificate, batch: &Access, bytes: &[u8], signature: &str) -> Result<Certificate, String> {
    let certificate = Certificate::parse(&one.der).map_err(|error| error.to_string())?;
    let key = key(&certificate)?;
    let namespace = sshsig::namespace::ACCESS;
    sshsig::verify(&key, namespace, bytes, signature.as_bytes()).map_err(|error| error.to_string())?;
    let (tbs, (_, ended)) = (certificate.tbs(), batch.stretch());
    let at = issue::derive::x509_time(ended);
    match tbs.not_before() <= at && at <= tbs.not_after() {
        true => Ok(certificate),
        false => Err(format!(
            "it is valid from {} until {}, and the batch ends at {ended}",
            tbs.not_before(),
            tbs.not_after()
        )),
    }
}

/// The SSH key of a certificate.
///
/// # Errors
/// A key that cannot sign so.
pub fn key(certificate: &Certificate) -> Result<SshKey, String> {
    let spki = certificate.tbs().public_key();
    let key = match spki.algorithm() {
        Algorithm::P384 => SshKey::from_p384_spki(spki.spki_der()),
        Algorithm::Ed25519 => SshKey::from_ed25519_spki(spki.spki_der()),
    };
    key.map_err(|error| error.to_string())
}

/// What the log has of a batch; it says by itself whose it is. Of a delegate's certificate the issuer is the root.
///
/// # Errors
/// None of a batch that was read.
pub fn entry(log: AccessLog, bytes: &[u8], signature: &str, certificate: &Certificate) -> Result<Entry, tlog::Error> {
    Entry::new(log.entry(), &payload(bytes, signature, certificate))
}

/// The payload of that entry.
#[must_use]
pub fn payload(bytes: &[u8], signature: &str, certificate: &Certificate) -> Vec<u8> {
    let entry = AccessEntry {
        batch: bytes.into(),
        signature: signature.to_owned(),
        certificates: vec![certificate.der().into()],
    };
    cbor::encode(&entry).expect("text and octets are CBOR")
}

/// Whether the delegate's certificate may still sign, by what stands: it is there, and no list revokes its key.
///
/// # Errors
/// It is not there yet, or revoked.
pub fn may_sign(stem: &str, certificate: &Certificate, standing: &record::Standing) -> Result<(), String> {
    if standing.certificate(stem).is_none() {
        return Err(format!("it is logged before the certificate {stem} that signed it"));
    }
    let lists = standing.crls.iter().filter_map(|crl| x509::Crl::parse(&crl.der).ok());
    let mut entries = lists.filter_map(|crl| {
        let own = Some(crl.tbs().authority_key_id()) == certificate.tbs().authority_key_id();
        crl.tbs()
            .entry(certificate.tbs().serial())
            .filter(|_| own)
            .map(|entry| entry.date)
    });
    match entries.next() {
        Some(date) => Err(format!("{stem}, which signed it, is revoked from {date} on")),
        None => Ok(()),
    }
}
