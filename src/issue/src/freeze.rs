//! Freezing: the one way to bytes that may be signed. Lints, both builders, their agreement, the exact profile.

use x509::{Oid, TbsCertificate, TbsCrl, Time};

use crate::error::{Builder, Error};
use crate::exemption::{Exempted, Exemption, apply};
use crate::spec::{CertificateSpec, CrlSpec};
use crate::{agree, first, lint, second};

/// To-be-signed bytes that passed everything. There is no other way to make one than the functions of this file:
///
/// ```compile_fail,E0451
/// let forged = issue::Linted { tbs: "anything", exempted: Vec::new() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linted<T> {
    tbs: T,
    exempted: Vec<Exempted>,
}

impl<T> Linted<T> {
    /// What may be signed.
    pub fn tbs(&self) -> &T {
        &self.tbs
    }

    /// What may be signed, to put a signature to it.
    pub fn into_tbs(self) -> T {
        self.tbs
    }

    /// The findings that were passed over, for the screen and the record.
    pub fn exempted(&self) -> &[Exempted] {
        &self.exempted
    }
}

/// Makes a certificate's bytes. `issuer_not_after` is `None` only for a self-signed certificate; `issuer_purposes` is
/// `None` when the issuer is bound to no purposes. `now` decides only which exemptions count.
///
/// # Errors
/// `Error::Lint` for what the lints find, before any building; then as the builders and their agreement say.
pub fn freeze_certificate(
    spec: &CertificateSpec,
    issuer_not_after: Option<Time>,
    issuer_purposes: Option<&[Oid]>,
    exemptions: &[Exemption],
    now: Time,
) -> Result<Linted<TbsCertificate>, Error> {
    freeze_certificate_with(spec, spec, issuer_not_after, issuer_purposes, exemptions, now)
}

/// As `freeze_certificate`, with another specification for the second builder: for tests of the agreement, which
/// change one field at a time and must see each change stop.
///
/// # Errors
/// As `freeze_certificate`.
pub fn freeze_certificate_with(
    spec: &CertificateSpec,
    second_spec: &CertificateSpec,
    issuer_not_after: Option<Time>,
    issuer_purposes: Option<&[Oid]>,
    exemptions: &[Exemption],
    now: Time,
) -> Result<Linted<TbsCertificate>, Error> {
    let findings = lint::certificate(spec, issuer_not_after, issuer_purposes);
    let mut exempted = apply(findings, exemptions, now)?;
    let read =
        |builder, bytes: Vec<u8>| TbsCertificate::parse(&bytes).map_err(|reason| Error::Unreadable { builder, reason });
    let tbs = read(Builder::First, first::certificate(spec)?)?;
    let again = read(Builder::Second, second::certificate(second_spec)?)?;
    agree::certificates(&tbs, &again).map_err(Error::Disagreement)?;
    let findings = lint::certificate_profile(spec, &tbs);
    exempted.extend(apply(findings, exemptions, now)?);
    Ok(Linted { tbs, exempted })
}

/// Makes a CRL's bytes.
///
/// # Errors
/// `Error::Lint` for what the lints find, before any building; then as the builders and their agreement say.
pub fn freeze_crl(
    spec: &CrlSpec,
    issuer_not_after: Time,
    exemptions: &[Exemption],
    now: Time,
) -> Result<Linted<TbsCrl>, Error> {
    freeze_crl_with(spec, spec, issuer_not_after, exemptions, now)
}

/// As `freeze_crl`, with another specification for the second builder: for tests of the agreement.
///
/// # Errors
/// As `freeze_crl`.
pub fn freeze_crl_with(
    spec: &CrlSpec,
    second_spec: &CrlSpec,
    issuer_not_after: Time,
    exemptions: &[Exemption],
    now: Time,
) -> Result<Linted<TbsCrl>, Error> {
    let mut exempted = apply(lint::crl(spec, issuer_not_after), exemptions, now)?;
    let read = |builder, bytes: Vec<u8>| TbsCrl::parse(&bytes).map_err(|reason| Error::Unreadable { builder, reason });
    let tbs = read(Builder::First, first::crl(spec)?)?;
    let again = read(Builder::Second, second::crl(second_spec)?)?;
    agree::crls(&tbs, &again).map_err(Error::Disagreement)?;
    exempted.extend(apply(lint::crl_profile(spec, &tbs), exemptions, now)?);
    Ok(Linted { tbs, exempted })
}
