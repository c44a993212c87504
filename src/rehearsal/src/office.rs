//! Who is in office, who of them attends and approves, and where each keeps their keys.

use std::path::PathBuf;

use crate::cli::MEMBERS;
use crate::error::Error;
use crate::facts::Facts;
use crate::rehearsal::Rehearsal;

impl Rehearsal {
    /// The number of the roster in force: the store's newest.
    pub fn roster_number(&self) -> u32 {
        let folder = self.places.store().join("roster");
        let is_there = |n: &u32| folder.join(format!("{n}.cbor")).is_file();
        (1..).take_while(is_there).last().unwrap_or(1)
    }

    /// The members in office.
    pub fn office(&self) -> Result<Vec<String>, Error> {
        Facts::read(&self.places, self.roster_number()).map(|facts| facts.ids())
    }

    /// Those of them who can come at all: who lost their keys cannot.
    pub fn able(&self) -> Result<Vec<String>, Error> {
        let absent = &self.event.needs.absent;
        Ok(self.office()?.into_iter().filter(|id| !absent.contains(id)).collect())
    }

    /// Those who attend: those named, or everybody who can.
    pub fn present(&self) -> Result<Vec<String>, Error> {
        let able = self.able()?;
        if self.event.is_first() || self.event.is_founding() {
            return Ok(self.memory.present.clone());
        }
        let everybody = self.memory.present == MEMBERS;
        let named = |id: &String| everybody || self.memory.present.contains(id);
        Ok(able.into_iter().filter(named).collect())
    }

    /// Those who approve: those named, and in a later event others who are present and asked, up to as many as are needed.
    pub fn approvers(&self, asked: &[String], needed: u32) -> Result<Vec<String>, Error> {
        let named = self.memory.approvers.clone();
        if self.event.is_founding() {
            return Ok(named);
        }
        let needed = usize::try_from(needed).unwrap_or(usize::MAX);
        let mut present = self.present()?;
        // Whoever went in this event is present, and is asked nothing more.
        present.retain(|id| asked.contains(id));
        Ok(fill(&named, &present, needed))
    }

    /// A member's own machine.
    pub fn home(&self, id: &str) -> PathBuf {
        self.home_with_keys(id, self.keys_of(id))
    }

    /// The same, or that with the new keys, if this event brings them.
    pub fn next_home(&self, id: &str) -> PathBuf {
        let brings = |change: &crate::needs::RosterChange| change.rekey.iter().any(|one| one == id);
        let new = self.event.needs.roster.as_ref().is_some_and(brings);
        self.home_with_keys(id, self.keys_of(id) + u32::from(new))
    }

    /// From now on those who made new keys use them, and the key owner's password is another where somebody went.
    pub fn take_new_keys(&mut self) {
        let change = self.event.needs.roster.clone().unwrap_or_default();
        for id in change.rekey {
            let keys = self.keys_of(&id) + 1;
            self.memory.keys.insert(id, keys);
        }
        self.memory.owner += u32::from(self.event.needs.somebody_leaves());
    }

    fn keys_of(&self, id: &str) -> u32 {
        self.memory.keys.get(id).copied().unwrap_or(1)
    }

    fn home_with_keys(&self, id: &str, keys: u32) -> PathBuf {
        self.places.private.join("members").join(match keys {
            1 => id.to_owned(),
            n => format!("{id}-keys-{n}"),
        })
    }
}

/// Whoever was named and is present, and others who are, up to as many as are needed.
fn fill(named: &[String], present: &[String], needed: usize) -> Vec<String> {
    let is_named = |id: &&String| named.contains(id);
    let mut chosen: Vec<String> = present.iter().filter(is_named).cloned().collect();
    let others = present.iter().filter(|id| !is_named(id));
    let missing = needed.saturating_sub(chosen.len());
    chosen.extend(others.take(missing).cloned());
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_gone_is_replaced_by_somebody_present() {
        let ids = |numbers: &[u8]| numbers.iter().map(|n| format!("member-{n}")).collect::<Vec<_>>();
        let (named, present) = (ids(&[1, 2, 3, 4, 5]), ids(&[2, 3, 4, 5, 6, 7, 8]));
        assert_eq!(fill(&named, &present, 5), ids(&[2, 3, 4, 5, 6]));
        assert_eq!(fill(&named, &present, 6), ids(&[2, 3, 4, 5, 6, 7]));
        assert_eq!(fill(&named, &present, 3), ids(&[2, 3, 4, 5]));
    }
}
