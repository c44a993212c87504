//! Small parts that several pages have: digests in blocks, moments, links to files, tables.

use maud::{Markup, html};
use record::{Digest, Time, text};
pub use verifier::count;
use verifier::layout;

use crate::site::Event;

/// A digest in two rows of four blocks, as the members' screens show it.
pub fn digest(value: &Digest) -> Markup {
    html! { span.digest { @for row in value.blocks() { span { (row) } } } }
}

/// A moment, for people and for programs.
pub fn moment(at: Time) -> Markup {
    let exact = at.to_string();
    html! { time datetime=(exact) { (exact.replace('T', " ").trim_end_matches('Z')) " UTC" } }
}

/// The day of a moment.
pub fn day(at: Time) -> Markup {
    let exact = at.to_string();
    html! { time datetime=(exact) { (exact.split('T').next().unwrap_or_default()) } }
}

/// A certificate's time as ours; none of a checked certificate lies before 1970.
pub fn time(at: x509::Time) -> Time {
    Time(u64::try_from(at.0).unwrap_or_default())
}

/// A link to an event's page.
pub fn event(up: &str, event: &Event) -> Markup {
    let name = &event.record.event;
    html! { a href={ (up) (layout::event_page(name)) } { (name) } }
}

/// A link to a certificate's page.
pub fn certificate(up: &str, stem: &str) -> Markup {
    html! { a href={ (up) (layout::certificate_page(stem)) } { (stem) } }
}

/// A link to a file of the store.
pub fn file(up: &str, path: &str) -> Markup {
    html! { a href={ (up) (path) } { (path) } }
}

/// Text that somebody else wrote, whole, with what would hide or turn it shown as codes.
pub fn plain(value: &str) -> String {
    text::plain(value, usize::MAX)
}

/// The same of a checkpoint, whose lines of signatures begin with a dash (C2SP signed-note).
pub fn plain_note(value: &str) -> String {
    let line = |line: &str| match line.strip_prefix(SIGNATURE) {
        Some(rest) => format!("{SIGNATURE}{}", plain(rest)),
        None => plain(line),
    };
    value.lines().map(line).collect::<Vec<_>>().join("\n")
}

const SIGNATURE: &str = "\u{2014} ";

/// A table whose first column names the row. On a narrow screen each row becomes a list, each value with its column's
/// name; the roles keep it a table for those who hear it.
pub fn table(label: &str, columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table role="table" aria-label=(label) {
            thead role="rowgroup" { tr role="row" {
                @for column in columns { th scope="col" role="columnheader" { (column) } }
            } }
            tbody role="rowgroup" { @for row in rows { tr role="row" {
                @for (number, (column, value)) in columns.iter().zip(row).enumerate() {
                    @if number == 0 { th scope="row" role="rowheader" { (value) } }
                    @else { td role="cell" data-label=(column) { (value) } }
                }
            } } }
        }
    }
}
