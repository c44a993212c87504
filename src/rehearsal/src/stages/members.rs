//! The members' keys: each makes them on what stands for their own machine.

use crate::child::Call;
use crate::cli::MEMBERS;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::stages::open::clear_lying;

/// Each of the first members makes two RSA keys and an SSH key.
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
    let all = MEMBERS.map(str::to_owned);
    make_keys(rehearsal, &all)
}

/// Members who come, or whose keys are gone, make new ones in a new home; what a stopped stage left there is taken away.
pub fn new_keys(rehearsal: &Rehearsal, ids: &[String]) -> Result<(), Error> {
    for id in ids {
        files::clear(&rehearsal.next_home(id))?;
    }
    clear_lying(&rehearsal.here.inbound(), "registration-")?;
    make_keys(rehearsal, ids)
}

/// Everybody else's registration is that which they sent when they came, or made their keys anew.
pub fn registrations(rehearsal: &Rehearsal, ids: &[String]) -> Result<(), Error> {
    let here = rehearsal.here.inbound();
    let earlier = rehearsal
        .events
        .iter()
        .take_while(|event| event.name != rehearsal.event.name);
    let folders: Vec<_> = earlier.map(|event| event.folder(&rehearsal.places).inbound()).collect();
    for name in ids.iter().map(|id| format!("registration-{id}.cbor")) {
        let newest = folders
            .iter()
            .rev()
            .map(|folder| folder.join(&name))
            .find(|path| path.exists());
        if let Some(path) = newest.filter(|_| !here.join(&name).exists()) {
            for end in ["", ".sig"] {
                let from = path.with_file_name(format!("{name}{end}"));
                files::write_new(&here.join(format!("{name}{end}")), &files::read(&from)?, false)?;
            }
        }
    }
    Ok(())
}

fn make_keys(rehearsal: &Rehearsal, ids: &[String]) -> Result<(), Error> {
    rehearsal.members(
        "registration",
        ids,
        &rehearsal.here.inbound(),
        |id| format!("registration-{id}.cbor"),
        |id| setup(rehearsal, id),
    )
}

fn setup(rehearsal: &Rehearsal, id: &str) -> Call {
    let call = rehearsal
        .member_at(&rehearsal.next_home(id), id, "setup")
        .words(["--id", id, "--rehearsal"]);
    call.path("--out", &rehearsal.here.inbound())
}
