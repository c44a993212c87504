//! What of a plan is no signature: what people are asked, what is published, what comes into force, what a list revokes, and
//! until when an older certificate is in use.

use record::plan::{Inbound, Replaces, Revoked, Step};
use record::{Member, Policy, Roster};

use crate::show::{digest, field, note, part};

/// The questions that people answer aloud.
pub fn questions(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &inbound.plan.step {
        if let Step::Answer {
            who,
            question,
            choices,
            proceed,
            ..
        } = step
        {
            lines.extend(field(&format!("{who} answer"), question));
            match (choices.as_slice(), proceed) {
                ([], _) => lines.extend(note("  In a sentence of their own; the record has it.")),
                (choices, Some(proceed)) => lines.extend(note(&format!(
                    "  One of: {}. With any but '{proceed}' the event ends.",
                    choices.join(", ")
                ))),
                (choices, None) => lines.extend(note(&format!("  One of: {}.", choices.join(", ")))),
            }
        }
    }
    titled("What people are asked", lines)
}

/// What the publisher puts into the store beside the record.
pub fn documents(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &inbound.plan.step {
        if let Step::PublishDocument { input, name, .. } = step
            && let Some(listed) = inbound.plan.inputs.get(input)
        {
            lines.extend(digest(
                &format!("docs/{name}, from {input}: read it before you agree"),
                &listed.0,
            ));
        }
    }
    titled("What is published", lines)
}

/// The roster and policy after the event, and how they differ.
pub fn in_force(inbound: &Inbound) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(next) = &inbound.next_roster {
        lines.extend(roster(&inbound.roster, next));
    }
    if let Some(next) = &inbound.next_policy {
        lines.extend(policy(&inbound.policy, next));
    }
    for (path, adopted) in inbound.adopted() {
        lines.extend(digest(&path, &adopted));
    }
    titled("What comes into force with this event", lines)
}

fn roster(now: &Roster, next: &Roster) -> Vec<String> {
    let mut lines = field(
        &format!("roster {}", next.number),
        &format!("appointed by {}", next.appointment),
    );
    let find = |roster: &Roster, id: &str| roster.members.iter().find(|member| member.id == id).cloned();
    for old in &now.members {
        let what = match find(next, &old.id) {
            None => "leaves",
            Some(new) if new == *old => continue,
            Some(new) if keys(&new) != keys(old) => "has other keys",
            Some(_) => "has another term, or other labels",
        };
        lines.extend(field(&old.id, what));
    }
    for new in next.members.iter().filter(|new| find(now, &new.id).is_none()) {
        lines.extend(field(&new.id, &format!("joins, until {}", new.until)));
    }
    lines
}

fn keys(member: &Member) -> (&[u8], &[u8], &str) {
    (&member.approval_key, &member.admin_key, &member.ssh_key)
}

fn policy(now: &Policy, next: &Policy) -> Vec<String> {
    let mut lines = field(
        "policy",
        &format!("{} takes the place of {}", next.version, now.version),
    );
    let (m, n) = (next.quorum.threshold, next.quorum.members);
    if next.quorum != now.quorum {
        let was = format!("{} of {}", now.quorum.threshold, now.quorum.members);
        lines.extend(field(
            "the quorum",
            &format!("{m} of {n}, and was {was}; or its terms differ"),
        ));
    }
    for new in &next.delegate {
        let what = match now.delegate(&new.name) {
            None => "is a new delegate",
            Some(old) if old != new => "has other rules",
            Some(_) => continue,
        };
        lines.extend(field(&new.name, what));
    }
    for old in now.delegate.iter().filter(|old| next.delegate(&old.name).is_none()) {
        lines.extend(field(&old.name, "is no delegate any more"));
    }
    for (what, differs) in [
        ("rules for subkeys", now.subkey != next.subkey),
        ("rules for roots", now.root != next.root),
        ("lives of revocation lists", now.crl != next.crl),
        ("numbers of signatures on records", now.records != next.records),
        ("exemptions from lints", now.exemption != next.exemption),
    ] {
        if differs {
            lines.extend(field(what, "differ"));
        }
    }
    lines
}

/// What a step means for what stands: a certificate whose place is taken, certificates that are newly revoked.
pub fn consequences(step: Option<&Step>) -> Vec<String> {
    match step {
        Some(Step::IssueCertificate {
            replaces: Some(Replaces { certificate, until }),
            ..
        }) => field(
            "takes the place of",
            &format!("{certificate}, which is in use until {until}"),
        ),
        Some(Step::IssueCrl(list)) => list.revoked.iter().flat_map(newly_revoked).collect(),
        _ => Vec::new(),
    }
}

