//! The nine members: each call is `ceremony-member` on its own home, some at a time, as people work side by side.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use record::{Digest, words};

use crate::child::Call;
use crate::error::Error;
use crate::files;
use crate::rehearsal::Rehearsal;
use crate::timing::Taken;

impl Rehearsal {
    /// A call of one member's program, with the passphrase as the first line.
    pub fn member(&self, id: &str, command: &str) -> Call {
        self.member_at(&self.home(id), id, command)
    }

    /// The same, from one of their homes.
    pub fn member_at(&self, home: &Path, id: &str, command: &str) -> Call {
        let call = Call::new(&self.binaries.member, command).path("--home", home);
        call.words(self.clock.words())
            .words([command])
            .secret(self.secrets.member(id))
    }

    /// Has each of the members do the same, `part` by name; whoever has left `answer` in `folder` already is passed over.
    pub fn members(
        &self,
        part: &str,
        ids: &[String],
        folder: &Path,
        answer: impl Fn(&str) -> String,
        call: impl Fn(&str) -> Call + Sync,
    ) -> Result<(), Error> {
        let mut left = Vec::new();
        for id in ids {
            let path = folder.join(answer(id));
            if !path.exists() {
                // A stop between the two leaves the signature alone.
                let mut beside = path.into_os_string();
                beside.push(".sig");
                files::clear(Path::new(&beside))?;
                left.push(id.clone());
            }
        }
        match self.screen.is_interactive() {
            true => self.one_by_one(part, &left, &call)?,
            false => self.side_by_side(part, &left, &call)?,
        }
        match left.len() {
            0 => self.screen.say("Their answers are there already."),
            _ => self.screen.say(format!("Done by {}.", named(&left))),
        }
        Ok(())
    }

    fn one_by_one(&self, part: &str, ids: &[String], call: &impl Fn(&str) -> Call) -> Result<(), Error> {
        for id in ids {
            let asked = Instant::now();
            let call = call(id);
            self.screen.pause(&format!("{id} runs `{}`", call.name))?;
            let confirmed = call.confirmed();
            self.screen.elsewhere(id, &call.run()?);
            self.screen.typed(id, &confirmed);
            self.note(part, id, asked);
        }
        Ok(())
    }

    /// As many at a time as the machine has processors; making RSA keys fills one each.
    fn side_by_side(&self, part: &str, ids: &[String], call: &(impl Fn(&str) -> Call + Sync)) -> Result<(), Error> {
        let at_once = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 9));
        let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                let asked = Instant::now();
                match call(id).run() {
                    Ok(_) => self.note(part, id, asked),
                    Err(error) => lock(&failed).push((id, error)),
                }
            }
        };
        std::thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(work))));
        let mut failed = failed.into_inner().unwrap_or_default();
        failed.sort_by_key(|(id, _)| *id);
        failed.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Notes how long somebody took.
    fn note(&self, part: &str, id: &str, asked: Instant) {
        let taken = Taken::new(&self.event.name, part, id, asked.elapsed());
        lock(&self.taken).push(taken);
    }
}

/// What another thread left is whole: each change is one push.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The first and the last word of a digest: what a member types to say that they compared it.
pub fn first_and_last(digest: &Digest) -> String {
    let words = words::to_words(&digest.0);
    format!("{} {}", words[0], words[32])
}

/// `member-1 to member-9`, or the list.
pub fn named(ids: &[String]) -> String {
    match ids {
        [first, .., last] if ids == crate::cli::MEMBERS => format!("{first} to {last}"),
        _ => ids.join(", "),
    }
}
