//! The plan: drafted from the script, checked, shown, and packed into the one bundle that is read aloud.

use std::path::PathBuf;

use crate::child::Call;
use crate::cli::MEMBERS;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::stages::{hand_overs, inputs, standing};

use record::Time;

/// Makes the first event's inbound bundle; nothing stands yet.
pub fn first(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    anew(rehearsal, &[places.publisher(), places.facts(1), places.store()])?;
    files::make_folder(&places.publisher(), true)?;
    let opens = opens(rehearsal);
    inputs::first(rehearsal, opens, 4)?;
    draft_and_pack(rehearsal, opens, 3, 4)?;
    hand_overs::recipients(rehearsal, &MEMBERS.map(str::to_owned))
}

/// Makes the founding event's inbound bundle, from what stands and the keepers' requests.
pub fn founding(rehearsal: &Rehearsal) -> Result<(), Error> {
    let keepers = rehearsal.places.keepers();
    anew(rehearsal, std::slice::from_ref(&keepers))?;
    files::make_folder(&keepers, true)?;
    standing::stands(rehearsal, 4)?;
    inputs::requests(rehearsal, 4)?;
    draft_and_pack(rehearsal, opens(rehearsal), 3, 4)
}

/// Makes a later event's inbound bundle, from what stands and what its script needs.
pub fn later(rehearsal: &Rehearsal) -> Result<(), Error> {
    anew(rehearsal, &[])?;
    standing::stands(rehearsal, 4)?;
    standing::besides(rehearsal, 4)?;
    draft_and_pack(rehearsal, opens(rehearsal), 3, 4)
}

/// Takes away what a stopped stage left: the inputs, the bundle, and whatever else it makes.
fn anew(rehearsal: &Rehearsal, others: &[PathBuf]) -> Result<(), Error> {
    let here = &rehearsal.here;
    for path in [here.inputs(), here.plan()].iter().chain(others) {
        files::clear(path)?;
    }
    files::make_folder(&here.inputs(), false)
}

fn draft_and_pack(rehearsal: &Rehearsal, opens: Time, first: u32, of: u32) -> Result<(), Error> {
    rehearsal.step((first, of), "infra", "Draft the plan and check it")?;
    rehearsal.engine(draft(rehearsal, opens)?)?;
    rehearsal.engine(with_plan(rehearsal, "plan check")?)?;
    rehearsal.step(
        (first + 1, of),
        "infra",
        "Pack the inbound bundle: its digest is what is read aloud",
    )?;
    let pack = with_plan(rehearsal, "plan pack")?;
    rehearsal.engine(pack.path("--out", &rehearsal.here.plan()))?;
    rehearsal
        .screen
        .say("From here on the plan is this bundle, byte for byte.");
    Ok(())
}

fn draft(rehearsal: &Rehearsal, opens: Time) -> Result<Call, Error> {
    let (event, here) = (&rehearsal.event, &rehearsal.here);
    let mut call =
        rehearsal
            .ceremony("plan draft")?
            .words([event.script.as_str(), "--rehearsal", "--event", &event.name]);
    for (word, value) in &event.needs.set {
        call = call.words(["--set", &format!("{word}={value}")]);
    }
    let call = call.words([
        "--opens",
        &opens.to_string(),
        "--closes",
        &opens.plus(OPEN_FOR).to_string(),
    ]);
    Ok(call
        .path("--inputs", &here.inputs())
        .path("--out", &here.input("plan.toml")))
}

fn with_plan(rehearsal: &Rehearsal, command: &str) -> Result<Call, Error> {
    let here = &rehearsal.here;
    let call = rehearsal.ceremony(command)?.words([here.input("plan.toml")]);
    Ok(call.path("--inputs", &here.inputs()))
}

/// The last full minute but one.
fn opens(rehearsal: &Rehearsal) -> Time {
    let now = rehearsal.clock.now().0;
    Time(now.saturating_sub(60) / 60 * 60)
}

/// Long enough to be interrupted and gone on with on the same day.
const OPEN_FOR: u64 = 12 * 3_600;
