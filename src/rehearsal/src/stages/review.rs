//! The reviews: every member derives all of it again and signs the digest.

use record::Digest;

use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::rehearsal::Rehearsal;

/// Every member in office reviews the inbound bundle.
pub fn reviews(rehearsal: &Rehearsal) -> Result<(), Error> {
    let plan = rehearsal.here.plan();
    let spoken = first_and_last(&Digest::of(&files::read(&plan)?));
    rehearsal.step(
        (1, 1),
        "members",
        "Derive everything again, read it in plain words, sign the digest",
    )?;
    let inbound = rehearsal.here.inbound();
    let review = |id: &str| {
        rehearsal
            .member(id, "review")
            .words([&plan])
            .path("--out", &inbound)
            .line(spoken.clone())
    };
    rehearsal.members(
        "review",
        &rehearsal.able()?,
        &inbound,
        |id| format!("review-{id}.cbor"),
        review,
    )
}
