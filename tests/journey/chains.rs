//! Chains over fifteen years, by openssl alone, at the moments at which they had to hold.

use record::Time;
use support::judges::openssl;

use super::lists::in_force;
use super::read::{Certificate, certificates};

/// A day after it was issued: by its root, through its delegate if it is a subkey, with the list of its issuer.
#[test]
fn every_certificate_chains_to_its_root_a_day_after_it_was_issued() {
    let all = certificates();
    let mut judged = 0;
    for one in all.iter().filter(|one| !is_root(one)) {
        let at = one.from.plus(86_400);
        let chain = issuers(&all, one, at);
        let root = chain.last().expect("an issuer");
        assert!(root.stem.starts_with("root-"), "{} ends at {}", one.stem, root.stem);
        let between = chain.iter().filter(|one| !is_root(one)).map(|one| one.path.as_str());
        let told = verify(one, root, &between.collect::<Vec<_>>(), at, chain[0]);
        assert_eq!(told.code, 0, "{told}");
        judged += 1;
    }
    assert!(judged > 20, "{judged} certificates were judged");
}

/// Whoever has the old root alone still takes what the new one signed, and the other way round.
#[test]
fn the_cross_certificates_lead_from_one_root_to_the_other_both_ways() {
    let all = certificates();
    let crosses: Vec<_> = all.iter().filter(|one| one.stem.contains("-by-root-")).collect();
    assert!(crosses.len() >= 4, "{} cross-certificates", crosses.len());
    for cross in crosses {
        let find = |subject: &str| {
            all.iter()
                .find(|one| one.subject == subject && is_root(one))
                .expect("a root")
        };
        let (subject, issuer) = (find(&cross.subject), find(&cross.issuer));
        let at = cross.from.plus(86_400);
        let below =
            |one: &&Certificate| one.issuer == subject.subject && !is_root(one) && one.from <= at && at <= one.until;
        let delegate = all
            .iter()
            .filter(below)
            .find(|one| !one.stem.contains("-by-"))
            .expect("a delegate");
        let told = verify(delegate, issuer, &[&cross.path], at, subject);
        assert_eq!(told.code, 0, "{}: {told}", cross.stem);
        let without = verify(delegate, issuer, &[], at, subject);
        assert_ne!(without.code, 0, "{}: without it there is no way: {without}", cross.stem);
    }
}

#[test]
fn no_certificate_outlives_its_issuer() {
    let all = certificates();
    for one in all.iter().filter(|one| !is_root(one)) {
        let issuer = issuers(&all, one, one.from.plus(1))[0];
        assert!(one.until <= issuer.until, "{} ends after {}", one.stem, issuer.stem);
    }
}

fn is_root(one: &Certificate) -> bool {
    one.subject == one.issuer
}

/// From the issuer up to the root.
fn issuers<'a>(all: &'a [Certificate], one: &Certificate, at: Time) -> Vec<&'a Certificate> {
    let mut chain: Vec<&Certificate> = Vec::new();
    let mut wanted = one.issuer.as_str();
    loop {
        let fits = |other: &&Certificate| other.subject == wanted && other.from <= at && at <= other.until;
        let found = all
            .iter()
            .filter(fits)
            .filter(|other| !other.stem.contains("-by-"))
            .max_by_key(|other| other.from);
        let found = found.unwrap_or_else(|| panic!("{}: no certificate for {wanted}", one.stem));
        chain.push(found);
        if is_root(found) {
            return chain;
        }
        wanted = &found.issuer;
    }
}

fn verify(one: &Certificate, root: &Certificate, between: &[&str], at: Time, issuer: &Certificate) -> support::Outcome {
    let list = in_force(&issuer.stem, at).unwrap_or_else(|| panic!("{} has no list at {at}", issuer.stem));
    let at = at.0.to_string();
    let words = [
        "verify",
        "-x509_strict",
        "-attime",
        &at,
        "-CAfile",
        &root.path,
        "-crl_check",
        "-CRLfile",
    ];
    let untrusted = between.iter().flat_map(|path| ["-untrusted", path]);
    let words: Vec<&str> = words
        .into_iter()
        .chain([list.as_str()])
        .chain(untrusted)
        .chain([one.path.as_str()])
        .collect();
    openssl(&words, "")
}
