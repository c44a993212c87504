//! The accesses of a year, day by day, each with what explains it. Equal ones are one line, and what one user of the HSM
//! did in an event is one row; of the console each is a row, and so is whatever nothing explains.

use maud::{Markup, html};
use record::access::Mfa;
use verifier::layout::{self, AccessLog};

use super::calendar::{date, moment};
use super::operation::operation;
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
            @let rows: Vec<Vec<Markup>> = gathered(day.rows()).iter().map(|one| row(one)).collect();
            div.accesses { (parts::table(&format!("Accesses on {}", date(*number)), &COLUMNS, &rows)) }
        }
    }
}

/// Rows of the calendar that are one on the page, the earliest first.
type Gathered<'r, 's> = Vec<(&'r Row<'s>, Times)>;

fn gathered<'r, 's>(rows: Gathered<'r, 's>) -> Vec<Gathered<'r, 's>> {
    let mut all: Vec<Gathered<'r, 's>> = Vec::new();
    for one in rows {
        match all.iter_mut().find(|group| belong_together(group[0].0, one.0)) {
            Some(group) => group.push(one),
            None => all.push(vec![one]),
        }
    }
    all
}

fn belong_together(one: &Row<'_>, other: &Row<'_>) -> bool {
    let rest = |row: &Row<'_>| (row.log == AccessLog::Hsm) && !matches!(row.by, By::Nothing(_));
    rest(one) && rest(other) && (one.name, one.role, one.mfa, &one.by) == (other.name, other.role, other.mfa, &other.by)
}

fn row(group: &[(&Row<'_>, Times)]) -> Vec<Markup> {
    let Some((row, _)) = group.first() else {
        return Vec::new();
    };
    vec![
        when(group),
        html! { span.word { (row.log.in_words()) } },
        html! { @match row.name { Some(name) => span.word { (parts::plain(name)) }, None => span.soft { "no user" } } },
        html! { @match group {
            [(row, times)] => (what(row, *times)),
            lines => { @for (row, times) in lines { span.line { (what(row, *times)) } } }
        } },
        role(row),
        by(&row.by),
    ]
}

fn what(row: &Row<'_>, times: Times) -> Markup {
    html! {
        @match row.log {
            AccessLog::Console => (parts::plain(&row.what)),
            AccessLog::Hsm => (operation(&row.what)),
        }
        @if times.count > 1 { ", " (times.count) " times" }
    }
}

fn when(group: &[(&Row<'_>, Times)]) -> Markup {
    let clock = |at: record::Time| at.to_string().chars().skip(11).take(8).collect::<String>();
    let first = group.iter().map(|(_, times)| times.first).min();
    let last = group.iter().map(|(_, times)| times.last).max();
    html! {
        @if let (Some(first), Some(last)) = (first, last) {
            time datetime=(first) { (clock(first)) }
            @if last > first { " to " time datetime=(last) { (clock(last)) } }
        }
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
            By::Afterwards(why) => {
                strong { "excused afterwards" } ", by a maintenance window that members signed later: " (parts::plain(why))
            }
            By::Nobody => span.soft { "nothing to explain" },
            By::Nothing(what) => { (mark()) ": " (parts::plain(what)) }
        }
    }
}

const COLUMNS: [&str; 6] = ["Time", "At", "Who", "What", "Cloud role (IAM)", "Explained by"];
