//! What a plan has the HSM do beside signing: each command in plain words, and the roster that follows.

use record::Member;
use record::plan::{Inbound, Step, commands};

use super::{command, digest, field, note, part, ssh_key};

/// The part of the page about commands and the next roster; nothing where there are none.
#[must_use]
pub fn commanded(inbound: &Inbound) -> Vec<String> {
    let commands = commands(inbound);
    let mut lines = next_roster(inbound);
    if initialises(inbound) {
        lines.extend(part("What the HSM is told"));
        lines.extend(note(
            "The whole of the initialisation: every member becomes an admin with a second factor, the owner and the \
             approvers are created, the quorum is set, the approval keys are registered. No key exists before, and none \
             after.",
        ));
    }
    if commands.is_empty() {
        return lines;
    }
    lines.extend(part(&format!("What the HSM is told: {} commands", commands.len())));
    lines.extend(note(
        "Each is approved by itself, when its turn comes, and to the letter. One that is marked is given only if a stop \
         loses what was made before.",
    ));
    for (number, one) in (1..).zip(&commands) {
        let mark = if one.remedy { " (only after a stop)" } else { "" };
        lines.extend(part(&format!("{number}. at {}{mark}", one.step)));
        lines.extend(command(one));
    }
    lines
}

fn initialises(inbound: &Inbound) -> bool {
    let steps = inbound.plan.step.iter();
    steps
        .into_iter()
        .any(|step| matches!(step, Step::InitialiseCluster { .. }))
}

/// Who comes, who goes, and who has other keys.
fn next_roster(inbound: &Inbound) -> Vec<String> {
    let Some(next) = &inbound.next_roster else {
        return Vec::new();
    };
    let mut lines = part(&format!("The members after the event: roster {}", next.number));
    lines.extend(field("appointed by", &next.appointment));
    for new in &next.members {
        match inbound.roster.members.iter().find(|old| old.id == new.id) {
            None => lines.extend(whole(new, "comes")),
            Some(old) if old != new => lines.extend(whole(new, "has other keys, or another entry")),
            Some(_) => {}
        }
    }
    let gone = inbound
        .roster
        .members
        .iter()
        .filter(|old| next.members.iter().all(|new| new.id != old.id));
    for old in gone {
        lines.extend(field(&old.id, "goes"));
    }
    lines
}

fn whole(member: &Member, what: &str) -> Vec<String> {
    let mut lines = field(
        &member.id,
        &format!("{what}; in office from {} until {}", member.from, member.until),
    );
    lines.extend(digest(
        "approval key, SHA-256",
        &record::Digest::of(&member.approval_key),
    ));
    lines.extend(digest("admin key, SHA-256", &record::Digest::of(&member.admin_key)));
    lines.extend(field("SSH key", &ssh_key(&member.ssh_key)));
    lines
}
