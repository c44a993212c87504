//! The record of an event in plain words.

use record::Bundle;
use record::facts;
use record::messages::{Refusal, who_compared};
use record::record::{Fate, KeyChange, KeyRecord, Record};
use record::screen::fold;
use verifier::CheckedRecord;

use super::{digest, field, note, part, top};
use crate::boot;

/// Everything that a member signs, and what stands behind it.
#[must_use]
pub fn page(checked: &CheckedRecord, own: &str, boot: &boot::Checked) -> Vec<String> {
    let record = &checked.record;
    let mut page = top(
        &format!("The record of the event {}", record.event),
        checked.inbound.plan.rehearsal,
    );
    page.extend(aborted(record, own));
    page.extend(frame(record, boot));
    page.extend(keys(checked));
    page.extend(outputs(record));
    page.extend(approvals(record, own));
    page.extend(otherwise(record));
    page.extend(stated(record));
    page.extend(part("What was checked here, on this machine"));
    page.extend(note(match was_there(record, own) {
        true => {
            "The record is of the plan, image and session that you reviewed and attended. What it holds in your name was \
             made here, and everything that you made for this session is in it. Its times fit yours. And:"
        }
        false => {
            "The record is of the plan that you reviewed or named. What it holds in your name was made here, and your \
             approvals of this session and your refusal, if there are any, are in it. Image and session you have not seen. \
             And:"
        }
    }));
    checked
        .checked
        .iter()
        .for_each(|said| page.extend(fold(&record::text::plain(said, usize::MAX), "  - ", "    ")));
    page.extend(part("What was not checked here"));
    page.extend(note(
        "The certificates and revocation lists themselves, by their digests above; the journal; what the console only \
         states. Whoever publishes or verifies the event checks the first two.",
    ));
    page
}

/// What comes before all else: this event did not do what it was planned for.
fn aborted(record: &Record, own: &str) -> Vec<String> {
    let Some(why) = record.facts.get(facts::ABORTED) else {
        return Vec::new();
    };
    let mut lines = part("THIS EVENT WAS ABORTED: it ended before its plan was carried out");
    lines.extend(field("how far it came, and why", why));
    if let Some(left) = record.facts.get(facts::LEFT) {
        lines.extend(field(
            "CHANGED IN THE HSM, and no roster or policy in force shows it",
            left,
        ));
    }
    lines.extend(note(
        "The record is of what was done until then. What was signed stays signed and is published; what is not listed \
         below was not made.",
    ));
    if !was_there(record, own) {
        lines.extend(note(
            "YOU WERE NOT PRESENT. Your signature says that you have read what was done without you, and that you know of \
             nothing that is missing here. Ask those who were there before you sign.",
        ));
    }
    lines
}

fn was_there(record: &Record, own: &str) -> bool {
    record.present.iter().any(|present| present == own)
}

fn frame(record: &Record, boot: &boot::Checked) -> Vec<String> {
    let mut lines = field("what it was for", &record.description);
    lines.extend(field(
        "held",
        &format!("from {} until {}, by the console's clock", record.began, record.ended),
    ));
    lines.extend(field("present", &record.present.join(", ")));
    lines.extend(compared(record));
    lines.extend(boot.page("ran"));
    lines.extend(digest("what the console ran, SHA-256", &record.image.digest));
    lines
}

/// Who compared what stood before; whoever refused does not count, and is not passed over.
fn compared(record: &Record) -> Vec<String> {
    let who = who_compared(&record.reviews, &record.refusals);
    let Some((who, mut refused)) = who.zip(who_compared(&record.reviews, [])) else {
        return Vec::new();
    };
    refused.retain(|member| !who.contains(member));
    let mut names = match who.is_empty() {
        true => "NOBODY".to_owned(),
        false => who.join(", "),
    };
    if !refused.is_empty() {
        names.push_str(&format!(" ({} did, and refused)", refused.join(", ")));
    }
    field("compared what stood before with the public store", &names)
}

