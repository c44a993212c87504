//! Small parts that several pages have: digests in blocks, moments, links to files.

use maud::{Markup, html};
use record::{Digest, Time};

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

/// A link to a file of the store.
pub fn file(up: &str, path: &str) -> Markup {
    html! { a href={ (up) (path) } { (path) } }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}
