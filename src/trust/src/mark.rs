//! The mark of rehearsals: nothing that carries it may be relied on.

use x509::Certificate;

/// Whether a certificate carries the rehearsal mark: an extension or purpose under the arc for documentation, or its
/// subject's name.
#[must_use]
pub fn is_rehearsal(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs();
    let purposes = tbs.ekus().map_or(&[][..], |(purposes, _)| purposes);
    let mut oids = tbs.extensions().iter().map(|extension| &extension.oid).chain(purposes);
    oids.any(|oid| is_beneath(oid, &DOCUMENTATION_ARC))
        || tbs.subject().to_string().to_lowercase().contains("rehearsal")
}

/// Whether an object identifier lies under an arc; the arc itself does not.
pub(crate) fn is_beneath(oid: &x509::Oid, arc: &[u64]) -> bool {
    let arcs = oid.arcs();
    arcs.len() > arc.len() && arcs.starts_with(arc)
}

/// RFC 5612's number for documentation.
pub(crate) const DOCUMENTATION_ARC: [u64; 7] = [1, 3, 6, 1, 4, 1, 32473];
