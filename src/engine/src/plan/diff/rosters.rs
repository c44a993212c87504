//! Two rosters compared: who comes, who goes, and whose keys, terms or labels are others.

use record::{Member, Roster};

/// What differs, member by member.
pub fn rosters(before: &Roster, after: &Roster) -> Vec<String> {
    let mut lines = Vec::new();
    for old in &before.members {
        match after.member(&old.id) {
            Err(_) => lines.push(format!("{} goes", old.id)),
            Ok(new) => lines.extend(changed(old, new)),
        }
    }
    let new = after.members.iter().filter(|new| before.member(&new.id).is_err());
    lines.extend(new.map(|new| format!("{} comes, in office from {} until {}", new.id, new.from, new.until)));
    if before.appointment != after.appointment {
        lines.push(format!(
            "appointed by: {}, then {}",
            before.appointment, after.appointment
        ));
    }
    lines
}

fn changed(old: &Member, new: &Member) -> Option<String> {
    let mut what = Vec::new();
    if old.approval_key != new.approval_key {
        what.push("another approval key".to_owned());
    }
    if old.admin_key != new.admin_key {
        what.push("another admin key".into());
    }
    if old.ssh_key != new.ssh_key {
        what.push("another SSH key".into());
    }
    if (&old.approver, &old.admin) != (&new.approver, &new.admin) {
        what.push("other users in the HSM".into());
    }
    if (old.from, old.until) != (new.from, new.until) {
        what.push(format!("in office from {} until {}", new.from, new.until));
    }
    (!what.is_empty()).then(|| format!("{}: {}", old.id, what.join(", ")))
}
