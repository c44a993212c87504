//! Whether an issuer has revoked a certificate.

use super::path::demand;
use super::{ChainError, CrlPolicy};
use crate::extension;
use crate::{Crl, Error, Extension, KeyUsage, TbsCertificate, TbsCrl, Time, oid};
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;

/// Every CRL of the issuer is authentic, at least one is current, and no current one lists the certificate.
pub(super) fn check(
    tbs: &TbsCertificate,
    issuer: &TbsCertificate,
    at: Time,
    crls: &[Crl],
    policy: CrlPolicy,
) -> Result<(), ChainError> {
    let own: Vec<_> = crls.iter().filter(|crl| is_by(crl.tbs(), issuer)).collect();
    let Some(newest) = own.iter().max_by_key(|crl| crl.tbs().number()) else {
        return match policy {
            CrlPolicy::IfPresent => Ok(()),
            CrlPolicy::Required => Err(ChainError::NoCrl {
                issuer: issuer.subject().clone(),
            }),
        };
    };
    own.iter().try_for_each(|crl| check_crl(crl, issuer))?;
    let current: Vec<_> = own.iter().filter(|crl| is_current(crl.tbs(), at)).collect();
    if current.is_empty() {
        return Err(not_current(newest.tbs(), at));
    }
    match current.iter().find_map(|crl| crl.tbs().entry(tbs.serial())) {
        None => Ok(()),
        Some(entry) => Err(ChainError::Revoked {
            subject: tbs.subject().clone(),
            serial: entry.serial.clone(),
            date: entry.date,
            reason: entry.reason,
        }),
    }
}

fn is_by(crl: &TbsCrl, issuer: &TbsCertificate) -> bool {
    crl.issuer() == issuer.subject() && Some(crl.authority_key_id()) == issuer.subject_key_id()
}

fn is_current(crl: &TbsCrl, at: Time) -> bool {
    crl.this_update() <= at && at < crl.next_update()
}

fn check_crl(crl: &Crl, issuer: &TbsCertificate) -> Result<(), ChainError> {
    demand(issuer, KeyUsage::CRL_SIGN)?;
    let (name, number) = (issuer.subject().clone(), crl.tbs().number());
    crl.verified_by(issuer.public_key())
        .map_err(|error| ChainError::CrlSignature {
            issuer: name.clone(),
            number,
            error,
        })?;
    match crl.tbs().extensions().iter().find(|extension| narrows(extension)) {
        Some(extension) => Err(ChainError::CrlScope {
            issuer: name,
            number,
            oid: extension.oid,
        }),
        None => Ok(()),
    }
}

/// Whether the extension makes the list less than a full one for its issuer.
fn narrows(extension: &Extension) -> bool {
    if extension.oid != oid::ISSUING_DISTRIBUTION_POINT {
        return extension.critical;
    }
    let point: Result<IssuingDistributionPoint, Error> = extension::value("issuingDistributionPoint", &extension.value);
    !point.is_ok_and(|point| {
        let some =
            point.only_contains_user_certs || point.only_contains_ca_certs || point.only_contains_attribute_certs;
        !some && !point.indirect_crl && point.only_some_reasons.is_none()
    })
}

fn not_current(crl: &TbsCrl, at: Time) -> ChainError {
    ChainError::CrlNotCurrent {
        issuer: crl.issuer().clone(),
        this_update: crl.this_update(),
        next_update: crl.next_update(),
        at,
    }
}
