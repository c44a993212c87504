//! The access calendar: who came to the console and to the HSM, day by day, and what explains it.

mod calendar;
mod list;
mod operation;

use maud::{Markup, html};
use verifier::access::Access;
use verifier::layout::{self, AccessLog};

use super::frame::Frame;
use super::{commands, parts};
use crate::site::{By, Calendar, Site};

/// The pages, where there are batches: the newest year's, and one for each year before it.
pub fn pages(site: &Site) -> Vec<(String, String)> {
    if site.batches.is_empty() {
        return Vec::new();
    }
    let calendar = site.calendar();
    let years = calendar::years(site, &calendar);
    let newest = years.last().copied();
    let page = |year: &u64| {
        let path = match Some(*year) == newest {
            true => layout::ACCESS.to_owned(),
            false => layout::access_year(*year),
        };
        (path, page(site, &calendar, *year, &years).into_string())
    };
    years.iter().map(page).collect()
}

/// What leads to it from the first page, and what is wrong there.
pub fn link(site: &Site) -> Markup {
    if site.batches.is_empty() {
        return html! {};
    }
    let unexplained = unexplained(&site.calendar());
    html! {
        h2 { "Who came" }
        p {
            "Every access to the console and to the hardware with the keys (HSM) is in the " a href=(layout::ACCESS) { "access calendar" }
            @if unexplained == 0 { ", with the event that explains it." }
            @else { ". " (mark()) ": " (parts::count(unexplained, "access", "accesses")) "." }
        }
    }
}

fn page(site: &Site, calendar: &Calendar<'_>, year: u64, years: &[u64]) -> Markup {
    let content = html! {
        p.lead {
            "Who came to the console that works with the root keys, and to the hardware (HSM) that holds them, and when."
        }
        (verdict(calendar))
        (rules())
        (missing(site, calendar))
        (calendar::year(site, calendar, year))
        (list::year(calendar, year))
        (others(year, years))
        (batches(site))
        h2 { "How do I verify this?" }
        p { "The verifier holds each access against the events again, and each batch against its signature:" }
        @if let Some((_, root)) = site.roots().next() {
            pre { (commands::store(site, root)) }
        }
    };
    Frame {
        title: &format!("Access calendar {year}"),
        site,
        up: UP,
    }
    .around(&content)
}

fn rules() -> Markup {
    html! {
        p {
            "Each access must fall in an event or a maintenance window that the quorum decided on, and must name somebody who was "
            "to come then."
        }
        p {
            "One that does not is marked " (mark()) ": somebody came whom nothing here expects. That is a mistake or an attack; "
            "it has to be looked into, and it stays here whatever it was. Members may sign a window for it later: then it is shown "
            "as excused afterwards."
        }
        p.soft {
            "All times are UTC. Each HSM of the cluster writes its own log: what was done once may be counted once for each. "
            "There is nothing to explain in an attempt that failed, in a question to the cloud that changes nothing, and in the "
            "copies that the cloud makes of its HSMs. Of an access nothing but the name, the time and what it was is published. "
            "The role and the second factor of an access to the HSM are those of the last call to the cloud's service in the "
            "quarter of an hour before it: evidence of who was at work, and no proof."
        }
    }
}

/// In text and shape.
pub fn mark() -> Markup {
    html! { strong.alarm { "\u{25b2} NOT EXPLAINED" } }
}

fn verdict(calendar: &Calendar<'_>) -> Markup {
    let all: usize = calendar
        .days
        .values()
        .map(|day| AccessLog::ALL.map(|log| day.count(log)).iter().sum::<usize>())
        .sum();
    let unexplained = unexplained(calendar);
    let found = || {
        calendar
            .days
            .values()
            .flat_map(crate::site::Day::rows)
            .filter_map(|(row, times)| match &row.by {
                By::Nothing(what) => Some((what, times)),
                _ => None,
            })
    };
    html! {
        @if unexplained == 0 {
            p { "There are " (parts::count(all, "access", "accesses")) " on these pages, and each is explained." }
        } @else {
            div.card {
                h2 { (mark()) ": " (unexplained) " of " (parts::count(all, "access", "accesses")) }
                ul { @for (what, times) in found() {
                    li {
                        (parts::moment(times.first)) ": " (parts::plain(what))
                        @if times.count > 1 { ", " (times.count) " times until " (parts::moment(times.last)) }
                    }
                } }
            }
        }
    }
}

fn unexplained(calendar: &Calendar<'_>) -> usize {
    calendar.days.values().map(crate::site::Day::unexplained).sum()
}

fn missing(site: &Site, calendar: &Calendar<'_>) -> Markup {
    let has = |log| site.batches.iter().any(|batch| batch.access.log() == log);
    let absent: Vec<AccessLog> = AccessLog::ALL.into_iter().filter(|log| !has(*log)).collect();
    html! {
        h2 { "What is missing" }
        @if calendar.missing.is_empty() && calendar.uncovered.is_empty() && absent.is_empty() {
            p { "Nothing: the batches say of no line that it is missing, the numbers of the HSM's log have no gap, and each event "
                "that they cover shows its accesses." }
        } @else {
            ul {
                @for log in absent { li { "All of the " (log.in_words()) "'s accesses: there is no batch of its log." } }
                @for what in &calendar.missing { li { (parts::plain(what)) } }
                @for (log, from, until) in &calendar.uncovered {
                    li { "Of the " (log.in_words()) " nothing is known from " (parts::moment(*from)) " until "
                        (parts::moment(*until)) ": no batch covers it." }
                }
            }
        }
    }
}

fn others(year: u64, years: &[u64]) -> Markup {
    let newest = years.last().copied().unwrap_or(year);
    let file = |other: u64| match other == newest {
        true => layout::ACCESS.to_owned(),
        false => layout::access_year(other),
    };
    html! {
        @if years.len() > 1 {
            h2 { "Other years" }
            p { @for other in years.iter().filter(|other| **other != year) {
                a href={ (UP) (file(*other)) } { (other) } " "
            } }
        }
    }
}

fn batches(site: &Site) -> Markup {
    let row = |access: &Access| {
        let (log, number, (from, until)) = (access.log(), access.number(), access.stretch());
        vec![
            parts::file(UP, &log.batch(number)),
            html! { span.loose { (parts::moment(from)) } },
            html! { span.loose { (parts::moment(until)) } },
            html! { (access.count()) },
            html! { a href={ (UP) (log.signature(number)) } { "signature" } },
        ]
    };
    let rows: Vec<_> = site.batches.iter().map(|batch| row(&batch.access)).collect();
    html! {
        h2 { "Where this comes from" }
        p { "The keeper of the transparency key, who is not the keeper of the log's key, makes these batches from the machines' "
            "own logs, and signs them. What came after the last one of a log is not known here." }
        (parts::table("Batches", &["Batch", "From", "Until", "Accesses", "Signed"], &rows))
    }
}

/// From `access/` to the store's root.
const UP: &str = "../";
