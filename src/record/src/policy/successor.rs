//! What a policy may change of the one before it, and what stays for good.

use super::{DelegateRule, Policy};

impl Policy {
    /// Whether this policy may follow another: the next number, the same arc and names, and no purpose that changes its
    /// meaning.
    ///
    /// # Errors
    /// What it changes that may not change.
    pub fn check_follows(&self, before: &Self) -> Result<(), String> {
        if self.version != before.version.saturating_add(1) {
            return Err(format!(
                "policy {} does not follow policy {}",
                self.version, before.version
            ));
        }
        if self.arc != before.arc || self.root.common_name != before.root.common_name {
            return Err(format!("policy {} changes the arc, or the root's name", self.version));
        }
        for old in &before.delegate {
            match self.delegate(&old.name) {
                Some(new) => same_meaning(old, new)?,
                None => self.check_free(old)?,
            }
        }
        Ok(())
    }

    /// A delegate that is gone leaves its name and purpose to nobody.
    fn check_free(&self, old: &DelegateRule) -> Result<(), String> {
        let numbers: Vec<u32> = std::iter::once(old.purpose)
            .chain(old.narrower.iter().map(|one| one.purpose))
            .collect();
        let taken = self.delegate.iter().find(|new| {
            let own = std::iter::once(new.purpose).chain(new.narrower.iter().map(|one| one.purpose));
            new.common_name.eq_ignore_ascii_case(&old.common_name) || own.into_iter().any(|one| numbers.contains(&one))
        });
        match taken {
            Some(new) => Err(format!(
                "the delegate '{}' takes name or purpose of '{}'",
                new.name, old.name
            )),
            None => Ok(()),
        }
    }
}

/// Certificates of before stand on: what a purpose's number or a name means does not change.
fn same_meaning(old: &DelegateRule, new: &DelegateRule) -> Result<(), String> {
    let narrower = old.narrower.iter().all(|one| {
        let named = new.narrower.iter().find(|other| other.name == one.name);
        named.is_some_and(|other| other.purpose == one.purpose)
    });
    match old.common_name == new.common_name && old.purpose == new.purpose && narrower {
        true => Ok(()),
        false => Err(format!("the delegate '{}' changes its name or purpose", old.name)),
    }
}
