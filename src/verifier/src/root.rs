//! The root that was given: its mark, its own soundness, and what it anchors.

use issue::derive::x509_time;
use issue::founding::Founding;
use record::{Digest, Time};
use x509::Certificate;

use crate::finding::Findings;

/// Whether the root carries the rehearsal mark: an extension or purpose under the arc for documentation, or its name.
#[must_use]
pub fn is_rehearsal(root: &Certificate) -> bool {
    trust::is_rehearsal(root)
}

/// Checks the root alone; whether it makes sense to go on with it.
pub(crate) fn check(root: &Certificate, rehearsal: bool, now: Time, findings: &mut Findings) -> bool {
    let usable = check_mark(root, rehearsal, findings) && check_own(root, findings);
    if usable {
        check_dates(root, now, findings);
    }
    usable
}

/// Whether root and request agree on the mark.
fn check_mark(root: &Certificate, rehearsal: bool, findings: &mut Findings) -> bool {
    match (is_rehearsal(root), rehearsal) {
        (true, false) => findings.add(
            FILE,
            "rehearsal-refused",
            "this root is a rehearsal's: nothing under it may be relied on",
        ),
        (false, true) => findings.add(
            FILE,
            "not-a-rehearsal",
            "a rehearsal was asked for, but this root is not a rehearsal's",
        ),
        _ => return true,
    }
    false
}

/// Whether it is a root at all: a CA that signed itself. Without one, every other finding would be about nothing.
fn check_own(root: &Certificate, findings: &mut Findings) -> bool {
    let tbs = root.tbs();
    let own = tbs.subject() == tbs.issuer() && tbs.is_ca() && root.verified_by(tbs.public_key()).is_ok();
    findings.demand(own, FILE, "root-bad", || {
        format!(
            "this is not a root certificate: '{}', issued by '{}'",
            tbs.subject(),
            tbs.issuer()
        )
    });
    own
}

fn check_dates(root: &Certificate, now: Time, findings: &mut Findings) {
    let (tbs, at) = (root.tbs(), x509_time(now));
    findings.demand(
        tbs.not_before() <= at && at <= tbs.not_after(),
        FILE,
        "root-not-valid",
        || {
            format!(
                "the root is valid from {} to {}, not at {now}",
                tbs.not_before(),
                tbs.not_after()
            )
        },
    );
}

/// What the root's founding extension says, wherever its arc is.
pub(crate) fn founding(root: &Certificate) -> Option<(x509::Oid, Founding)> {
    root.tbs()
        .extensions()
        .iter()
        .find_map(|extension| Some((extension.oid, Founding::parse(&extension.value)?)))
}

/// The key's fingerprint, in words for people.
pub(crate) fn describe(root: &Certificate) -> String {
    format!(
        "root '{}', certificate {}",
        root.tbs().subject(),
        Digest(root.fingerprint())
    )
}

/// What is said of a log policy that is not the one that the root carries.
pub(crate) const OTHER_LOG_POLICY: &str =
    "whether the log policy is the Project's: it is not the one that this root carries, and was taken as given";

/// What findings about the root given call it: it is no file of the store.
pub(crate) const FILE: &str = "ROOT";
