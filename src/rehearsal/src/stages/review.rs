//! The reviews: every member derives all of it again and signs the digest.

use record::Digest;

use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::rehearsal::Rehearsal;
use crate::stages::standing::from_root;

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
    let stands = rehearsal.here.input(STANDING).exists();
    // One of them fetches the store and compares what stands; nine would do the same nine times, and say so.
    let compares = able.first();
    let review = |id: &str| {
        let call = rehearsal
            .member(id, "review")
            .words([&plan])
            .path("--out", &inbound)
            .line(spoken.clone());
        match (stands, compares.is_some_and(|first| first == id)) {
            (false, _) => call,
            (true, false) => call.words(["--without-store"]),
            (true, true) => from_root(call.path("--store", &store), &store),
        }
    };
    rehearsal.members("review", &able, &inbound, |id| format!("review-{id}.cbor"), review)
}

/// What stands before the event; the first has none.
const STANDING: &str = "standing.cbor";
