//! Passwords that the console sealed: each member says to what, and opens their own.

use std::path::PathBuf;

use record::messages::HandOver;
use zeroize::Zeroizing;

use crate::cli::MEMBERS;
use crate::error::Error;
use crate::rehearsal::Rehearsal;
use crate::secrets::Secret;
use crate::stages::open::clear_lying;

/// Each says that passwords of this event are to be sealed to their SSH key.
pub fn recipients(rehearsal: &Rehearsal, ids: &[String]) -> Result<(), Error> {
    let (inbound, plan) = (rehearsal.here.inbound(), rehearsal.here.plan());
    clear_lying(&inbound, "recipient-")?;
    let name = |id: &str| format!("recipient-{id}.cbor");
    rehearsal.members("recipient", ids, &inbound, name, |id| {
        let call = rehearsal.member_at(&rehearsal.next_home(id), id, "recipient");
        call.path("--plan", &plan).path("--out", &inbound)
    })
}

/// Each opens the two passwords that were sealed to them, if the console got that far. From then on these are the ones that
/// people type.
pub fn open(rehearsal: &Rehearsal) -> Result<(), Error> {
    if !rehearsal.event.is_first() {
        return Ok(());
    }
    let mut opened = Vec::new();
    for id in MEMBERS {
        let Some(files) = newest(rehearsal, id) else {
            return Ok(());
        };
        let call = rehearsal.member_at(&rehearsal.next_home(id), id, "open");
        let said = Zeroizing::new(call.words(files).words(["--stdout"]).run()?);
        let mut lines = said.lines().map(|line| Secret::typed(line.to_owned()));
        let (Some(admin), Some(owner), None) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Error::Memory {
                path: rehearsal.here.outbound(),
                what: format!("{id} opened two passwords, and not two came"),
            });
        };
        opened.push((id, admin, owner));
    }
    rehearsal.secrets.handed_over(&rehearsal.places, opened)
}

/// The newest hand-over of the admin's password and of the key owner's: a stop before the cluster was touched leaves those
/// of an attempt that came to nothing.
fn newest(rehearsal: &Rehearsal, id: &str) -> Option<[PathBuf; 2]> {
    let outbound = rehearsal.here.outbound();
    let newest = |user: &str| {
        let there = |path: &PathBuf| path.is_file();
        let attempts = (1..).map(|attempt| outbound.join(HandOver::file_name(user, id, attempt)));
        attempts.take_while(there).last()
    };
    let owner = rehearsal.event.needs.set.get("owner")?;
    Some([newest(&record::roster::admin_of(id))?, newest(owner)?])
}
