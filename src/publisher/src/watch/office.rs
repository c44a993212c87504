//! Who is in office has a mailbox, and nobody else has.

use std::collections::BTreeSet;

use record::Policy;

use super::settings::Settings;
use crate::error::Error;
use crate::in_force;
use crate::published::Published;
use crate::store::Given;

/// Holds the mailboxes against the store's roster; the policy in force, if there is a store.
///
/// # Errors
/// A store of another mark, or one that cannot be read; a member in office without a mailbox, or a mailbox of nobody.
pub fn check(store: Option<&Given>, settings: &Settings) -> Result<Option<Policy>, Error> {
    let Some(store) = store else { return Ok(None) };
    let published = Published::of(store.read()?, None)?;
    if published.rehearsal != settings.rehearsal {
        return Err(Error::RehearsalDiffers);
    }
    let standing = in_force::standing(&published.store, published.rehearsal, published.now)?;
    let roster = in_force::roster(&published.store, &standing, published.rehearsal)?;
    let members = roster.members.iter().filter(|member| member.in_office(published.now));
    let office: BTreeSet<&str> = members.map(|member| member.id.as_str()).collect();
    let mailboxes: BTreeSet<&str> = settings.members.iter().map(|member| member.id.as_str()).collect();
    let named = |members: Vec<&&str>| members.into_iter().map(|one| (*one).to_owned()).collect();
    let (missing, others) = (office.difference(&mailboxes), mailboxes.difference(&office));
    match office == mailboxes {
        true => in_force::policy(&published.store, &standing).map(Some),
        false => Err(Error::Mailboxes {
            missing: named(missing.collect()),
            others: named(others.collect()),
        }),
    }
}
