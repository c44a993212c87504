//! What of a plan is no signature: what people are asked, what is published, what a list revokes, and until when an older
//! certificate is in use.

use record::plan::{Inbound, Replaces, Revoked, Step};

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
pub(super) mod tests {
    use std::collections::BTreeMap;

    use record::plan::Plan;
    use record::{Digest, Member, Policy, Roster, Time};

    use super::*;

    pub const POLICY: &str = include_str!("../../../../../ceremony-scripts/root-generation/policy.toml");

    /// A plan that asks and publishes.
    pub fn inbound() -> Inbound {
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

    pub fn roster(number: u32, ids: &[&str]) -> Roster {
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
}
