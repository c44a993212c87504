//! What an event put into force, and the documents that it had published.

use maud::{Markup, html};
use verifier::layout::{self, Rules};

use super::UP;
use crate::pages::parts;
use crate::site::Event;

/// Rosters, policies and log policies that came into force.
pub fn rules(event: &Event) -> Markup {
    html! {
        @if !event.rules.is_empty() {
            div.card {
                h3 { "Came into force" }
                dl { @for rules in &event.rules { dt { (called(*rules)) } dd { (rules_links(*rules)) } } }
                @if event.record.previous.is_some() {
                    p { "By the members of the roster before, who signed the record that names them." }
                }
            }
        }
    }
}

/// The file, and the page of a roster.
fn rules_links(rules: Rules) -> Markup {
    html! {
        (parts::file(UP, &rules.path()))
        @if let Rules::Roster(number) = rules { ", " a href={ (UP) (layout::roster_page(number)) } { "the members" } }
    }
}

/// Documents, as files and as pages.
pub fn documents(event: &Event) -> Markup {
    html! {
        @for name in &event.documents {
            div.card {
                h3 { "Document " (name) }
                dl {
                    dt { "File" } dd { (parts::file(UP, &layout::document(name))) }
                    @if let Some(page) = layout::document_page(name) { dt { "To read" } dd { (parts::file(UP, &page)) } }
                }
            }
        }
    }
}

/// What a file of rules is called.
pub fn called(rules: Rules) -> String {
    match rules {
        Rules::Roster(number) => format!("Roster {number}"),
        Rules::Policy(number) => format!("Policy {number}"),
        Rules::LogPolicy(number) => format!("Log policy {number}"),
    }
}
