//! After the event: the record is signed by all who were there, published, and checked as anybody can.

use record::Digest;

use crate::child::Call;
use crate::error::Error;
use crate::files;
use crate::members::first_and_last;
use crate::stages::Rehearsal;

/// Everybody present reads the record and signs it.
pub fn countersign(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (record, folder) = (rehearsal.places.record(), rehearsal.places.countersignatures());
    let spoken = first_and_last(&Digest::of(&files::read(&record)?));
    rehearsal.step(
        (1, 1),
        "members",
        "Compare the record with what they did themselves, and sign it",
    )?;
    let call = |id: &str| {
        rehearsal
            .member(id, "countersign")
            .words([&record])
            .path("--out", &folder)
            .line(spoken.clone())
    };
    rehearsal.members(&rehearsal.memory.present, &folder, |id| format!("{id}.sig"), call)
}

/// The publisher checks everything again and appends to the log.
pub fn publish(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    rehearsal.step(
        (1, 1),
        "publisher",
        "Check everything, append to the log, write proofs and pages",
    )?;
    let call = Call::new(&rehearsal.binaries.publish, "append")
        .words(["append"])
        .words(rehearsal.clock.words());
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &places.log_key());
    let call = call.path("--results", &places.outbound().join("results.cbor"));
    let call = call.path("--countersignatures", &places.countersignatures());
    said(rehearsal, &call.secret(rehearsal.secrets.log()).run()?);
    Ok(())
}

/// Anybody checks the whole store from the root alone.
pub fn verify(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    rehearsal.step((1, 1), "anybody", "Check the whole store, trusting the root alone")?;
    let published = places.store().join("certs/root-1.der");
    if files::read(&published)? != files::read(&places.bastion().join("outputs/certs/root-1.der"))? {
        return Err(Error::OtherRoot { path: published });
    }
    let call = Call::new(&rehearsal.binaries.verify, "store")
        .words(["store"])
        .words([places.store()]);
    let call = call
        .path("--root", &places.store().join("certs/root-1.pem"))
        .words(["--rehearsal"]);
    said(rehearsal, &call.words(rehearsal.clock.words()).run()?);
    Ok(())
}

fn said(rehearsal: &Rehearsal, text: &str) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        rehearsal.screen.say(record::text::plain(line, 400));
    }
}
