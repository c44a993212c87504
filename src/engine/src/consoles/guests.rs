//! How many may be there at once, so that nobody keeps the others out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who is there.
#[derive(Default)]
pub struct Guests(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Consoles that are open, by account.
    open: BTreeMap<u32, usize>,
    /// Logins in this run, by account.
    logins: BTreeMap<u32, usize>,
    /// Accounts that were refused.
    refused: BTreeSet<u32>,
}

/// A console that is open, until this is dropped.
pub struct Stay {
    guests: Arc<Guests>,
    uid: u32,
}

impl Guests {
    /// Lets an account in once more, or says why not.
    pub fn enter(self: &Arc<Self>, uid: u32) -> Result<Stay, String> {
        let mut counts = self.counts();
        if counts.open.values().sum::<usize>() >= AT_ONCE {
            return Err(format!("{AT_ONCE} consoles are open already"));
        }
        if counts.open.get(&uid).is_some_and(|open| *open >= OF_ONE) {
            return Err(format!("{OF_ONE} consoles of yours are open already"));
        }
        let logins = counts.logins.entry(uid).or_default();
        if *logins >= LOGINS {
            return Err(format!("you came {LOGINS} times, and the journal is no place for more"));
        }
        *logins += 1;
        *counts.open.entry(uid).or_default() += 1;
        Ok(Stay {
            guests: Arc::clone(self),
            uid,
        })
    }

    /// Whether the engine should hear that this account is refused: once each, and not of ever more.
    pub fn is_first_refusal(&self, uid: u32) -> bool {
        let mut counts = self.counts();
        counts.refused.len() < REFUSED && counts.refused.insert(uid)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut counts = self.guests.counts();
        if let Some(open) = counts.open.get_mut(&self.uid) {
            *open = open.saturating_sub(1);
        }
    }
}

/// Consoles at once: each of nine members can have several.
const AT_ONCE: usize = 64;
/// Consoles of one account at once.
const OF_ONE: usize = 4;
/// Logins of one account in one run: each is two entries of the journal.
const LOGINS: usize = 300;
/// Refused accounts that the journal names.
const REFUSED: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_keeps_the_others_out() {
        let guests = Arc::new(Guests::default());
        let stays: Vec<Stay> = (0..OF_ONE).map(|_| guests.enter(1).expect("room")).collect();
        assert_eq!(
            guests.enter(1).err().as_deref(),
            Some("4 consoles of yours are open already")
        );
        drop(guests.enter(2).expect("another has room"));
        drop(stays);
        drop(guests.enter(1).expect("there is room again"));
        let _all: Vec<Stay> = (10..26)
            .flat_map(|uid| [uid; OF_ONE])
            .map(|uid| guests.enter(uid).expect("room"))
            .collect();
        assert_eq!(guests.enter(2).err().as_deref(), Some("64 consoles are open already"));
    }

    #[test]
    fn nobody_fills_the_journal() {
        let guests = Arc::new(Guests::default());
        for _ in 0..LOGINS {
            drop(guests.enter(1).expect("room"));
        }
        let full = guests.enter(1).err().expect("too often");
        assert_eq!(full, "you came 300 times, and the journal is no place for more");
        let told = (0..1000)
            .cycle()
            .take(3000)
            .filter(|uid| guests.is_first_refusal(*uid))
            .count();
        assert_eq!(told, REFUSED);
    }
}
