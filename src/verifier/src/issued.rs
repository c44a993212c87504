//! A subkey that a delegate's outside keeper issued: what the policy demands of it, with nothing but the store's word on the
//! delegate.

use std::io;

use issue::derive::{Distinct, x509_time};
use record::policy::{DelegateRule, Keeper, KeyAlgorithm, SubkeyRule};
use record::standing::Standing;
use record::text::plain;
use record::{Policy, Time};
use x509::{Algorithm, Certificate, KeyUsage, Oid, TbsCertificate};

use crate::Source;
use crate::layout::OutputName;

/// Whether a subkey of this name can be an outside keeper's, by this policy.
#[must_use]
pub fn is_outside(name: &str, policy: &Policy) -> bool {
    delegate_of(name, policy).is_some()
}

/// Where a subkey is logged: what stood there, the policy that was in force, and every certificate that was logged before.
///
/// The place is what counts, and not the certificate's own dates: whoever has a stolen key chooses these.
pub struct Place<'a> {
    /// What stood after the last event before it.
    pub standing: &'a Standing,
    /// The policy in force then.
    pub policy: &'a Policy,
    /// The certificates of outside keepers that were logged before, each with its stem.
    pub others: &'a [(String, Certificate)],
}

/// Checks a subkey's certificate by its place; says what it is for.
///
/// # Errors
/// What the policy or the delegate does not allow.
pub fn check_issued(name: &str, number: u32, certificate: &Certificate, place: &Place<'_>) -> Result<String, String> {
    let Place { standing, policy, .. } = place;
    let delegate = delegate_of(name, policy).ok_or_else(|| {
        let name = plain(name, 63);
        format!("'{name}' is not called after a delegate that is kept outside and issues, and something more")
    })?;
    let tbs = certificate.tbs();
    let (stem, issuer) = issuer(certificate, delegate, standing)?;
    in_time(tbs, &stem, &issuer)?;
    not_revoked(certificate, standing)?;
    let rule = rule(tbs, delegate, policy)?;
    form(tbs, rule)?;
    named(tbs, rule, (name, number), policy)?;
    rule.check_uris(name, tbs.subject_alt_uris())?;
    distinct(tbs, place)?;
    Ok(format!("a subkey of {stem} for {}", rule.purposes.join(", ")))
}

/// The delegate after which a subkey is called: the one with the longest name, because one name may begin another.
fn delegate_of<'p>(name: &str, policy: &'p Policy) -> Option<&'p DelegateRule> {
    let called = |rule: &&DelegateRule| name.starts_with(&format!("{}-", rule.name));
    let found = policy.delegate.iter().filter(called).max_by_key(|rule| rule.name.len());
    found.filter(|rule| rule.ca && rule.keeper == Keeper::Outside)
}

/// The delegate's certificate whose key signed it.
fn issuer(
    certificate: &Certificate,
    delegate: &DelegateRule,
    standing: &Standing,
) -> Result<(String, Certificate), String> {
    let named = standing.certificates.iter().filter(|one| one.name == delegate.name);
    let read = named.filter_map(|one| Some((one.stem(), Certificate::parse(&one.der).ok()?)));
    let mut signed = read.filter(|(_, issuer)| {
        let same = issuer.tbs().subject() == certificate.tbs().issuer();
        same && certificate.verified_by(issuer.tbs().public_key()).is_ok()
    });
    // Of several with one key the newest counts.
    let found = signed.by_ref().last();
    found.ok_or_else(|| {
        format!(
            "no certificate of the delegate '{}' has the key that signed it",
            delegate.name
        )
    })
}

fn in_time(tbs: &TbsCertificate, stem: &str, issuer: &Certificate) -> Result<(), String> {
    let (from, until) = (issuer.tbs().not_before(), issuer.tbs().not_after());
    match from <= tbs.not_before() && tbs.not_before() < tbs.not_after() && tbs.not_after() <= until {
        true => Ok(()),
        false => Err(format!(
            "it is valid from {} until {}, which is not within {stem}, from {from} until {until}",
            tbs.not_before(),
            tbs.not_after()
        )),
    }
}

