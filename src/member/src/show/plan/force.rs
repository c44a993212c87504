//! What comes into force with an event: the next roster, policy and log policy, with everything that they change, from what
//! to what.

use std::collections::BTreeSet;

use record::changes;
use record::plan::{Inbound, LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, POLICY};
use record::{Member, Roster, text};

use super::{labels, one};
use crate::show::{digest, field, note, part};

/// All of it; nothing where nothing comes into force.
pub fn in_force(inbound: &Inbound, own: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(next) = &inbound.next_roster {
        lines.extend(roster(&inbound.roster, next, own));
    }
    lines.extend(policy(inbound));
    lines.extend(log_policy(inbound));
    for (path, adopted) in inbound.adopted() {
        lines.extend(digest(&path, &adopted));
    }
    match lines.is_empty() {
        true => lines,
        false => [part("What comes into force with this event"), lines].concat(),
    }
}

/// What differs, and then whoever comes or is another than before with all keys, to be compared.
fn roster(now: &Roster, next: &Roster, own: &str) -> Vec<String> {
    let mut lines = field(
        &format!("roster {}", next.number),
        &format!("takes the place of {}, appointed by {}", now.number, next.appointment),
    );
    let mut all = changes::rosters(now, next);
    all.retain(|change| !change.starts_with("appointed by: "));
    lines.extend(all.iter().flat_map(|change| note(&text::plain(change, usize::MAX))));
    for member in next.members.iter().filter(|member| is_new(member, now)) {
        lines.extend(one(member, member.id == own));
        lines.extend(labels(member, &next.members));
    }
    lines
}

/// Whoever was not in the roster, or has another key, user or term. Labels have other salts in each roster.
fn is_new(member: &Member, now: &Roster) -> bool {
    let unlabelled = |member: &Member| Member {
        affiliations: Vec::new(),
        residence: b"".as_slice().into(),
        citizenships: Vec::new(),
        ..member.clone()
    };
    now.member(&member.id)
        .map_or(true, |old| unlabelled(old) != unlabelled(member))
}

fn policy(inbound: &Inbound) -> Vec<String> {
    let (Some(next), Some(bytes)) = (&inbound.next_policy, inbound.inputs.get(NEXT_POLICY)) else {
        return Vec::new();
    };
    let versions = format!("{} takes the place of {}", next.version, inbound.policy.version);
    let mut lines = field("policy", &versions);
    let now = inbound.inputs.get(POLICY).map(|now| &now[..]).unwrap_or_default();
    for change in changes::policies(now, bytes) {
        lines.extend(note(&change));
    }
    lines
}

/// The log's and the witnesses' keys are lines of text.
fn log_policy(inbound: &Inbound) -> Vec<String> {
    let Some(next) = inbound.inputs.get(NEXT_LOG_POLICY) else {
        return Vec::new();
    };
    let now = inbound.inputs.get(LOG_POLICY).map(|now| &now[..]).unwrap_or_default();
    let (old, new) = (lines_of(now), lines_of(next));
    let mut lines = field("log policy", "another takes the place of the one in force");
    for gone in old.difference(&new) {
        lines.extend(field("is not there any more", gone));
    }
    for added in new.difference(&old) {
        // An extension of ours to log policies: the log's last checkpoint.
        match added.strip_prefix("# frozen ") {
            Some(last) => lines.extend(field("a log ends for good: origin, entries, root", last)),
            None => lines.extend(field("is new", added)),
        }
    }
    lines
}

fn lines_of(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::asked::tests::{POLICY as TEXT, inbound, roster};
    use super::*;

    /// What is shown, on one line.
    fn shown(inbound: &Inbound) -> String {
        let lines = in_force(inbound, "member-1").join(" ");
        lines.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_next_roster_is_shown_member_by_member_with_the_keys_of_whoever_is_new() {
        let mut inbound = inbound();
        assert!(in_force(&inbound, "member-1").is_empty());
        let mut next = roster(2, &["member-1", "member-3"]);
        next.members[0].approval_key = b"another".as_slice().into();
        inbound.next_roster = Some(next);
        let shown = shown(&inbound);
        for wanted in [
            "roster 2: takes the place of 1, appointed by the Council's decision",
            "member-1: another approval key",
            "member-2 goes",
            "member-3 comes, in office from 1970-01-01T00:00:00Z until 2030-01-01T00:00:00Z",
            "member-1 (you): in office from 1970-01-01T00:00:00Z",
            "approval key, SHA-256:",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
    }

    #[test]
    fn a_next_policy_is_shown_from_what_to_what_with_purposes_and_keepers() {
        let mut inbound = inbound();
        let mut next = TEXT.to_owned();
        for (from, to) in [
            ("version = 1\n", "version = 2\n"),
            ("countersign-days = 30", "countersign-days = 20"),
            (
                "keeper = \"outside\"\nquorum = false\nca = false",
                "keeper = \"hsm\"\nquorum = false\nca = false",
            ),
            ("name = \"code-signing\"", "name = \"signing\""),
            ("purposes = [\"code-signing\"]", "purposes = [\"signing\"]"),
            ("console-maintenance = 2", "console-maintenance = 3"),
        ] {
            assert!(next.contains(from), "{from}");
            next = next.replacen(from, to, 1);
        }
        inbound.inputs.insert(POLICY.into(), TEXT.as_bytes().into());
        inbound.inputs.insert(NEXT_POLICY.into(), next.as_bytes().into());
        inbound.next_policy = Some(record::Policy::parse(next.as_bytes()).expect("a policy"));
        let shown = shown(&inbound);
        for wanted in [
            "policy: 2 takes the place of 1",
            "[quorum]: countersign days: 30, then 20",
            "the delegate 'transparency': keeper: outside, then hsm",
            "the delegate 'release': narrower: name: code-signing; purpose: 6, then name: signing; purpose: 6",
            "the subkey 'release-code-signing': purposes: code-signing, then signing",
            "[records]: console maintenance: 2, then 3",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
    }

    #[test]
    fn a_next_log_policy_is_shown_line_by_line() {
        let mut inbound = inbound();
        let (now, next) = ("log a+1\nquorum none\n", "log b+2\nquorum none\n# frozen a 14 R=\n");
        inbound.inputs.insert(LOG_POLICY.into(), now.as_bytes().into());
        inbound.inputs.insert(NEXT_LOG_POLICY.into(), next.as_bytes().into());
        let shown = shown(&inbound);
        for wanted in [
            "is not there any more: log a+1",
            "is new: log b+2",
            "a log ends for good: origin, entries, root: a 14 R=",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
        assert!(!shown.contains("quorum none"), "{shown}");
    }
}
