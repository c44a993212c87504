//! Signatures: the release key's keeper signs files, as a signing service does; the publisher logs each signature and writes
//! its proof, and anybody checks one of the files with that alone.

use record::Time;
use record::digest::hex;
use serde_json::json;

use crate::child::Call;
use crate::error::Error;
use crate::rehearsal::Rehearsal;
use crate::stages::newest_root;
use crate::stages::standing::{LOG_POLICIES, newest};
use crate::{files, keepers};

/// Signs a made-up release.
pub fn release(rehearsal: &Rehearsal) -> Result<(), Error> {
    if !rehearsal.places.is_certified(DELEGATE) {
        rehearsal
            .screen
            .say("The event made no certificate: nobody can sign a release.");
        return Ok(());
    }
    if rehearsal.places.own_request(DELEGATE).exists() {
        let text = "The release key is yours: `ceremony-publish signatures` logs what you sign with it.";
        rehearsal.screen.say(text);
        return Ok(());
    }
    rehearsal.step(
        (1, 2),
        "signing service, publisher",
        "Sign each file of a release, and log each signature",
    )?;
    sign(rehearsal)?;
    log(rehearsal)?;
    rehearsal.step(
        (2, 2),
        "anybody",
        "Check one of the files, offline, with its proof alone",
    )?;
    check(rehearsal)
}

/// The files, and the service's batch; what a stopped stage left is gone on with, for its signatures may be logged.
fn sign(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    let batch = places.outside().join(BATCH);
    if batch.exists() {
        return Ok(());
    }
    files::make_folder(&places.outside(), true)?;
    files::clear(&places.artifacts())?;
    files::make_folder(&places.artifacts(), false)?;
    let key = files::read(&places.keepers().join(format!("{DELEGATE}.key")))?;
    let mut lines = String::new();
    for name in FILES {
        let bytes = format!("REHEARSAL: {name}. Nothing in it is for real use.\n");
        files::write_new(&places.artifacts().join(name), bytes.as_bytes(), false)?;
        let signed = keepers::sign(DELEGATE, &key, bytes.as_bytes())?;
        lines += &line(name, &signed, rehearsal.clock.now());
    }
    files::write_new(&batch, lines.as_bytes(), true)
}

/// What the service says of one signature.
fn line(name: &str, signed: &keepers::Signed, made: Time) -> String {
    let line = json!({
        "name": name, "hash": hex(&signed.hash), "signature": signed.signature, "signer": format!("{DELEGATE}-1"),
        "made": made.to_string(),
    });
    format!("{line}\n")
}

fn log(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    let call = Call::new(&rehearsal.binaries.publish, "signatures").words(["signatures"]);
    let call = call
        .words([places.outside().join(BATCH)])
        .words(rehearsal.clock.words());
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &places.signatures_key());
    let call = call.path("--proofs", &places.artifacts());
    let said = call.secret(rehearsal.secrets.signatures()).run()?;
    rehearsal.screen.elsewhere("publisher", &said);
    rehearsal.screen.say(format!(
        "{} files are signed by {DELEGATE}-1, each signature is in the log sig/1, and each file has its proof.",
        FILES.len()
    ));
    Ok(())
}

fn check(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (places, file) = (&rehearsal.places, rehearsal.places.artifacts().join(FILES[0]));
    let root = newest_root(&places.store()).unwrap_or_default();
    let call =
        Call::new(&rehearsal.binaries.verify, "artifact").words(["artifact", "--rehearsal", "--purpose", DELEGATE]);
    let call = call.words(rehearsal.clock.words()).words([&file]).path("--root", &root);
    let call = call.path("--proof", &places.artifacts().join(format!("{}.proof", FILES[0])));
    let said = call
        .path("--log-policy", &newest(&places.store(), LOG_POLICIES).1)
        .run()?;
    rehearsal.screen.elsewhere("anybody", &said);
    rehearsal.screen.say(format!(
        "{}: signed for '{DELEGATE}', and the log has the signature and the certificate.",
        FILES[0]
    ));
    Ok(())
}

const DELEGATE: &str = "release";
const BATCH: &str = "release.batch";
/// As a release has them; none is real.
const FILES: [&str; 3] = [
    "rust-rehearsal.tar.xz",
    "rustc-rehearsal.tar.xz",
    "channel-rust-rehearsal.toml",
];
