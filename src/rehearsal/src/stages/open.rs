//! The beginning: the folders and the secrets of a rehearsal, or what a stopped one left.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::binaries::Binaries;
use crate::chain;
use crate::cli::{MEMBERS, Wish};
use crate::clock::Clock;
use crate::error::Error;
use crate::event::Event;
use crate::files;
use crate::journey;
use crate::memory::Memory;
use crate::places::Places;
use crate::rehearsal::Rehearsal;
use crate::screen::Screen;
use crate::secrets::Secrets;
use crate::stages::EVENT;

/// Makes a rehearsal, or opens one that was stopped.
pub fn rehearsal(wish: Wish, binaries: Binaries) -> Result<Rehearsal, Error> {
    let places = Places::of(wish.out.as_deref());
    let (memory, secrets) = match wish.resume {
        true => reopen(&wish, &places)?,
        false => begin(&wish, &places)?,
    };
    let events = chain::events(&memory)?;
    let event = undone(&events, &memory);
    let rehearsal = Rehearsal {
        screen: Screen::new(wish.json, wish.interactive, places.out.clone()),
        clock: Clock { ahead: memory.ahead },
        here: event.folder(&places),
        binaries,
        places,
        secrets,
        memory,
        power_cut: wish.power_cut,
        until_event: wish.until_event,
        events,
        event,
        taken: Mutex::default(),
    };
    if wish.resume && rehearsal.clock.ahead.is_some() {
        rehearsal.set_cluster_clock()?;
    }
    Ok(rehearsal)
}

/// A power cut is in an event that is still to come to its end.
fn check_power_cut(wish: &Wish, events: &[Event], memory: &Memory) -> Result<(), Error> {
    let Some(named) = wish.power_cut.as_ref().and_then(|cut| cut.event.as_ref()) else {
        return Ok(());
    };
    let coming = |event: &&Event| !event.has_done(memory, EVENT);
    let coming: Vec<&str> = events.iter().filter(coming).map(|event| event.name.as_str()).collect();
    match coming.contains(&named.as_str()) {
        true => Ok(()),
        false => Err(Error::Usage {
            what: format!(
                "no event '{}' is to come in which the power could be cut",
                record::text::plain(named, 63)
            ),
            hint: format!("there are: {}", coming.join(", ")),
        }),
    }
}

/// What a person should know of a rehearsal that is gone on with.
pub fn say_how_it_goes_on(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (event, memory, places) = (&rehearsal.event, &rehearsal.memory, &rehearsal.places);
    if approvals_are_out(event, memory, places)? {
        let now = rehearsal.clock.now();
        rehearsal.screen.say(format!(
            "Members approved before the stop, and approve the same again only when no token of then can live. All clocks \
             are moved on by 20 minutes, instead of waiting: it is {now}."
        ));
    }
    Ok(())
}

/// The first event that is not over, or the last.
fn undone(events: &[Event], memory: &Memory) -> Event {
    let first = events.iter().find(|event| !event.is_over(memory));
    first.or(events.last()).cloned().unwrap_or_else(Event::first)
}

/// Whether members have approved something, and the event is not over.
fn approvals_are_out(event: &Event, memory: &Memory, places: &Places) -> Result<bool, Error> {
    let inbound = event.folder(places).inbound();
    Ok(!event.has_done(memory, EVENT) && !lying(&inbound, "approval-")?.is_empty())
}

fn begin(wish: &Wish, places: &Places) -> Result<(Memory, Secrets), Error> {
    // The person's own requests and documents are read before anything is made.
    let requests = wish.requests.iter().map(|(name, path)| Ok((name, files::read(path)?)));
    let requests = requests.collect::<Result<Vec<_>, Error>>()?;
    let documents = wish.documents.iter().map(|(name, path)| Ok((name, files::read(path)?)));
    let documents = documents.collect::<Result<Vec<_>, Error>>()?;
    let all: Vec<String> = MEMBERS.map(str::to_owned).to_vec();
    let approvers = wish.approvers.clone().unwrap_or_else(|| all[..5].to_vec());
    let present = wish.present.clone().unwrap_or(all);
    let begins = wish.now.or_else(|| journey::begins().filter(|_| wish.journey));
    let mut memory = Memory::new(begins.and_then(|now| Clock::at(now).ahead), approvers, present);
    memory.scripts.clone_from(&wish.scripts);
    memory.journey = wish.journey;
    memory.witnesses.clone_from(&wish.witnesses);
    memory.without_keepers = wish.without_keepers;
    let events = chain::events(&memory)?;
    check_power_cut(wish, &events, &memory)?;
    places.make()?;
    for (name, bytes) in requests {
        files::write_new(&places.own_request(name), &bytes, false)?;
    }
    for (name, bytes) in documents {
        files::write_new(&places.documents().join(name), &bytes, false)?;
    }
    let secrets = Secrets::make(places, &people(&events), owners(&events))?;
    memory.keep(places)?;
    Ok((memory, secrets))
}

/// Everybody who is ever in office.
fn people(events: &[Event]) -> Vec<String> {
    let changes = events.iter().filter_map(|event| event.needs.roster.as_ref());
    let joined = changes.flat_map(|change| change.join.iter().cloned());
    MEMBERS.map(str::to_owned).into_iter().chain(joined).collect()
}

/// How many passwords the key owner has in all: two for each time that somebody goes.
fn owners(events: &[Event]) -> u32 {
    let changes = events.iter().filter(|event| event.needs.somebody_leaves()).count();
    u32::try_from(2 * changes + 1).unwrap_or(1)
}

fn reopen(wish: &Wish, places: &Places) -> Result<(Memory, Secrets), Error> {
    let mut memory = Memory::read(places)?;
    memory.approvers = wish.approvers.clone().unwrap_or(memory.approvers);
    memory.present = wish.present.clone().unwrap_or(memory.present);
    memory.scripts.extend(wish.scripts.iter().cloned());
    let events = chain::events(&memory)?;
    check_power_cut(wish, &events, &memory)?;
    let event = undone(&events, &memory);
    match wish.now {
        Some(now) => memory.ahead = Clock::at(now).ahead,
        None if approvals_are_out(&event, &memory, places)? => memory.move_clock_on(),
        None => {}
    }
    memory.keep(places)?;
    Ok((memory, Secrets::read(places, &people(&events), owners(&events))?))
}

/// Takes away what a stopped stage left in a folder.
pub fn clear_lying(folder: &Path, stem: &str) -> Result<(), Error> {
    lying(folder, stem)?.iter().try_for_each(|path| files::clear(path))
}

/// What lies in a folder under names that begin so.
pub fn lying(folder: &Path, stem: &str) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let entry = entry.map_err(Error::file("list", folder))?;
        if entry.file_name().to_string_lossy().starts_with(stem) {
            found.push(entry.path());
        }
    }
    Ok(found)
}
