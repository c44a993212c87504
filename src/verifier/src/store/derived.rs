//! Files that follow from others: PEM, `allowed_signers`, and the pointers to the newest CRLs.

use super::events::{Events, Held};
use super::{Walk, lists};
use crate::finding::Findings;
use crate::{Report, layout, render};

/// Checks what follows from the events that passed.
pub(super) fn check(walk: &Walk<'_>, events: &Events, report: &mut Report, findings: &mut Findings) {
    for held in &events.held {
        check_event(walk, held, findings);
    }
    lists::check(walk, events, report, findings);
}

fn check_event(walk: &Walk<'_>, held: &Held, findings: &mut Findings) {
    for (issued, certificate) in held.files.certificates.iter().zip(&held.event.certificates) {
        let path = layout::certificate_pem(&issued.stem());
        let pem = render::pem(certificate);
        walk.shelf.demand(
            &path,
            pem.as_bytes(),
            "pem-differs",
            "it is not the PEM of the .der beside it",
            findings,
        );
    }
    let path = layout::allowed_signers(&held.name);
    if let Some(text) = findings.take(
        render::allowed_signers(&held.event.inbound.roster),
        &path,
        "allowed-signers-differ",
    ) {
        let what = "it does not follow from the event's roster";
        walk.shelf
            .demand(&path, text.as_bytes(), "allowed-signers-differ", what, findings);
    }
}
