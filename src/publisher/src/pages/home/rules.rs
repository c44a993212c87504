//! Who decides, and by which rules: what is in force after the latest event, and what was before.

use maud::{Markup, html};
use verifier::layout::{self, Rules};

use crate::pages::parts;
use crate::site::{Event, Site};

/// The members and the rules that are in force after the latest event.
pub fn of(event: &Event) -> Markup {
    let (roster, policy) = (event.roster_after(), event.policy());
    let members: Vec<&str> = roster.members.iter().map(|member| member.id.as_str()).collect();
    let ends = roster.members.iter().map(|member| member.until).min();
    html! {
        p {
            "Each use of a key that the quorum guards needs the approval of " (policy.quorum.threshold) " of "
            (policy.quorum.members) " members."
        }
        dl {
            dt { "Members" } dd { (members.join(", ")) " (" a href=(layout::roster_page(roster.number)) { "their terms and keys" } ")" }
            @if let Some(ends) = ends { dt { "First term ends" } dd { (parts::day(ends)) } }
            dt { "Appointed by" } dd { (parts::plain(&roster.appointment)) }
            dt { "Roster " (roster.number) } dd { (parts::file("", &layout::roster(roster.number))) }
            dt { "Policy " (policy.version) } dd { (parts::file("", &layout::policy(policy.version))) }
        }
    }
}

/// Every roster and policy that came into force, with the event that brought it.
pub fn history(site: &Site) -> Markup {
    let all = site
        .events
        .iter()
        .flat_map(|event| event.rules.iter().map(move |rules| (event, *rules)));
    html! {
        p { "What came into force, and with which event:" }
        dl {
            @for (event, rules) in all {
                dt { (parts::file("", &rules.path())) }
                dd { "with " (parts::event("", event)) " on " (parts::day(event.record.ended)) }
            }
        }
    }
}

/// The newest log policy.
pub fn log_policy(site: &Site) -> String {
    let mut all = site.events.iter().rev().flat_map(|event| &event.rules);
    let newest = all.find(|rules| matches!(rules, Rules::LogPolicy(_)));
    newest.map_or_else(|| layout::log_policy(1), |rules| rules.path())
}
