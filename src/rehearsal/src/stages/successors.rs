//! What is in force after the event: the next roster and the next policy, where the event brings them.

use std::path::{Path, PathBuf};

use crate::child::Call;
use crate::error::Error;
use crate::facts::Facts;
use crate::files;
use crate::needs::{PolicyChange, RosterChange};
use crate::rehearsal::Rehearsal;
use crate::stages::members;

/// Makes those that the event brings.
pub fn inputs(rehearsal: &Rehearsal) -> Result<(), Error> {
    let needs = &rehearsal.event.needs;
    if let Some(change) = &needs.roster {
        roster(rehearsal, change)?;
    }
    if let Some(change) = &needs.policy {
        policy(rehearsal, change)?;
    }
    match needs.new_log {
        true => new_log(rehearsal),
        false => Ok(()),
    }
}

/// The next log's key, and the policy that ends the log before it. From then on the publisher works with that key.
fn new_log(rehearsal: &Rehearsal) -> Result<(), Error> {
    let (places, last) = (&rehearsal.places, rehearsal.places.newest_log());
    let (old, new) = (places.key_of_log(last), places.key_of_log(last + 1));
    // A stopped stage may have left them; no event knows them.
    files::clear(&new)?;
    files::clear(&memory_of(&new))?;
    let call = Call::new(&rehearsal.binaries.publish, "new-log")
        .words(["new-log", "--reason", "lost"])
        .words(rehearsal.clock.words());
    let call = call
        .path("--store", &places.store())
        .path("--log-key", &new)
        .path("--old-state", &memory_of(&old));
    let call = call.path("--out", &rehearsal.here.input("next-tlog-policy"));
    let said = call.secret(rehearsal.secrets.log()).run()?;
    rehearsal.screen.elsewhere("publisher", &said);
    rehearsal.screen.say(format!(
        "next-tlog-policy: log/{last} has ended, and log/{} comes after it.",
        last + 1
    ));
    Ok(())
}

/// What a key remembers lies beside it.
fn memory_of(key: &Path) -> PathBuf {
    key.with_added_extension("state")
}

fn roster(rehearsal: &Rehearsal, change: &RosterChange) -> Result<(), Error> {
    let (places, here) = (&rehearsal.places, &rehearsal.here);
    let facts = Facts::read(places, rehearsal.roster_number())?;
    let next = facts.after(change, rehearsal.clock.now())?;
    next.keep(places)?;
    members::new_keys(rehearsal, &[change.join.as_slice(), &change.rekey].concat())?;
    members::registrations(rehearsal, &next.ids())?;
    let call = rehearsal
        .ceremony("plan roster")?
        .path("--registrations", &here.inbound())
        .path("--facts", &places.facts(next.number))
        .path("--previous", &here.input("roster.cbor"));
    rehearsal.engine(call.path("--out", &here.input("next-roster.cbor")))
}

fn policy(rehearsal: &Rehearsal, change: &PolicyChange) -> Result<(), Error> {
    let path = rehearsal.here.input("policy.toml");
    let text = String::from_utf8(files::read(&path)?).unwrap_or_default();
    let next = next_policy(&text, change).map_err(|what| Error::Memory { path, what })?;
    files::write_new(&rehearsal.here.input("next-policy.toml"), next.as_bytes(), false)?;
    rehearsal.screen.say("next-policy.toml: the policy after this event.");
    Ok(())
}

/// The next version's text. Each change is of a text that stands there once.
fn next_policy(text: &str, change: &PolicyChange) -> Result<String, String> {
    let version = text.lines().find_map(|line| line.strip_prefix("version = "));
    let version: u32 = version
        .and_then(|n| n.parse().ok())
        .ok_or("this policy has no version")?;
    let mut next = text.replace(
        &format!("version = {version}\n"),
        &format!("version = {}\n", version + 1),
    );
    for (old, new) in &change.replace {
        if next.matches(old.as_str()).count() != 1 {
            return Err(format!("'{old}' does not stand once in this policy"));
        }
        next = next.replace(old, new);
    }
    Ok(next + &change.append)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_policy_has_the_next_version_and_the_changes() {
        let change = PolicyChange {
            replace: [("threshold = 5".to_owned(), "threshold = 6".to_owned())].into(),
            append: "[[delegate]]\n".into(),
        };
        let next = next_policy("version = 1\nthreshold = 5\n", &change);
        assert_eq!(next.as_deref(), Ok("version = 2\nthreshold = 6\n[[delegate]]\n"));
        assert!(next_policy("version = 1\n", &change).is_err_and(|what| what.contains("threshold = 5")));
    }
}
