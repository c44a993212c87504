//! The record of an event in plain words.

use record::messages::Boot;
use record::plan::Inbound;
use record::record::{Fate, KeyChange, Record};

use super::{digest, field, note, part, top};

/// Everything that a member signs.
#[must_use]
pub fn page(record: &Record, inbound: &Inbound, own: &str) -> Vec<String> {
    let mut page = top(
        &format!("The record of the event {}", record.event),
        inbound.plan.rehearsal,
    );
    page.extend(field("what it was for", &record.description));
    page.extend(field(
        "held",
        &format!("from {} until {}, by the console's clock", record.began, record.ended),
    ));
    page.extend(field("present", &record.present.join(", ")));
    page.extend(match record.boot {
        Boot::Unproven => field("boot unproven", "nothing but the console's own word says what it ran"),
        Boot::Quote(_) => field("boot unproven", "a quote came along, which this version cannot check"),
    });
    page.extend(digest("what the console ran, SHA-256", &record.image.digest));
    page.extend(keys(record));
    page.extend(outputs(record));
    page.extend(approvals(record, own));
    page.extend(otherwise(record));
    page.extend(part("What was checked here, on this machine"));
    page.extend(note(
        "The record is of the plan, image and session that you reviewed and attended. What it holds in \
        your name was made here. Its outputs are what the plan and the keys give, and the quorum approved each.",
    ));
    page
}

fn keys(record: &Record) -> Vec<String> {
    let mut lines = part("Keys");
    for key in &record.keys {
        let change = match key.change {
            KeyChange::Made => "made",
            KeyChange::Adopted => "made before a stop, and adopted after it",
        };
        let guard = match key.quorum {
            Some((manage, using)) => format!("{using} members to use it, {manage} to change it"),
            None => "not guarded by the quorum".into(),
        };
        lines.extend(field(
            &record::text::plain(&key.key, 63),
            &format!("{change}; {guard}; owner {}", key.owner),
        ));
        lines.extend(digest("its public key, SHA-256", &key.fingerprint));
    }
    lines
}

fn outputs(record: &Record) -> Vec<String> {
    let mut lines = part("Certificates and revocation lists");
    for output in &record.outputs {
        lines.extend(digest(
            &format!("{}, SHA-256", record::text::plain(&output.file, 120)),
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
            false => "not in the record; if you gave one, the quorum was complete without it",
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
        lines.extend(field("refused by", &refusal.member));
    }
    if record.exceptions.is_empty() && record.exemptions.is_empty() && record.refusals.is_empty() {
        lines.extend(note("Nothing."));
    }
    lines.extend(digest(
        &format!("journal, {} entries, SHA-256", record.journal_entries),
        &record.journal,
    ));
    lines
}
