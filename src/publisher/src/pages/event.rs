//! An event's page: what for, when, who, what was made, what went otherwise, and the files.

mod brought;
mod frame;
mod made;
mod otherwise;
mod people;
mod timeline;

use maud::{Markup, html};
use verifier::layout;

use super::frame::Frame;
use super::{commands, kinds, parts};
use crate::site::{Event, Site};

/// The page.
pub fn page(site: &Site, event: &Event) -> Markup {
    let record = &event.record;
    let content = html! {
        (otherwise::aborted(record))
        p { (kinds::sentence(event)) }
        p { (record.description) "." }
        h2 { "When and how" }
        (frame::facts(event))
        h2 { "Who did what" }
        (people::table(event))
        h2 { "What was approved" }
        (timeline::approvals(event))
        h2 { "Timeline" }
        (timeline::table(event))
        h2 { "What was made" }
        (made::keys(event))
        (made::certificates(event))
        (brought::rules(event))
        (brought::documents(event))
        @if made::is_nothing(event) { p { "Nothing that is published besides the record." } }
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
        (checks(site))
        h2 { "Files" }
        (files(event))
    };
    Frame {
        title: &format!("Event {}", record.event),
        site,
        up: UP,
    }
    .around(&content)
}

/// The one command that checks the whole store, from the newest root.
fn checks(site: &Site) -> Markup {
    html! {
        @match site.roots().next() {
            Some((_, root)) => pre { (commands::store(site, root)) },
            None => p { "a root certificate, as soon as there is one: it anchors the whole store." },
        }
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
    ];
    let console = (
        "The console's signature of the results",
        layout::results_signature(name),
    );
    let console = event.logged.results.is_some().then_some(console);
    let signed = event.logged.countersignatures.keys();
    let signed = signed.map(|member| {
        (
            format!("The record, signed by {member}"),
            layout::countersignature(name, member),
        )
    });
    let all = fixed
        .into_iter()
        .chain(console)
        .map(|(what, path)| (what.to_owned(), path))
        .chain(signed);
    html! { dl { @for (what, path) in all { dt { (what) } dd { (parts::file(UP, &path)) } } } }
}

/// From `events/<event>/` to the store's root.
const UP: &str = "../../";