fn newly_revoked(entry: &Revoked) -> Vec<String> {
    let serial = || format!("serial number {}", entry.serial.as_deref().unwrap_or_default());
    let what = entry.certificate.clone().unwrap_or_else(serial);
    field(
        "newly revokes",
        &format!("{what}, from {} on: {}", entry.at, entry.reason),
    )
}

fn titled(title: &str, lines: Vec<String>) -> Vec<String> {
    match lines.is_empty() {
        true => lines,
        false => [part(title), lines].concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use record::plan::Plan;
    use record::{Digest, Time};

    use super::*;

    const POLICY: &str = include_str!("../../../../../ceremony-scripts/root-generation/policy.toml");

    /// A plan that asks and publishes.
    fn inbound() -> Inbound {
        let zero = Digest::of(b"");
        let text = format!(
            "version = 1\nevent = \"e\"\nkind = \"console-maintenance\"\nrehearsal = true\ndescription = \"A test\"\n\
             generation = 1\nopens = \"2027-01-01T00:00:00Z\"\ncloses = \"2027-01-02T00:00:00Z\"\n[hsm]\n\
             owner = \"root_owner\"\nnodes-least = 2\n[inputs]\n\"policy.toml\" = \"{zero}\"\n\
             \"roster.cbor\" = \"{zero}\"\n\"tlog-policy\" = \"{zero}\"\n\"distrust.md\" = \"{zero}\"\n\
             [[step]]\nid = \"one\"\ndo = \"answer\"\nwho = \"members\"\nquestion = \"Is it strong enough?\"\n\
             choices = [\"yes\", \"no\"]\nproceed = \"yes\"\n[[step]]\nid = \"two\"\ndo = \"answer\"\nwho = \"infra\"\n\
             question = \"Which updates?\"\n[[step]]\nid = \"three\"\ndo = \"publish-document\"\ninput = \"distrust.md\"\n\
             name = \"distrust-root-1.md\"\n"
        );
        Inbound {
            digest: zero,
            plan: Plan::parse(text.as_bytes()).expect("a plan"),
            policy: Policy::parse(POLICY.as_bytes()).expect("a policy"),
            roster: roster(1, &["member-1", "member-2"]),
            standing: None,
            next_policy: None,
            next_roster: None,
            inputs: BTreeMap::new(),
        }
    }

    fn roster(number: u32, ids: &[&str]) -> Roster {
        let member = |id: &&str| Member {
            id: (*id).to_owned(),
            from: Time(0),
            until: Time(1_893_456_000),
            approver: String::new(),
            admin: String::new(),
            approval_key: id.as_bytes().into(),
            admin_key: id.as_bytes().into(),
            ssh_key: String::new(),
            affiliations: Vec::new(),
            residence: b"".as_slice().into(),
            citizenships: Vec::new(),
        };
        Roster {
            number,
            previous: None,
            appointment: "the Council's decision".into(),
            members: ids.iter().map(member).collect(),
        }
    }

    #[test]
    fn every_question_and_document_is_shown_before_a_member_agrees() {
        let asked = questions(&inbound()).join("\n");
        for wanted in [
            "What people are asked",
            "members answer: Is it strong enough?",
            "One of: yes, no. With any but 'yes' the event ends.",
            "infra answer: Which updates?",
            "In a sentence of their own; the record has it.",
        ] {
            assert!(asked.contains(wanted), "{wanted}: {asked}");
        }
        let published = documents(&inbound()).join(" ");
        assert!(
            published.contains("docs/distrust-root-1.md, from distrust.md"),
            "{published}"
        );
    }

    #[test]
    fn what_comes_into_force_is_shown_with_its_differences() {
        let mut inbound = inbound();
        assert!(in_force(&inbound).is_empty());
        let mut next = roster(2, &["member-1", "member-3"]);
        next.members[0].approval_key = b"another".as_slice().into();
        inbound.next_roster = Some(next);
        let mut policy = inbound.policy.clone();
        (policy.version, policy.quorum.threshold) = (2, 6);
        policy.delegate.pop();
        inbound.next_policy = Some(policy);
        let shown = in_force(&inbound).join("\n");
        for wanted in [
            "roster 2: appointed by the Council's decision",
            "member-1: has other keys",
            "member-2: leaves",
            "member-3: joins, until 2030-01-01T00:00:00Z",
            "policy: 2 takes the place of 1",
            "the quorum: 6 of 9, and was 5 of 9; or its terms differ",
            "console: is no delegate any more",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
    }
}
