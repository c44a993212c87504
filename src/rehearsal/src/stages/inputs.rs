//! What the first two plans are packed from: the log's key, policy and roster; then the keepers' requests.

use crate::child::Call;
use crate::cli::{KEEPERS, MEMBERS};
use crate::error::Error;
use crate::facts::Facts;
use crate::rehearsal::Rehearsal;
use crate::stages::open::lying;
use crate::{files, keepers};

use record::Time;

/// What the first plan is packed from: the log's key, policy and roster.
pub fn first(rehearsal: &Rehearsal, opens: Time, of: u32) -> Result<(), Error> {
    let (places, here) = (&rehearsal.places, &rehearsal.here);
    rehearsal.step(
        (1, of),
        "publisher",
        "Make the log's key, and the policy by which the log is trusted",
    )?;
    log(rehearsal).run()?;
    rehearsal.step(
        (2, of),
        "infra",
        "Take the rehearsal policy, and make the roster from the registrations",
    )?;
    let policy = rehearsal.ceremony("plan policy")?.words(["root-generation"]);
    rehearsal.engine(policy.path("--out", &here.input("policy.toml")))?;
    Facts::first(&MEMBERS, opens)?.keep(places)?;
    let roster = rehearsal
        .ceremony("plan roster")?
        .path("--registrations", &here.inbound())
        .path("--facts", &places.facts(1));
    rehearsal.engine(roster.path("--out", &here.input("roster.cbor")))
}

fn log(rehearsal: &Rehearsal) -> Call {
    let places = &rehearsal.places;
    let call = Call::new(&rehearsal.binaries.publish, "init").words(["init", "--rehearsal"]);
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &places.log_key());
    let call = call
        .path("--log-policy", &rehearsal.here.input("tlog-policy"))
        .words(&rehearsal.memory.witnesses)
        .secret(rehearsal.secrets.log());
    match rehearsal.memory.without_keepers {
        true => call,
        false => call
            .path("--sig-key", &places.signatures_key())
            .secret(rehearsal.secrets.signatures()),
    }
}

/// What the founding plan is packed from besides: the keepers' requests, and documents.
pub fn requests(rehearsal: &Rehearsal, of: u32) -> Result<(), Error> {
    rehearsal.step(
        (2, of),
        "keepers",
        "Ask for certificates, with proof that they hold the keys",
    )?;
    for name in KEEPERS {
        let own = rehearsal.places.own_request(name);
        if own.exists() {
            let input = rehearsal.here.input(&format!("{name}.csr"));
            files::write_new(&input, &files::read(&own)?, false)?;
            rehearsal.screen.say(format!("{name}: your own request."));
            continue;
        }
        request(rehearsal, name, name)?;
    }
    documents(rehearsal)
}

/// Documents that the person brought, such as the RFC's text.
fn documents(rehearsal: &Rehearsal) -> Result<(), Error> {
    let mut found = lying(&rehearsal.places.documents(), "")?;
    found.sort_unstable();
    for path in found {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files::write_new(&rehearsal.here.input(&name), &files::read(&path)?, false)?;
        rehearsal.screen.say(format!("{name}: a document, to be published."));
    }
    Ok(())
}

/// Has a keeper outside make a key, which stays there, and the request that is the input `stem`.csr.
pub fn request(rehearsal: &Rehearsal, delegate: &str, stem: &str) -> Result<(), Error> {
    let event = &rehearsal.event;
    let key = rehearsal.places.keepers().join(match event.is_founding() {
        true => format!("{stem}.key"),
        false => format!("{stem}-{}.key", event.name),
    });
    files::clear(&key)?;
    let made = keepers::make(delegate)?;
    files::write_new(&key, made.key.as_bytes(), true)?;
    let input = rehearsal.here.input(&format!("{stem}.csr"));
    files::write_new(&input, made.request.as_bytes(), false)?;
    rehearsal.screen.say(format!("{stem}: a key made here."));
    Ok(())
}
