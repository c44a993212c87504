//! How many may be there at once, so that nobody keeps the others out; and how many logins are written, so that nobody
//! fills the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use record::facts::CONSOLE_LOGINS;

/// Who is there.
#[derive(Default)]
pub struct Guests(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// By member, whatever their accounts are.
    members: BTreeMap<String, Count>,
    /// Accounts that were refused.
    refused: BTreeSet<u32>,
}

#[derive(Default)]
struct Count {
    /// Consoles that are open.
    open: usize,
    /// Logins in this run.
    logins: usize,
}

/// A console that is open, until this is dropped.
pub struct Stay {
    guests: Arc<Guests>,
    member: String,
    /// What becomes of word that they came and left.
    pub word: Word,
}

/// Whether the engine hears of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is written.
    Written,
    /// It is the first that is written no more.
    NoMore,
    /// Nobody hears of it.
    None,
}

/// Why somebody is not let in, and what they can do.
#[derive(Debug, PartialEq, Eq)]
pub struct Full {
    /// Why.
    pub why: String,
    /// What they can do.
    pub hint: &'static str,
}

impl Guests {
    /// Lets a member in once more, however often they came; or says why not.
    pub fn enter(self: &Arc<Self>, member: &str) -> Result<Stay, Full> {
        let mut counts = self.counts();
        if counts.members.values().map(|count| count.open).sum::<usize>() >= AT_ONCE {
            return Err(Full {
                why: format!("{AT_ONCE} consoles are open already"),
                hint: "wait until somebody leaves",
            });
        }
        let count = counts.members.entry(member.to_owned()).or_default();
        if count.open >= OF_ONE {
            return Err(Full {
                why: format!("{OF_ONE} consoles of yours are open already"),
                hint: "leave one of them; one whose line is dead is closed after about a minute",
            });
        }
        (count.open, count.logins) = (count.open + 1, count.logins.saturating_add(1));
        let word = match count.logins {
            logins if logins <= CONSOLE_LOGINS => Word::Written,
            logins if logins == CONSOLE_LOGINS + 1 => Word::NoMore,
            _ => Word::None,
        };
        Ok(Stay {
            guests: Arc::clone(self),
            member: member.to_owned(),
            word,
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
        if let Some(count) = counts.members.get_mut(&self.member) {
            count.open = count.open.saturating_sub(1);
        }
    }
}

/// Consoles at once: each of nine members can have several.
const AT_ONCE: usize = 64;
/// Consoles of one member at once.
const OF_ONE: usize = 4;
/// Refused accounts that the journal names.
const REFUSED: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_keeps_the_others_out() {
        let guests = Arc::new(Guests::default());
        let full = |member: &str| guests.enter(member).err().expect("full");
        let stays: Vec<Stay> = (0..OF_ONE).map(|_| guests.enter("member-1").expect("room")).collect();
        assert_eq!(
            full("member-1"),
            Full {
                why: "4 consoles of yours are open already".into(),
                hint: "leave one of them; one whose line is dead is closed after about a minute",
            }
        );
        drop(guests.enter("member-2").expect("another has room"));
        drop(stays);
        drop(guests.enter("member-1").expect("there is room again"));
        let _all: Vec<Stay> = (10..26)
            .flat_map(|member| [member; OF_ONE])
            .map(|member| guests.enter(&format!("member-{member}")).expect("room"))
            .collect();
        assert_eq!(full("member-2").why, "64 consoles are open already");
    }

    #[test]
    fn who_comes_all_the_time_is_let_in_and_does_not_fill_the_journal() {
        let guests = Arc::new(Guests::default());
        let words: Vec<Word> = (0..1000)
            .map(|_| guests.enter("member-1").expect("room").word)
            .collect();
        assert!(words[..CONSOLE_LOGINS].iter().all(|word| *word == Word::Written));
        assert_eq!(words[CONSOLE_LOGINS], Word::NoMore);
        assert!(words[CONSOLE_LOGINS + 1..].iter().all(|word| *word == Word::None));
        assert_eq!(guests.enter("member-2").expect("room").word, Word::Written);
        let told = (0..1000)
            .cycle()
            .take(3000)
            .filter(|uid| guests.is_first_refusal(*uid))
            .count();
        assert_eq!(told, REFUSED);
    }
}
