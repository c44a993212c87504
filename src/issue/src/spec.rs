//! Specifications: everything that a certificate or a CRL is made of, with nothing left for a builder to choose.

use x509::{KeyUsage, Name, Oid, PublicKey, Reason, Time};

/// One certificate to be made.
///
/// Some things follow and are no fields: version 3, ecdsa-with-SHA384 or Ed25519 as the issuer's key has it, subject
/// and authority key identifiers (RFC 7093 method 1) always, basicConstraints and keyUsage critical, the rest not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateSpec {
    /// The serial number, big-endian, positive, 8 to 20 octets.
    pub serial: Vec<u8>,
    /// The issuer's name; the subject's own in a root.
    pub issuer: Name,
    /// The subject's name.
    pub subject: Name,
    /// The first second of validity.
    pub not_before: Time,
    /// The last second of validity.
    pub not_after: Time,
    /// The key that the certificate is about.
    pub subject_key: PublicKey,
    /// The key that will sign.
    pub issuer_key: PublicKey,
    /// Present in a CA. Without it basicConstraints says that this is none.
    pub ca: Option<CaSpec>,
    /// What the key may do.
    pub key_usage: KeyUsage,
    /// What the certificate is for, as extendedKeyUsage in this order; empty means no such extension.
    pub purposes: Vec<Oid>,
    /// URIs of the subject, as subjectAltName in this order; empty means no such extension.
    pub uris: Vec<String>,
    /// Further extensions, in this order, after the others.
    pub extra: Vec<ExtraExtension>,
}

impl CertificateSpec {
    /// Whether the key signs its own certificate, as a root's does.
    pub fn self_signed(&self) -> bool {
        self.issuer == self.subject && self.issuer_key == self.subject_key
    }
}

/// What a CA may do below itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaSpec {
    /// How many CAs may follow in a chain; `None` for any number.
    pub path_len: Option<u8>,
}

/// An extension that the builders know nothing about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraExtension {
    /// Its identifier.
    pub oid: Oid,
    /// Whether those who do not know it must refuse the certificate.
    pub critical: bool,
    /// Its value: one DER element, without the OCTET STRING around it.
    pub value: Vec<u8>,
}

/// One CRL to be made: version 2, complete, for everything that the key has issued, so without issuing distribution
/// point. Authority key identifier and CRL number are always there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlSpec {
    /// The issuer's name.
    pub issuer: Name,
    /// The key that will sign.
    pub issuer_key: PublicKey,
    /// The CRL number, one more than the previous CRL's.
    pub number: u64,
    /// When this CRL is made.
    pub this_update: Time,
    /// When the next one comes at the latest.
    pub next_update: Time,
    /// What is revoked, in this order. None at all leaves the field out (RFC 5280 §5.1.2.6).
    pub entries: Vec<CrlEntry>,
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// Its serial number, big-endian.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub date: Time,
    /// Why; `None` where no reason is stated.
    pub reason: Option<Reason>,
}
