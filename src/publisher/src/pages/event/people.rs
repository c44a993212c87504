//! Who did what in an event, member by member.

use maud::{Markup, html};

use crate::pages::parts;
use crate::site::{Event, Part};

/// The table of all members in office.
pub fn table(event: &Event) -> Markup {
    let stood = event.inbound.standing.is_some();
    let rows: Vec<_> = event.parts().iter().map(|part| row(part, stood)).collect();
    let mut columns = COLUMNS.to_vec();
    if stood {
        columns.insert(AFTER_REVIEWED, "Compared what stood before");
    }
    html! {
        (parts::table("Who did what", &columns, &rows))
        (missing(event))
        p.soft {
            (event.inbound.policy.quorum.threshold) " of " (event.inbound.policy.quorum.members)
            " members must approve each use of a key that the quorum guards."
        }
    }
}

/// Who was there and has not signed the record, and until when they could: whether that day is over, the reader knows.
fn missing(event: &Event) -> Markup {
    let record = &event.record;
    let days = event.inbound.policy.quorum.countersign_days;
    let signed = &event.logged.countersignatures;
    let unsigned: Vec<&str> = record
        .present
        .iter()
        .map(String::as_str)
        .filter(|member| !signed.contains_key(*member))
        .collect();
    html! {
        @if !unsigned.is_empty() {
            p { strong {
                "MISSING: " (parts::plain(&unsigned.join(", "))) " took part and did not sign the record. The policy gives " (days)
                " days, until " (record.ended.plus(days.saturating_mul(86_400))) "; after that it is a finding. It is no veto."
            } }
        }
    }
}

/// The columns' cells; where something stood before the event, also whether they compared it with this store.
fn row(part: &Part, stood: bool) -> Vec<Markup> {
    let yes = |done: bool| html! { @if done { "yes" } @else { "no" } };
    let mut row = vec![
        html! { span.word { (part.member) } @if part.refused { " (refused)" } },
        html! { (part.beginning.unwrap_or("absent")) },
        html! { (part.end.unwrap_or("absent")) },
        yes(part.reviewed),
        html! { @if part.approved == 0 { "nothing" } @else { (parts::count(part.approved, "signature", "signatures")) } },
        yes(part.countersigned),
    ];
    if stood {
        let refused = part.compared && part.refused;
        row.insert(
            AFTER_REVIEWED,
            html! { (yes(part.compared)) @if refused { ", and refused" } },
        );
    }
    row
}

const COLUMNS: &[&str] = &[
    "Member",
    "At the beginning",
    "At the end",
    "Reviewed the plan",
    "Approved",
    "Signed the record",
];
const AFTER_REVIEWED: usize = 4;
