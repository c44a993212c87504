//! The beginning: the folders, the secrets, and the members' keys.

use std::fs;
use std::path::{Path, PathBuf};

use crate::binaries::Binaries;
use crate::child::Call;
use crate::cli::{MEMBERS, Wish};
use crate::clock::Clock;
use crate::error::Error;
use crate::files;
use crate::memory::Memory;
use crate::places::Places;
use crate::screen::Screen;
use crate::secrets::Secrets;
use crate::stages::{EVENT, HSM, Rehearsal};

/// Makes a rehearsal, or opens one that was stopped.
pub fn rehearsal(wish: Wish, binaries: Binaries) -> Result<Rehearsal, Error> {
    let places = Places::of(wish.out.as_deref());
    let (memory, secrets) = match wish.resume {
        true => reopen(&wish, &places)?,
        false => begin(&wish, &places)?,
    };
    let screen = Screen::new(wish.json, wish.interactive, places.out.clone());
    let clock = Clock { ahead: memory.ahead };
    let rehearsal = Rehearsal {
        binaries,
        places,
        clock,
        screen,
        secrets,
        memory,
        power_cut: wish.power_cut,
    };
    if wish.resume && rehearsal.clock.ahead.is_some() {
        rehearsal.set_cluster_clock()?;
    }
    Ok(rehearsal)
}

/// What a person should know of a rehearsal that is gone on with.
pub fn say_how_it_goes_on(rehearsal: &Rehearsal) -> Result<(), Error> {
    if hsm_is_half_done(&rehearsal.memory, &rehearsal.places)? {
        rehearsal.screen.say(
            "It begins again with new keys: a member's approval key registers once, and the HSM was not finished.",
        );
    }
    if approvals_are_out(&rehearsal.memory, &rehearsal.places)? {
        let now = rehearsal.clock.now();
        rehearsal.screen.say(format!(
            "Members approved before the stop, and approve the same again only when no token of then can live. All clocks \
             are moved on by 20 minutes, instead of waiting: it is {now}."
        ));
    }
    Ok(())
}

/// Whether members have approved something, and the event is not over.
fn approvals_are_out(memory: &Memory, places: &Places) -> Result<bool, Error> {
    Ok(!memory.has_done(EVENT) && !lying(&places.inbound(), "approval-")?.is_empty())
}

/// Whether an HSM was begun to be set up, and not finished: its members registered keys with it, which register once.
fn hsm_is_half_done(memory: &Memory, places: &Places) -> Result<bool, Error> {
    Ok(!memory.has_done(HSM) && !lying(&places.outbound(), "key-request-")?.is_empty())
}

fn begin(wish: &Wish, places: &Places) -> Result<(Memory, Secrets), Error> {
    // The person's own requests are read before anything is made.
    let requests = wish.requests.iter().map(|(name, path)| Ok((name, files::read(path)?)));
    let requests = requests.collect::<Result<Vec<_>, Error>>()?;
    places.make()?;
    for (name, bytes) in requests {
        files::write_new(&places.own_request(name), &bytes, false)?;
    }
    let all: Vec<String> = MEMBERS.map(str::to_owned).to_vec();
    let approvers = wish.approvers.clone().unwrap_or_else(|| all[..5].to_vec());
    let present = wish.present.clone().unwrap_or(all);
    let memory = Memory::new(wish.now.and_then(|now| Clock::at(now).ahead), approvers, present);
    let secrets = Secrets::make(places)?;
    memory.keep(places)?;
    Ok((memory, secrets))
}

fn reopen(wish: &Wish, places: &Places) -> Result<(Memory, Secrets), Error> {
    let mut memory = Memory::read(places)?;
    memory.approvers = wish.approvers.clone().unwrap_or(memory.approvers);
    memory.present = wish.present.clone().unwrap_or(memory.present);
    if hsm_is_half_done(&memory, places)? {
        memory.done.clear();
    }
    match wish.now {
        Some(now) => memory.ahead = Clock::at(now).ahead,
        None if approvals_are_out(&memory, places)? => memory.move_clock_on(),
        None => {}
    }
    memory.keep(places)?;
    Ok((memory, Secrets::read(places)?))
}

/// Each member makes two RSA keys and an SSH key, on what stands for their own machine.
pub fn members(rehearsal: &Rehearsal) -> Result<(), Error> {
    let places = &rehearsal.places;
    files::clear(&places.private.join("members"))?;
    files::make_folder(&places.private.join("members"), true)?;
    clear_inbound(places, "registration-")?;
    rehearsal.step(
        (1, 1),
        "members",
        "Each makes an approval key, an admin key and an SSH key",
    )?;
    let ids = MEMBERS.map(str::to_owned);
    rehearsal.members(
        &ids,
        &places.inbound(),
        |id| format!("registration-{id}.cbor"),
        |id| setup(rehearsal, id),
    )
}

fn setup(rehearsal: &Rehearsal, id: &str) -> Call {
    let call = rehearsal.member(id, "setup").words(["--id", id, "--rehearsal"]);
    call.path("--out", &rehearsal.places.inbound())
}

/// Takes away what a stopped stage left in the inbound folder.
pub fn clear_inbound(places: &Places, stem: &str) -> Result<(), Error> {
    lying(&places.inbound(), stem)?
        .iter()
        .try_for_each(|path| files::clear(path))
}

/// What lies in a folder under names that begin so.
fn lying(folder: &Path, stem: &str) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let entry = entry.map_err(Error::file("list", folder))?;
        if entry.file_name().to_string_lossy().starts_with(stem) {
            found.push(entry.path());
        }
    }
    Ok(found)
}
