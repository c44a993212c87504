//! The reviews: every member derives all of it again and signs the digest.

use record::Digest;

use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::rehearsal::Rehearsal;
use crate::stages::standing::root;

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
    let (able, store) = (rehearsal.able()?, rehearsal.places.store());
    // One of them fetches the store and compares what stands; nine would do the same nine times.
    let compares = able.first().filter(|_| rehearsal.here.input(STANDING).exists());
    let review = |id: &str| {
        let call = rehearsal
            .member(id, "review")
            .words([&plan])
            .path("--out", &inbound)
            .line(spoken.clone());
        match compares.is_some_and(|first| first == id) {
            true => call.path("--store", &store).path("--root", &root(&store)),
            false => call,
        }
    };
    rehearsal.members("review", &able, &inbound, |id| format!("review-{id}.cbor"), review)
}

/// What stands before the event; the first has none.
const STANDING: &str = "standing.cbor";
