//! The members' keys: each makes them on what stands for their own machine.

use crate::child::Call;
use crate::cli::MEMBERS;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::stages::open::clear_lying;

/// Each member makes two RSA keys and an SSH key.
pub fn members(rehearsal: &Rehearsal) -> Result<(), Error> {
    let homes = rehearsal.places.private.join("members");
    files::clear(&homes)?;
    files::make_folder(&homes, true)?;
    clear_lying(&rehearsal.here.inbound(), "registration-")?;
    rehearsal.step(
        (1, 1),
        "members",
        "Each makes an approval key, an admin key and an SSH key",
    )?;
    rehearsal.members(
        &MEMBERS.map(str::to_owned),
        &rehearsal.here.inbound(),
        |id| format!("registration-{id}.cbor"),
        |id| setup(rehearsal, id),
    )
}

fn setup(rehearsal: &Rehearsal, id: &str) -> Call {
    let call = rehearsal.member(id, "setup").words(["--id", id, "--rehearsal"]);
    call.path("--out", &rehearsal.here.inbound())
}
