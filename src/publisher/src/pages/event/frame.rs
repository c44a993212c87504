//! The event's frame: when it was, who was there, what ran, and what it goes on from.

use maud::{Markup, html};
use record::digest::hex;
use record::messages::{Boot, ImageKind};
use record::record::{Fate, Record};

use crate::pages::parts;
use crate::site::Event;

/// The frame, fact by fact.
pub fn facts(event: &Event) -> Markup {
    let record = &event.record;
    html! {
        dl {
            dt { "Ceremony" } dd { (record.kind) }
            dt { "Began" } dd { (parts::moment(record.began)) }
            dt { "Ended" } dd { (parts::moment(record.ended)) }
            dt { "Present" } dd { (record.present.join(", ")) }
            dt { "Record" } dd { (parts::digest(&event.digest)) }
            dt { "Plan" } dd { (parts::digest(&record.plan)) }
            dt { "Roster" } dd { (parts::digest(&record.roster)) }
            dt { "Journal" }
            dd { (parts::count(usize::try_from(record.journal_entries).unwrap_or(usize::MAX), "entry", "entries")) (parts::digest(&record.journal)) }
            dt { "Tokens" } dd { (tokens(record)) }
        }
        h3 { "What ran" }
        (console(record))
        h3 { "What was before" }
        (before(record))
    }
}

fn console(record: &Record) -> Markup {
    let image = match record.image.kind {
        ImageKind::Verity => "The console's image",
        ImageKind::Binary => "The console's program (there was no image)",
    };
    let boot = boot(record);
    html! {
        dl {
            dt { (image) } dd { (parts::digest(&record.image.digest)) }
            dt { "The program ceremony " (parts::plain(&record.tool_version)) } dd { (parts::digest(&record.tool)) }
            dt { "Session" } dd.digest { @for block in record.session.chunks(4) { (hex(block)) " " } }
            dt { "Boot" } dd { (boot) }
        }
    }
}

/// What the quote says of itself: the verifier checked it before this page was made.
fn boot(record: &Record) -> String {
    let Boot::Quote(quote) = &record.boot else {
        return "unproven: nothing but the screen said what booted".into();
    };
    match record::boot::check(quote, &record.session) {
        Ok(quoted) => format!(
            "quoted over the nonces of {} members, by {}; {}",
            quoted.nonces.len(),
            verifier::boot::signer(&quoted),
            verifier::boot::registers(&quoted)
        ),
        Err(cause) => format!("unproven: {cause}"),
    }
}

fn before(record: &Record) -> Markup {
    html! {
        dl {
            dt { "The record before this one" }
            dd { @match &record.previous { Some(digest) => (parts::digest(digest)), None => "none: this is the first" } }
            dt { "The log as the members had seen it" }
            dd { @match &record.checkpoint {
                Some(checkpoint) => span.lines { (parts::plain_note(checkpoint)) },
                None => "no checkpoint: this is the first event",
            } }
        }
    }
}

/// How many approvals the HSM was asked for, and what became of them.
fn tokens(record: &Record) -> String {
    let of = |fate| record.tokens.iter().filter(|token| token.fate == fate).count();
    let (used, unused, unknown) = (of(Fate::Used), of(Fate::Unused), of(Fate::Unknown));
    let mut text = format!("{} minted, {used} used, {unused} unused", record.tokens.len());
    if of(Fate::Refused) > 0 {
        text += &format!(", {} refused by the HSM", of(Fate::Refused));
    }
    if unknown > 0 {
        text += &format!(", {unknown} without an answer: a signature may exist");
    }
    text
}
