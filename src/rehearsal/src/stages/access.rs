//! The access logs: their keeper makes a batch of each, signs it, and the publisher logs it. From the founding event on there is
//! a delegate who can; its first batches have the event before it too.

mod last;
mod raw;

use std::path::{Path, PathBuf};
use std::time::Duration;

use record::Time;
use record::access::{ConsoleBatch, HsmBatch};

use crate::child::Call;
use crate::error::Error;
use crate::rehearsal::Rehearsal;
use crate::{files, keepers};
use last::Last;
use raw::Held;

/// Makes, signs and publishes a batch of each log.
pub fn publish(rehearsal: &Rehearsal) -> Result<(), Error> {
    if !rehearsal.places.is_certified("transparency") {
        rehearsal
            .screen
            .say("There is no transparency delegate yet: its first batches will have this event too.");
        return Ok(());
    }
    if !is_due(rehearsal) {
        rehearsal.screen.say(
            "The keepers publish after every fourth event of a journey: their next batches will have this one too.",
        );
        return Ok(());
    }
    if rehearsal.places.own_request("transparency").exists() {
        rehearsal
            .screen
            .say("The transparency key is yours: `ceremony-publish access` makes, signs and publishes batches.");
        return Ok(());
    }
    let folder = rehearsal.places.access().join(&rehearsal.event.name);
    files::clear(&folder)?;
    files::make_folder(&folder, true)?;
    let keeper = Keeper { rehearsal, folder };
    keeper.demand_sealed_key()?;
    keeper.finish_what_was_cut_off()?;
    let (journals, store) = (keeper.journals()?, rehearsal.places.store());
    rehearsal.step(
        (1, 2),
        "keeper, publisher",
        "A batch of the console's log is made, signed and logged",
    )?;
    keeper.publishes(
        "console",
        keeper.console(&journals)?,
        Last::of::<ConsoleBatch>(&store, "console")?,
        &journals,
    )?;
    rehearsal.step(
        (2, 2),
        "keeper, publisher",
        "A batch of the HSM's log is made, signed and logged",
    )?;
    keeper.publishes(
        "hsm",
        keeper.hsm(&journals)?,
        Last::of::<HsmBatch>(&store, "hsm")?,
        &journals,
    )
}

/// Whether batches are made after this event: after each, but of the many of a journey after every fourth and the last.
fn is_due(rehearsal: &Rehearsal) -> bool {
    let mut events = rehearsal.events.iter();
    let place = events
        .position(|event| event.name == rehearsal.event.name)
        .unwrap_or_default();
    !rehearsal.memory.journey || rehearsal.is_last_event() || place % 4 == 1
}

/// The keeper of the transparency key, at work after one event.
struct Keeper<'r> {
    rehearsal: &'r Rehearsal,
    folder: PathBuf,
}

impl Keeper<'_> {
    /// The keeper's key as `access sign` takes it, sealed with a passphrase.
    fn demand_sealed_key(&self) -> Result<(), Error> {
        let keepers = self.rehearsal.places.keepers();
        let sealed = self.key();
        if sealed.exists() {
            return Ok(());
        }
        let plain = files::read(&keepers.join("transparency.key"))?;
        let pem = keepers::seal("transparency", &plain, &self.rehearsal.secrets.transparency())?;
        files::write_new(&sealed, pem.as_bytes(), true)
    }

    /// A stop may have left a batch half published: the next one follows it.
    fn finish_what_was_cut_off(&self) -> Result<(), Error> {
        let (rehearsal, places) = (self.rehearsal, &self.rehearsal.places);
        let call = Call::new(&rehearsal.binaries.publish, "resume").words(["resume"]);
        let call = call.words(rehearsal.clock.words());
        let call = call
            .path("--store", &places.store())
            .path("--log-key", &places.log_key());
        call.run().map(|_| ())
    }

    fn key(&self) -> PathBuf {
        self.rehearsal.places.outside().join("transparency.key")
    }

    /// From the last batch's end, or the first event's day, until now.
    fn publishes(&self, log: &str, raw: Vec<PathBuf>, last: Option<Last>, journals: &[Held]) -> Result<(), Error> {
        let all = journals.iter().flat_map(|(_, entries)| entries).map(|entry| entry.at);
        let first = all.clone().min().unwrap_or(Time(0));
        // The HSM's clock may be ahead of the console's by a part of a second, and so by one in whole seconds.
        let end = all.max().unwrap_or(Time(0)).plus(1);
        let from = last
            .as_ref()
            .map_or(Time(first.0.saturating_sub(HOUR) / DAY * DAY), |last| last.ended);
        let batch = self.folder.join(format!(
            "access-{log}-{}.cbor",
            last.as_ref().map_or(1, |last| last.number + 1)
        ));
        let rehearsal = self.rehearsal;
        // A batch ends after what it tells of.
        while rehearsal.clock.now() <= end.max(from) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let call = self.call("access").words([log]).words(raw).words(["--rehearsal"]);
        let call = call.words([
            "--from",
            &from.to_string(),
            "--until",
            &rehearsal.clock.now().to_string(),
        ]);
        let call = match &last {
            Some(last) => call.path("--previous", &last.path),
            None => call,
        };
        let made = call.path("--out", &batch).run()?;
        rehearsal.screen.elsewhere("keeper", &made);
        let sign = self
            .call("access sign")
            .words(["sign"])
            .words([&batch])
            .path("--key", &self.key());
        let signed = sign.secret(rehearsal.secrets.transparency()).run()?;
        rehearsal.screen.elsewhere("keeper", &signed);
        let said = self.append(&batch)?;
        rehearsal.screen.elsewhere("publisher", &said);
        rehearsal.screen.say(format!("{}: {}.", in_words(log), told(&said)));
        Ok(())
    }

    fn append(&self, batch: &Path) -> Result<String, Error> {
        let (rehearsal, places) = (self.rehearsal, &self.rehearsal.places);
        let call = self
            .call("access append")
            .words(["append"])
            .words([batch])
            .words(rehearsal.clock.words());
        let call = call
            .path("--store", &places.store())
            .path("--log-key", &places.log_key());
        call.secret(rehearsal.secrets.log()).run()
    }

    fn call(&self, what: &str) -> Call {
        Call::new(&self.rehearsal.binaries.publish, what).words(["access"])
    }
}

fn in_words(log: &str) -> &str {
    match log {
        "hsm" => "HSM",
        other => other,
    }
}

/// Of what the publisher said, how many accesses of which time were logged.
fn told(said: &str) -> String {
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = flat.split_once(" accesses from ").and_then(|(before, after)| {
        let (stretch, _) = after.split_once(", signed by ")?;
        Some((before.rsplit(' ').next()?, stretch))
    });
    match parts {
        Some((count, stretch)) => {
            format!("{count} accesses from {stretch} are logged, signed with the transparency key")
        }
        None => "a batch is logged".into(),
    }
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_publisher_said_is_told_however_its_lines_are_folded() {
        let said = "     7 accesses from A\n       until B, signed\n       by transparency-1\n";
        assert_eq!(
            told(said),
            "7 accesses from A until B are logged, signed with the transparency key"
        );
        assert_eq!(told("nothing"), "a batch is logged");
    }
}
