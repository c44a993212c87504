//! What a later plan is packed from: what stands, by the public store, and what its script needs besides.

use std::path::{Path, PathBuf};

use crate::child::Call;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::stages::{inputs as founding, successors};

/// What stands, and what is in force.
pub fn stands(rehearsal: &Rehearsal, of: u32) -> Result<(), Error> {
    rehearsal.step(
        (1, of),
        "infra",
        "Take from the public store what stands, and what is in force",
    )?;
    call(rehearsal, &rehearsal.here.input("standing.cbor")).run()?;
    in_force(rehearsal)
}

/// What the script needs, and what comes into force.
pub fn besides(rehearsal: &Rehearsal, of: u32) -> Result<(), Error> {
    rehearsal.step((2, of), "infra", "Gather what the script needs besides")?;
    requests_and_documents(rehearsal)?;
    successors::inputs(rehearsal)
}

/// The verifier checks the whole store before it says what stands.
pub fn call(rehearsal: &Rehearsal, out: &Path) -> Call {
    let store = rehearsal.places.store();
    let call = Call::new(&rehearsal.binaries.verify, "standing").words(["standing"]);
    let call = from_root(call.words([&store]), &store).words(["--rehearsal"]);
    call.words(rehearsal.clock.words()).path("--out", out)
}

/// A call that trusts the newest root, once there is one.
pub fn from_root(call: Call, store: &Path) -> Call {
    match newest_root(store) {
        Some(root) => call.path("--root", &root),
        None => call,
    }
}

/// The newest root, which whoever checks trusts: the older ones end.
pub fn newest_root(store: &Path) -> Option<PathBuf> {
    let files = (1..).map(|number: u32| store.join(format!("certs/root-{number}.pem")));
    files.take_while(|file| file.is_file()).last()
}

/// Roster, policy and log policy: the newest of each.
fn in_force(rehearsal: &Rehearsal) -> Result<(), Error> {
    let store = rehearsal.places.store();
    for (input, names) in IN_FORCE {
        let (number, path) = newest(&store, names);
        files::write_new(&rehearsal.here.input(input), &files::read(&path)?, false)?;
        rehearsal.screen.say(format!("{input}: number {number} is in force."));
    }
    Ok(())
}

/// The newest of numbered files, and its number.
pub fn newest(store: &Path, (folder, before, after): Numbered) -> (u32, PathBuf) {
    let name = |n: u32| store.join(folder).join(format!("{before}{n}{after}"));
    let newest = (1..).take_while(|n| name(*n).is_file()).last().unwrap_or(1);
    (newest, name(newest))
}

/// Where the store keeps numbered files: folder, and what stands before and after the number.
type Numbered = (&'static str, &'static str, &'static str);

/// Log policies.
pub const LOG_POLICIES: Numbered = ("policy", "tlog-policy-", "");

fn requests_and_documents(rehearsal: &Rehearsal) -> Result<(), Error> {
    let needs = &rehearsal.event.needs;
    for (stem, delegate) in &needs.requests {
        founding::request(rehearsal, delegate, stem)?;
    }
    for (input, text) in &needs.documents {
        files::write_new(&rehearsal.here.input(input), text.as_bytes(), false)?;
        rehearsal.screen.say(format!("{input}: a document."));
    }
    // A document's name is given once.
    let first = !rehearsal.event.is_drill() && rehearsal.event.name.ends_with("-1");
    let guides: Vec<_> = needs.guides().filter(|_| first).collect();
    for (input, text) in &guides {
        files::write_new(&rehearsal.here.input(input), text.as_bytes(), false)?;
        rehearsal.screen.say(format!("{input}: a guide, to be published."));
    }
    if needs.requests.is_empty() && needs.documents.is_empty() && guides.is_empty() {
        rehearsal.screen.say("It needs nothing besides.");
    }
    Ok(())
}

/// The input, and where the store keeps it.
const IN_FORCE: [(&str, Numbered); 3] = [
    ("roster.cbor", ("roster", "", ".cbor")),
    ("policy.toml", ("policy", "", ".toml")),
    ("tlog-policy", LOG_POLICIES),
];
