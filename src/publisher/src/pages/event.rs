//! An event's page: what for, when, who, what was made, and the files.

mod made;

use maud::{Markup, html};
use record::messages::{Boot, ImageKind};
use record::record::{Fate, Record};
use verifier::layout;

use super::frame::Frame;
use super::{commands, parts};
use crate::site::{Event, Part, Site};

/// The page.
pub fn page(site: &Site, event: &Event) -> Markup {
    let record = &event.record;
    let content = html! {
        p { (record.description) "." }
        (facts(event))
        h2 { "Who did what" }
        (people(event))
        h2 { "What was made" }
        (made::keys(record))
        (made::certificates(event))
        @if !record.exceptions.is_empty() { h2 { "What went otherwise" } (exceptions(record)) }
        h2 { "How do I verify this?" }
        p { "In a copy of this store, at its top, check the members' signatures of the record:" }
        pre { @for command in commands::countersignatures(event) { (command) "\n" } }
        p { "All the rest, approvals and journal included, is checked by:" }
        @for (_, root) in site.roots() { pre { (commands::store(site, root)) } }
        h2 { "Files" }
        (files(event))
    };
    Frame {
        title: &format!("Event {}", record.event),
        rehearsal: site.rehearsal,
        up: UP,
    }
    .around(&content)
}

fn facts(event: &Event) -> Markup {
    let record = &event.record;
    let image = match record.image.kind {
        ImageKind::Verity => "The console's image",
        ImageKind::Binary => "The console's program (there was no image)",
    };
    let boot = match record.boot {
        Boot::Unproven => "unproven: nothing but the screen said what booted",
        Boot::Quote(_) => "proved by a quote over the members' nonces",
    };
    html! {
        dl {
            dt { "Ceremony" } dd { (record.kind) }
            dt { "Began" } dd { (parts::moment(record.began)) }
            dt { "Ended" } dd { (parts::moment(record.ended)) }
            dt { "Present" } dd { (record.present.join(", ")) }
            dt { "Plan" } dd { (parts::digest(&record.plan)) }
            dt { "Record" } dd { (parts::digest(&event.digest)) }
            dt { (image) } dd { (parts::digest(&record.image.digest)) }
            dt { "Boot" } dd { (boot) }
            dt { "Tokens" } dd { (tokens(record)) }
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

fn people(event: &Event) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Who did what" {
            table {
                thead { tr {
                    th scope="col" { "Member" } th scope="col" { "At the beginning" } th scope="col" { "At the end" }
                    th scope="col" { "Reviewed the plan" } th scope="col" { "Approved" }
                    th scope="col" { "Signed the record" }
                } }
                tbody { @for part in event.parts() { (person(&part)) } }
            }
        }
        p.soft {
            (event.inbound.policy.quorum.threshold) " of " (event.inbound.policy.quorum.members)
            " members must approve each use of a key that the quorum guards."
        }
    }
}

fn person(part: &Part) -> Markup {
    let yes = |done: bool| if done { "yes" } else { "no" };
    html! {
        tr {
            th scope="row" { (part.member) @if part.refused { " (refused)" } }
            td { (part.beginning.unwrap_or("absent")) }
            td { (part.end.unwrap_or("absent")) }
            td { (yes(part.reviewed)) }
            td { @if part.approved == 0 { "nothing" } @else { (parts::count(part.approved, "signature", "signatures")) } }
            td { (yes(part.countersigned)) }
        }
    }
}

fn exceptions(record: &Record) -> Markup {
    html! {
        ul { @for exception in &record.exceptions { li {
            (parts::moment(exception.at)) @if let Some(step) = &exception.step { ", at the step " (step) } ": "
            (exception.what)
        } } }
    }
}

fn files(event: &Event) -> Markup {
    let (name, record) = (&event.record.event, &event.record);
    let fixed = [
        ("The record", layout::record(name)),
        ("The plan and its inputs", layout::object(&record.plan)),
        ("The journal", layout::object(&record.journal)),
        ("The roster", layout::roster(event.inbound.roster.number)),
        ("The policy", layout::policy(event.inbound.policy.version)),
        ("Who may sign", layout::allowed_signers(name)),
        (
            "The console's signature of the results",
            layout::results_signature(name),
        ),
    ];
    let signed = event.logged.countersignatures.keys();
    let signed = signed.map(|member| {
        (
            format!("The record, signed by {member}"),
            layout::countersignature(name, member),
        )
    });
    let all = fixed
        .into_iter()
        .map(|(what, path)| (what.to_owned(), path))
        .chain(signed);
    html! { dl { @for (what, path) in all { dt { (what) } dd { (parts::file(UP, &path)) } } } }
}

/// From `events/<event>/` to the store's root.
const UP: &str = "../../";
