//! Who did what in an event, member by member.

use maud::{Markup, html};

use crate::pages::parts;
use crate::site::{Event, Part};

/// The table of all members in office.
pub fn table(event: &Event) -> Markup {
    let rows: Vec<_> = event.parts().iter().map(row).collect();
    html! {
        (parts::table("Who did what", COLUMNS, &rows))
        p.soft {
            (event.inbound.policy.quorum.threshold) " of " (event.inbound.policy.quorum.members)
            " members must approve each use of a key that the quorum guards."
        }
    }
}

fn row(part: &Part) -> Vec<Markup> {
    let yes = |done: bool| html! { @if done { "yes" } @else { "no" } };
    vec![
        html! { (part.member) @if part.refused { " (refused)" } },
        html! { (part.beginning.unwrap_or("absent")) },
        html! { (part.end.unwrap_or("absent")) },
        html! { (part.reviewed) },
        html! { @if part.approved == 0 { "nothing" } @else { (parts::count(part.approved, "signature", "signatures")) } },
        yes(part.countersigned),
    ]
}

const COLUMNS: &[&str] = &[
    "Member",
    "At the beginning",
    "At the end",
    "Reviewed the plan",
    "Approved",
    "Signed the record",
];
