//! An event's page: what for, when, who, what was made, what went otherwise, and the files.

mod frame;
mod made;
mod otherwise;
mod people;

use maud::{Markup, html};
use verifier::layout;

use super::frame::Frame;
use super::{commands, parts};
use crate::site::{Event, Site};

/// The page.
pub fn page(site: &Site, event: &Event) -> Markup {
    let record = &event.record;
    let content = html! {
        p { (record.description) "." }
        (frame::facts(event))
        h2 { "Who did what" }
        (people::table(event))
        h2 { "What was made" }
        (made::keys(event))
        (made::certificates(event))
        h2 { "What went otherwise than planned" }
        (otherwise::exceptions(event))
        h2 { "Lints set aside" }
        (otherwise::exemptions(record))
        @if !record.facts.is_empty() || !record.statements.is_empty() {
            h2 { "What else the record says" }
            (otherwise::statements(record))
        }
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
