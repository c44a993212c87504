//! Profiles: what a certificate must be, field by field, and nothing besides.

mod difference;

pub use difference::ProfileError;

use crate::encoding::hex;
use crate::{Algorithm, BasicConstraints, Extension, KeyUsage, Name, Oid, PublicKey, TbsCertificate, Time, oid};
use difference::{list, same, show, show_constraints};

/// All that a certificate may say. Extensions that are not expected here are refused, whatever they say.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The algorithm of the issuer's signature.
    pub algorithm: Algorithm,
    /// The serial number, big-endian, without leading zeros.
    pub serial: Vec<u8>,
    /// The issuer's name.
    pub issuer: Name,
    /// The first second of its life.
    pub not_before: Time,
    /// The last second of its life.
    pub not_after: Time,
    /// The subject's name.
    pub subject: Name,
    /// The subject's key; subjectKeyIdentifier must be its `key_id`, not critical.
    pub public_key: PublicKey,
    /// authorityKeyIdentifier, not critical; `None` if it must be absent.
    pub authority_key_id: Option<[u8; 20]>,
    /// basicConstraints; critical where present.
    pub ca: Ca,
    /// keyUsage; critical.
    pub key_usage: KeyUsage,
    /// extendedKeyUsage in this order, not critical; empty if it must be absent.
    pub ekus: Vec<Oid>,
    /// The URIs of subjectAltName in this order, not critical; empty if it must be absent.
    pub subject_alt_uris: Vec<String>,
    /// Any further extensions, to the byte.
    pub extra: Vec<Extension>,
}

/// What basicConstraints must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ca {
    /// The extension must be absent.
    Absent,
    /// Present, and not a CA.
    No,
    /// A CA, with exactly this pathLenConstraint or none.
    Yes {
        /// How many CAs may stand between this one and the leaf.
        path_len: Option<u8>,
    },
}

impl Profile {
    /// Compares every field; the first difference is the error.
    pub fn check(&self, tbs: &TbsCertificate) -> Result<(), ProfileError> {
        self.check_fields(tbs)?;
        self.check_extensions(tbs)?;
        self.check_extra(tbs)
    }

    fn check_fields(&self, tbs: &TbsCertificate) -> Result<(), ProfileError> {
        same(
            "signature",
            self.algorithm.signature_name(),
            tbs.signature_algorithm().signature_name(),
        )?;
        same("serialNumber", hex(&self.serial), tbs.serial_hex())?;
        same("issuer", &self.issuer, tbs.issuer())?;
        same("notBefore", self.not_before, tbs.not_before())?;
        same("notAfter", self.not_after, tbs.not_after())?;
        same("subject", &self.subject, tbs.subject())?;
        same(
            "subjectPublicKeyInfo",
            hex(self.public_key.spki_der()),
            hex(tbs.public_key().spki_der()),
        )
    }

    fn check_extensions(&self, tbs: &TbsCertificate) -> Result<(), ProfileError> {
        let ca = match self.ca {
            Ca::Absent => None,
            Ca::No => Some(BasicConstraints {
                ca: false,
                path_len: None,
                critical: true,
            }),
            Ca::Yes { path_len } => Some(BasicConstraints {
                ca: true,
                path_len,
                critical: true,
            }),
        };
        same(
            "basicConstraints",
            show_constraints(ca),
            show_constraints(tbs.basic_constraints()),
        )?;
        same("keyUsage", show(Some((self.key_usage, true))), show(tbs.key_usage()))?;
        let ekus = (!self.ekus.is_empty()).then_some((list(&self.ekus), false));
        same(
            "extendedKeyUsage",
            show(ekus),
            show(tbs.ekus().map(|(ekus, critical)| (list(ekus), critical))),
        )?;
        let found = |oid, value: Option<String>| show(value.map(|value| (value, critical(tbs, oid))));
        let expected = |value: Option<String>| show(value.map(|value| (value, false)));
        let skid = tbs.subject_key_id().map(hex);
        same(
            "subjectKeyIdentifier",
            expected(Some(hex(&self.public_key.key_id()))),
            found(oid::SUBJECT_KEY_IDENTIFIER, skid),
        )?;
        let akid = tbs.authority_key_id().map(hex);
        let expected_akid = self.authority_key_id.map(|id| hex(&id));
        same(
            "authorityKeyIdentifier",
            expected(expected_akid),
            found(oid::AUTHORITY_KEY_IDENTIFIER, akid),
        )?;
        let uris = |uris: &[String]| (!uris.is_empty()).then(|| list(uris));
        same(
            "subjectAltName",
            expected(uris(&self.subject_alt_uris)),
            found(oid::SUBJECT_ALT_NAME, uris(tbs.subject_alt_uris())),
        )
    }

    fn check_extra(&self, tbs: &TbsCertificate) -> Result<(), ProfileError> {
        let value = |extension: Option<&Extension>| {
            show(extension.map(|extension| (hex(&extension.value), extension.critical)))
        };
        for expected in &self.extra {
            same(
                &format!("extension {}", expected.oid),
                value(Some(expected)),
                value(tbs.extension(&expected.oid)),
            )?;
        }
        for found in tbs.extensions() {
            let expected = self.extra.iter().any(|expected| expected.oid == found.oid) || COMPARED.contains(&found.oid);
            if !expected {
                same(&format!("extension {}", found.oid), value(None), value(Some(found)))?;
            }
        }
        Ok(())
    }
}

fn critical(tbs: &TbsCertificate, oid: Oid) -> bool {
    tbs.extension(&oid).is_some_and(|extension| extension.critical)
}

/// The extensions that `check_extensions` compares.
const COMPARED: [Oid; 6] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::SUBJECT_ALT_NAME,
];
