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
            (parts::table(&format!("Accesses on {}", date(*number)), &COLUMNS, &rows))
        }
    }
}

fn row(row: &Row<'_>, times: Times) -> Vec<Markup> {
    vec![
        when(times),
        html! { span.word { (super::in_words(row.log)) } },
        html! { @match row.name { Some(name) => (parts::plain(name)), None => span.soft { "no user" } } },
        html! { (parts::plain(&row.what)) @if times.count > 1 { ", " (times.count) " times" } },
        html! { @match row.role { Some(role) => (parts::plain(role)), None => span.soft { "none known" } } },
        html! { (second_factor(row.mfa)) },
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

/// `mfaAuthenticated`
fn second_factor(mfa: Option<Mfa>) -> &'static str {
    match mfa {
        Some(Mfa::Yes) => "yes",
        Some(Mfa::No) => "NO",
        Some(Mfa::Unknown) => "not known",
        None => "not logged",
    }
}

fn by(by: &By<'_>) -> Markup {
    html! {
        @match by {
            By::Event(name) => a href={ (UP) (layout::event_page(name)) } { (name) },
            By::Window(why) => { "maintenance: " (parts::plain(why)) }
            By::Nobody => span.soft { "needs no explanation: nobody came in, or nothing was changed" },
            By::Nothing(what) => { (mark()) ": " (parts::plain(what)) }
        }
    }
}

const COLUMNS: [&str; 7] = ["Time", "At", "Who", "What", "IAM role", "Second factor", "Explained by"];
