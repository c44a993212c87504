//! Extensions: all of them as they are, and the known ones read strictly.

use crate::encoding::canonical;
use crate::{Error, KeyUsage, Oid, oid};
use der::asn1::OctetString;
use der::{Decode, Encode};
use x509_cert::ext::pkix;
use x509_cert::ext::pkix::name::GeneralName;

/// One extension as it stands in a certificate or CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// extnID
    pub oid: Oid,
    /// Whether somebody who does not know the extension must refuse.
    pub critical: bool,
    /// The DER inside extnValue.
    pub value: Vec<u8>,
}

/// basicConstraints, RFC 5280 section 4.2.1.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject may issue certificates.
    pub ca: bool,
    /// How many CAs may stand between this one and the leaf.
    pub path_len: Option<u8>,
    /// Whether the extension is critical.
    pub critical: bool,
}

/// The extensions that this crate understands, each read to its last byte.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub basic_constraints: Option<BasicConstraints>,
    pub key_usage: Option<(KeyUsage, bool)>,
    pub ekus: Option<(Vec<Oid>, bool)>,
    pub subject_key_id: Option<Vec<u8>>,
    pub authority_key_id: Option<Vec<u8>>,
    pub subject_alt_uris: Vec<String>,
}

impl Known {
    pub fn read(extensions: &[Extension]) -> Result<Self, Error> {
        let mut known = Known::default();
        for Extension { oid, critical, value } in extensions {
            match *oid {
                oid::BASIC_CONSTRAINTS => known.basic_constraints = Some(basic_constraints(value, *critical)?),
                oid::KEY_USAGE => known.key_usage = Some((KeyUsage::from_value(value)?, *critical)),
                oid::EXTENDED_KEY_USAGE => known.ekus = Some((ekus(value)?, *critical)),
                oid::SUBJECT_KEY_IDENTIFIER => known.subject_key_id = Some(subject_key_id(value)?),
                oid::AUTHORITY_KEY_IDENTIFIER => known.authority_key_id = Some(authority_key_id(value)?),
                oid::SUBJECT_ALT_NAME => known.subject_alt_uris = uris(value)?,
                _ => {}
            }
        }
        Ok(known)
    }
}

/// The list of extensions, each once (RFC 5280 section 4.2).
pub(crate) fn list(what: &'static str, raw: Option<&x509_cert::ext::Extensions>) -> Result<Vec<Extension>, Error> {
    let Some(raw) = raw else {
        return Ok(Vec::new());
    };
    if raw.is_empty() {
        return Err(Error::Malformed {
            what,
            detail: "the list of extensions is empty".into(),
        });
    }
    if raw.len() > MAX_EXTENSIONS {
        return Err(Error::TooManyExtensions {
            found: raw.len(),
            limit: MAX_EXTENSIONS,
        });
    }
    for (index, extension) in raw.iter().enumerate() {
        if raw[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
            return Err(Error::DuplicateExtension {
                oid: extension.extn_id.into(),
            });
        }
    }
    let own = |extension: &x509_cert::ext::Extension| Extension {
        oid: extension.extn_id.into(),
        critical: extension.critical,
        value: extension.extn_value.as_bytes().to_vec(),
    };
    Ok(raw.iter().map(own).collect())
}

/// The value of one extension, canonical as the rest.
pub(crate) fn value<'a, T>(extension: &'static str, bytes: &'a [u8]) -> Result<T, Error>
where
    T: Decode<'a, Error = der::Error> + Encode,
{
    canonical(extension, bytes, LIMIT).map_err(|error| bad(extension, error.to_string()))
}

pub(crate) fn basic_constraints(bytes: &[u8], critical: bool) -> Result<BasicConstraints, Error> {
    let pkix::BasicConstraints {
        ca,
        path_len_constraint: path_len,
    } = value("basicConstraints", bytes)?;
    if !ca && path_len.is_some() {
        return Err(bad("basicConstraints", "pathLenConstraint without cA".into()));
    }
    Ok(BasicConstraints { ca, path_len, critical })
}

pub(crate) fn subject_key_id(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let id: OctetString = value("subjectKeyIdentifier", bytes)?;
    key_id("subjectKeyIdentifier", id.as_bytes())
}

pub(crate) fn authority_key_id(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let id: pkix::AuthorityKeyIdentifier = value("authorityKeyIdentifier", bytes)?;
    match id {
        pkix::AuthorityKeyIdentifier {
            key_identifier: Some(id),
            authority_cert_issuer: None,
            authority_cert_serial_number: None,
        } => key_id("authorityKeyIdentifier", id.as_bytes()),
        _ => Err(bad("authorityKeyIdentifier", "it is not a key identifier alone".into())),
    }
}

fn key_id(extension: &'static str, id: &[u8]) -> Result<Vec<u8>, Error> {
    if (1..=64).contains(&id.len()) {
        Ok(id.to_vec())
    } else {
        Err(bad(extension, format!("it has {} bytes", id.len())))
    }
}

fn ekus(bytes: &[u8]) -> Result<Vec<Oid>, Error> {
    let pkix::ExtendedKeyUsage(ekus) = value("extendedKeyUsage", bytes)?;
    if ekus.is_empty() {
        return Err(bad("extendedKeyUsage", "it is empty".into()));
    }
    for (index, eku) in ekus.iter().enumerate() {
        if ekus[..index].contains(eku) {
            return Err(bad("extendedKeyUsage", format!("it has {eku} twice")));
        }
    }
    Ok(ekus.into_iter().map(Oid::from).collect())
}

fn uris(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let pkix::SubjectAltName(names) = value("subjectAltName", bytes)?;
    if names.is_empty() {
        return Err(bad("subjectAltName", "it is empty".into()));
    }
    let uri = |name: GeneralName| match name {
        GeneralName::UniformResourceIdentifier(uri) if uri.as_bytes().iter().all(u8::is_ascii_graphic) => {
            Ok(uri.to_string())
        }
        _ => Err(bad("subjectAltName", "it holds something else than URIs".into())),
    };
    names.into_iter().map(uri).collect()
}

fn bad(extension: &'static str, detail: String) -> Error {
    Error::BadExtension { extension, detail }
}

const MAX_EXTENSIONS: usize = 32;
const LIMIT: usize = 8192;
