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
                dl { @for rules in &event.rules { dt { (called(*rules)) } dd { (parts::file(UP, &rules.path())) } } }
                @if event.record.previous.is_some() {
                    p { "By the members of the roster before, who signed the record that names them." }
                }
            }
        }
    }
}

/// Documents, as files.
pub fn documents(event: &Event) -> Markup {
    html! {
        @for name in &event.documents {
            div.card {
                h3 { "Document " (name) }
                dl { dt { "File" } dd { (parts::file(UP, &layout::document(name))) } }
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
