//! Two roots that vouch for each other: the old one for the new one's key, and the new one for the old one's.

use x509::Certificate;

/// Checks the cross-certificates between two roots.
///
/// # Errors
/// In words, what is missing or not as it must be.
pub fn check_cross(
    (old, new): (&Certificate, &Certificate),
    new_by_old: Option<&Certificate>,
    old_by_new: Option<&Certificate>,
) -> Result<(), String> {
    for (subject, issuer, cross) in [(new, old, new_by_old), (old, new, old_by_new)] {
        let (subject_name, issuer_name) = (subject.tbs().subject(), issuer.tbs().subject());
        let Some(cross) = cross else {
            return Err(format!("'{issuer_name}' does not vouch for '{subject_name}'"));
        };
        one_way(subject, issuer, cross)
            .map_err(|what| format!("what '{issuer_name}' says of '{subject_name}': {what}"))?;
    }
    Ok(())
}

fn one_way(subject: &Certificate, issuer: &Certificate, cross: &Certificate) -> Result<(), String> {
    let (about, by, tbs) = (subject.tbs(), issuer.tbs(), cross.tbs());
    let demands = [
        (tbs.subject() == about.subject(), "it is about another name"),
        (
            tbs.public_key() == about.public_key() && tbs.subject_key_id() == about.subject_key_id(),
            "it is about another key",
        ),
        (tbs.issuer() == by.subject(), "it is by another name"),
        (
            cross.verified_by(by.public_key()).is_ok(),
            "it is not signed by that root",
        ),
        (
            tbs.basic_constraints()
                .is_some_and(|is| is.ca && is.path_len == Some(1)),
            "its path length is not 1",
        ),
        (
            tbs.ekus().is_some_and(|(purposes, _)| !purposes.is_empty()),
            "it is not bound to purposes",
        ),
        (
            tbs.not_after() <= about.not_after() && tbs.not_after() <= by.not_after(),
            "it lasts longer than one of the two roots",
        ),
    ];
    match demands.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err((*what).to_owned()),
        None => Ok(()),
    }
}