/// No certificate of the delegate's key is on its issuer's newest list, whatever dates the subkey has.
fn not_revoked(certificate: &Certificate, standing: &Standing) -> Result<(), String> {
    let lists = standing.crls.iter().filter_map(|crl| x509::Crl::parse(&crl.der).ok());
    let lists: Vec<x509::Crl> = lists.collect();
    for one in &standing.certificates {
        let Ok(issuer) = Certificate::parse(&one.der) else {
            continue;
        };
        let signed = certificate.verified_by(issuer.tbs().public_key()).is_ok();
        let by_its_issuer = |crl: &&x509::Crl| Some(crl.tbs().authority_key_id()) == issuer.tbs().authority_key_id();
        let entry = lists
            .iter()
            .filter(by_its_issuer)
            .find_map(|crl| crl.tbs().entry(issuer.tbs().serial()));
        if let Some(entry) = entry.filter(|_| signed) {
            return Err(format!("{} is revoked from {} on", one.stem(), entry.date));
        }
    }
    Ok(())
}

/// The policy's rule whose purposes are exactly the subkey's.
fn rule<'p>(tbs: &TbsCertificate, delegate: &DelegateRule, policy: &'p Policy) -> Result<&'p SubkeyRule, String> {
    let found: Vec<String> = tbs
        .ekus()
        .map(|(oids, _)| oids.iter().map(Oid::to_string).collect())
        .unwrap_or_default();
    let of_delegate = policy.subkey.iter().filter(|rule| rule.delegate == delegate.name);
    let mut same = of_delegate.filter(|rule| policy.subkey_purposes(rule) == found);
    same.next().ok_or_else(|| {
        format!(
            "its purposes are {}, and the policy has no subkeys of '{}' for just these",
            plain(&found.join(", "), 200),
            delegate.name
        )
    })
}

fn form(tbs: &TbsCertificate, rule: &SubkeyRule) -> Result<(), String> {
    let algorithm = match tbs.public_key().algorithm() {
        Algorithm::P384 => KeyAlgorithm::P384,
        Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
    };
    let seconds = tbs.not_after().0 - tbs.not_before().0;
    let days = i64::try_from(rule.days).unwrap_or(i64::MAX);
    let demands = [
        (!tbs.is_ca(), "it is a CA".to_owned()),
        (
            tbs.key_usage()
                .is_some_and(|(usage, _)| usage == KeyUsage::DIGITAL_SIGNATURE),
            "its key usage is not digitalSignature alone".to_owned(),
        ),
        (
            rule.algorithms.contains(&algorithm),
            format!("the policy does not allow {}", tbs.public_key().algorithm()),
        ),
        (
            seconds <= days.saturating_mul(86_400),
            format!("it lasts longer than {} days", rule.days),
        ),
        (
            (8..=20).contains(&tbs.serial().len()),
            "its serial number has not 8 to 20 octets".to_owned(),
        ),
    ];
    match demands.into_iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(what),
        None => Ok(()),
    }
}

/// The subject that a subkey of this name and number has, wherever its delegate's key is kept.
fn named(tbs: &TbsCertificate, rule: &SubkeyRule, (name, number): (&str, u32), policy: &Policy) -> Result<(), String> {
    let (found, wanted) = (tbs.subject().to_string(), policy.subkey_subject(rule, name, number));
    match found == wanted {
        true => Ok(()),
        false => Err(format!(
            "its subject is '{}'; that of {name}-{number} is '{wanted}'",
            plain(&found, 120)
        )),
    }
}

/// No serial number is used twice, no subject has two keys and no key two subjects, among all that was logged before.
fn distinct(tbs: &TbsCertificate, place: &Place<'_>) -> Result<(), String> {
    let mut seen = Distinct::default();
    for one in &place.standing.certificates {
        if let Ok(read) = Certificate::parse(&one.der) {
            seen.take(&one.stem(), read.tbs());
        }
    }
    for (stem, other) in place.others {
        seen.take(stem, other.tbs());
    }
    seen.check("it", tbs)
}

/// The certificates of a store that no event made, each with its stem, but for one.
///
/// # Errors
/// The store cannot be read.
pub fn others(source: &dyn Source, standing: &Standing, but: &str) -> io::Result<Vec<(String, Certificate)>> {
    let mut others = Vec::new();
    for path in source.list()? {
        let Some(OutputName::Certificate { name, number }) = OutputName::parse(&path) else {
            continue;
        };
        let stem = format!("{name}-{number}");
        if stem == but || standing.certificate(&stem).is_some() {
            continue;
        }
        let read = source.read(&path)?.map(|der| Certificate::parse(&der));
        others.extend(read.and_then(Result::ok).map(|read| (stem, read)));
    }
    Ok(others)
}

/// Whether a subkey has begun at that moment.
#[must_use]
pub fn has_begun(certificate: &Certificate, now: Time) -> bool {
    certificate.tbs().not_before() <= x509_time(now)
}
