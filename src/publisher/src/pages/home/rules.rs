//! Who decides, and by which rules: the roster and the policies of the latest event.

use maud::{Markup, html};
use verifier::layout;

use crate::pages::parts;
use crate::site::Event;

/// The members and the rules that the latest event was held by.
pub fn of(event: &Event) -> Markup {
    let (roster, policy) = (&event.inbound.roster, &event.inbound.policy);
    let members: Vec<&str> = roster.members.iter().map(|member| member.id.as_str()).collect();
    let ends = roster.members.iter().map(|member| member.until).min();
    html! {
        p {
            "Each use of a key that the quorum guards needs the approval of " (policy.quorum.threshold) " of "
            (policy.quorum.members) " members."
        }
        dl {
            dt { "Members" } dd { (members.join(", ")) }
            @if let Some(ends) = ends { dt { "First term ends" } dd { (parts::day(ends)) } }
            dt { "Appointed by" } dd { (parts::plain(&roster.appointment)) }
            dt { "Roster " (roster.number) } dd { (parts::file("", &layout::roster(roster.number))) }
            dt { "Policy " (policy.version) } dd { (parts::file("", &layout::policy(policy.version))) }
            dt { "Log policy" } dd { (parts::file("", &layout::log_policy(1))) }
        }
    }
}
