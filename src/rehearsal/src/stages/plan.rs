//! The plan: drafted from the script, checked, shown, and packed into the one bundle that is read aloud.

use crate::child::Call;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::stages::{inputs, standing};

use record::Time;

/// Makes the founding event's inbound bundle.
pub fn founding(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (places, here) = (&rehearsal.places, &rehearsal.here);
    for path in [
        here.inputs(),
        places.keepers(),
        places.publisher(),
        places.facts(1),
        places.store(),
        here.plan(),
    ] {
        files::clear(&path)?;
    }
    files::make_folder(&here.inputs(), false)?;
    files::make_folder(&places.keepers(), true)?;
    files::make_folder(&places.publisher(), true)?;
    let opens = opens(rehearsal);
    inputs::founding(rehearsal, opens, 5)?;
    draft_and_pack(rehearsal, opens, 4, 5)
}

/// Makes a later event's inbound bundle, from what stands.
pub fn later(rehearsal: &Rehearsal) -> Result<(), Error> {
    for path in [rehearsal.here.inputs(), rehearsal.here.plan()] {
        files::clear(&path)?;
    }
    files::make_folder(&rehearsal.here.inputs(), false)?;
    standing::inputs(rehearsal, 4)?;
    draft_and_pack(rehearsal, opens(rehearsal), 3, 4)
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