fn keys(checked: &CheckedRecord) -> Vec<String> {
    let mut lines = part("Keys, as the console says that the HSM described them");
    for one in &checked.record.keys {
        let guarded = checked.inbound.is_guarded(&one.key) == Some(true);
        lines.extend(key(one, guarded));
    }
    lines
}

fn key(key: &KeyRecord, guarded: bool) -> Vec<String> {
    let change = match key.change {
        KeyChange::Made => "made",
        KeyChange::Adopted => "made before a stop, and adopted after it",
        KeyChange::Used => "made in an earlier event, used in this one",
        KeyChange::Shared => "made in an earlier event, shared anew in this one",
    };
    let guard = match key.quorum {
        Some((manage, using)) => format!("{using} members to use it, {manage} to change it"),
        None if guarded => "guarded by approvals that the console counted, not the HSM".into(),
        None => "not guarded by the quorum".into(),
    };
    let mut lines = field(
        &record::text::plain(&key.key, usize::MAX),
        &format!("{change}; {guard}; owner {}", key.owner),
    );
    let shared = match key.shared.is_empty() {
        true => "nobody".to_owned(),
        false => key.shared.join(", "),
    };
    lines.extend(field("its label in the HSM", &key.label));
    lines.extend(field("it is shared with", &shared));
    lines.extend(field("its attributes", &key.attributes.join(", ")));
    lines.extend(digest("its public key, SHA-256", &key.fingerprint));
    lines
}

fn outputs(record: &Record) -> Vec<String> {
    let mut lines = part("Certificates and revocation lists");
    for output in &record.outputs {
        lines.extend(digest(
            &format!("{}, SHA-256", record::text::plain(&output.file, usize::MAX)),
            &output.fingerprint,
        ));
    }
    lines
}

fn approvals(record: &Record, own: &str) -> Vec<String> {
    let members: Vec<&str> = record.approvals.iter().map(|signed| signed.member.as_str()).collect();
    let count = |fate| record.tokens.iter().filter(|token| token.fate == fate).count();
    let mut lines = part("Approvals");
    lines.extend(field("approved by", &members.join(", ")));
    lines.extend(field(
        "your own approval",
        match members.contains(&own) {
            true => "in the record, as you made it",
            false => "none; you made none for this session",
        },
    ));
    let (used, unused, unknown) = (count(Fate::Used), count(Fate::Unused), count(Fate::Unknown));
    let refused = match count(Fate::Refused) {
        0 => String::new(),
        n => format!(", {n} refused by the HSM"),
    };
    lines.extend(field(
        "tokens",
        &format!("{used} used, {unused} unused{refused}, {unknown} without an answer"),
    ));
    if unknown > 0 {
        lines.extend(note(
            "NOTE: for a token without an answer a signature may exist that nobody has seen.",
        ));
    }
    lines
}

fn otherwise(record: &Record) -> Vec<String> {
    let mut lines = part("What went otherwise than planned");
    for exception in &record.exceptions {
        lines.extend(field(&format!("at {}", exception.at), &exception.what));
    }
    for exemption in &record.exemptions {
        lines.extend(field("a check was set aside", exemption));
    }
    for refusal in &record.refusals {
        let read = Bundle::<Refusal>::decode(&refusal.bundle);
        let reason = read.map_or_else(|error| error.to_string(), |bundle| bundle.body.reason);
        lines.extend(field(&format!("{} REFUSED", refusal.member), &reason));
    }
    if record.exceptions.is_empty() && record.exemptions.is_empty() && record.refusals.is_empty() {
        lines.extend(note("Nothing."));
    }
    lines
}

/// What nobody but the console knows.
fn stated(record: &Record) -> Vec<String> {
    let mut lines = part("What the console states besides");
    lines.extend(field("its program's version", &record.tool_version));
    lines.extend(digest("its program, SHA-256", &record.tool));
    for (name, fact) in &record.facts {
        lines.extend(field(&record::text::plain(name, usize::MAX), fact));
    }
    lines.extend(digest(
        &format!("journal, {} entries, SHA-256", record.journal_entries),
        &record.journal,
    ));
    lines
}
