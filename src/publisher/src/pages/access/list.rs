//! The accesses of a year, day by day, each with what explains it; equal ones of a day are one row.

use maud::{Markup, html};
use record::access::Mfa;
use verifier::layout;

use super::calendar::{date, moment};
use super::{UP, mark};
use crate::pages::parts;
use crate::site::{By, Calendar, Row, Times};

/// The list.
pub fn year(calendar: &Calendar<'_>, year: u64) -> Markup {
    let days = calendar.days.iter().filter(|(day, _)| moment(**day).year() == year);
    html! {
        h2 { "Day by day" }
        @for (number, day) in days {
            h3 id={ "day-" (date(*number)) } { (date(*number)) }
            @let rows: Vec<Vec<Markup>> = day.rows().into_iter().map(|(one, times)| row(one, times)).collect();
            div.accesses { (parts::table(&format!("Accesses on {}", date(*number)), &COLUMNS, &rows)) }
        }
    }
}

fn row(row: &Row<'_>, times: Times) -> Vec<Markup> {
    vec![
        when(times),
        html! { span.word { (super::in_words(row.log)) } },
        html! { @match row.name { Some(name) => span.word { (parts::plain(name)) }, None => span.soft { "no user" } } },
        html! { (parts::plain(&row.what)) @if times.count > 1 { ", " (times.count) " times" } },
        role(row),
        by(&row.by),
    ]
}

fn when(times: Times) -> Markup {
    let clock = |at: record::Time| at.to_string().chars().skip(11).take(8).collect::<String>();
    html! {
        time datetime=(times.first) { (clock(times.first)) }
        @if times.last > times.first { " to " time datetime=(times.last) { (clock(times.last)) } }
    }
}

/// The role, and `mfaAuthenticated`; the console's log knows of neither.
fn role(row: &Row<'_>) -> Markup {
    let factor = match row.mfa {
        Some(Mfa::Yes) => "with a second factor",
        Some(Mfa::No) => "WITHOUT a second factor",
        Some(Mfa::Unknown) | None => "second factor not known",
    };
    html! {
        @match (row.role, row.mfa) {
            (Some(role), _) => { (parts::plain(role)) ", " (factor) }
            (None, Some(_)) => span.soft { "no role known" },
            (None, None) => span.soft { "none" },
        }
    }
}

fn by(by: &By<'_>) -> Markup {
    html! {
        @match by {
            By::Event(name) => a href={ (UP) (layout::event_page(name)) } { (name) },
            By::Window(why) => { "maintenance: " (parts::plain(why)) }
            By::Nobody => span.soft { "nothing to explain" },
            By::Nothing(what) => { (mark()) ": " (parts::plain(what)) }
        }
    }
}

const COLUMNS: [&str; 6] = ["Time", "At", "Who", "What", "IAM role", "Explained by"];
