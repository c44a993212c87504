//! A year as months, a month as a table of weeks: on each day how many came, which events were held, what is not explained.

use std::collections::BTreeSet;

use maud::{Markup, html};
use record::Time;
use verifier::layout::{self, AccessLog};

use super::UP;
use crate::pages::parts;
use crate::site::{Calendar, Event, Site};

/// The years in which somebody came or an event was held.
pub fn years(site: &Site, calendar: &Calendar<'_>) -> Vec<u64> {
    let came = calendar.days.keys().map(|day| moment(*day).year());
    let held = site.events.iter().map(|event| event.record.began.year());
    let all: BTreeSet<u64> = came.chain(held).collect();
    all.into_iter().collect()
}

/// The months of a year in which something was.
pub fn year(site: &Site, calendar: &Calendar<'_>, year: u64) -> Markup {
    let view = View { site, calendar };
    let came = calendar.days.keys().copied();
    let held = site.events.iter().flat_map(days_of);
    let windows = calendar.explainer.windows().iter().map(|window| window.from.0 / DAY);
    let months: BTreeSet<u64> = came.chain(held).chain(windows).map(first_of_month).collect();
    let months = months.into_iter().filter(|first| moment(*first).year() == year);
    html! {
        h2 { (year) }
        @for first in months { (view.month(first)) }
    }
}

struct View<'v, 's> {
    site: &'s Site,
    calendar: &'v Calendar<'s>,
}

impl View<'_, '_> {
    fn month(&self, first: u64) -> Markup {
        let days: Vec<u64> = (first..).take_while(|day| first_of_month(*day) == first).collect();
        let before = usize::try_from(weekday(first)).unwrap_or(0);
        let mut cells: Vec<Option<u64>> = vec![None; before];
        cells.extend(days.into_iter().map(Some));
        cells.resize(cells.len().div_ceil(7) * 7, None);
        html! {
            table.calendar role="table" {
                caption { (month_name(first)) }
                thead role="rowgroup" { tr role="row" {
                    @for day in WEEK { th scope="col" role="columnheader" { (day) } }
                } }
                tbody role="rowgroup" { @for week in cells.chunks(7) { tr role="row" {
                    @for cell in week { @match cell {
                        Some(day) => (self.day(*day)),
                        None => td.none role="cell" {},
                    } }
                } } }
            }
        }
    }

    fn day(&self, day: u64) -> Markup {
        let found = self.calendar.days.get(&day);
        let events: Vec<&Event> = self
            .site
            .events
            .iter()
            .filter(|event| days_of(event).any(|one| one == day))
            .collect();
        let all = self.calendar.explainer.windows().iter();
        let windows: Vec<&str> = all
            .filter(|one| touches(one.from, one.until, day))
            .map(|one| one.why.as_str())
            .collect();
        if found.is_none() && events.is_empty() && windows.is_empty() {
            return html! { td.none role="cell" { span.day { (day_of_month(day)) } } };
        }
        html! {
            td role="cell" {
                @match found {
                    Some(_) => a.day href={ "#day-" (date(day)) } { (label(day)) },
                    None => span.day { (label(day)) },
                }
                @for event in events {
                    a.event href={ (UP) (layout::event_page(&event.record.event)) } { (event.record.event) }
                }
                @for why in windows { span.event { "maintenance: " (parts::plain(why)) } }
                @if let Some(found) = found {
                    @for log in AccessLog::ALL { @if found.count(log) > 0 {
                        span { (log.in_words()) ": " (found.count(log)) }
                    } }
                    @if found.unexplained() > 0 {
                        strong.alarm { "\u{25b2} " (found.unexplained()) " NOT EXPLAINED" }
                    }
                }
            }
        }
    }
}

/// The number alone where the table is one, with weekday and month where it is a list.
fn label(day: u64) -> Markup {
    let week = WEEK[usize::try_from(weekday(day)).unwrap_or(0) % 7];
    html! { (day_of_month(day)) span.wide-not { " " (month_name(first_of_month(day))) ", " (week) } }
}

fn days_of(event: &Event) -> impl Iterator<Item = u64> + use<> {
    let record = &event.record;
    // An event lasts for days at most.
    (record.began.0 / DAY..=record.ended.0 / DAY).take(31)
}

fn touches(from: Time, until: Time, day: u64) -> bool {
    from.0 < (day + 1) * DAY && day * DAY < until.0
}

/// The day's first moment.
pub fn moment(day: u64) -> Time {
    Time(day.saturating_mul(DAY))
}

/// `2026-11-24`
pub fn date(day: u64) -> String {
    moment(day).to_string().chars().take(10).collect()
}

fn day_of_month(day: u64) -> u64 {
    date(day)
        .rsplit('-')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

fn first_of_month(day: u64) -> u64 {
    day + 1 - day_of_month(day)
}

fn month_name(first: u64) -> String {
    let date = date(first);
    let number: usize = date.split('-').nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    format!("{} {}", MONTHS[(number.max(1) - 1) % 12], moment(first).year())
}

/// From Monday on; 1970 began on a Thursday.
fn weekday(day: u64) -> u64 {
    (day + 3) % 7
}

const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_weekday_and_the_month_of_the_calendar() {
        let day = Time::parse("2026-11-24T00:00:00Z").expect("a time").0 / DAY;
        assert_eq!(
            (date(day).as_str(), day_of_month(day), weekday(day)),
            ("2026-11-24", 24, 1)
        );
        assert_eq!(date(first_of_month(day)), "2026-11-01");
        assert_eq!(month_name(first_of_month(day)), "November 2026");
        let leap = Time::parse("2028-02-29T00:00:00Z").expect("a time").0 / DAY;
        assert_eq!((day_of_month(leap), first_of_month(leap + 1)), (29, leap + 1));
    }

    #[test]
    fn a_window_touches_the_days_that_it_is_open_on() {
        let window = (Time(DAY + 5), Time(3 * DAY));
        let touched: Vec<bool> = (0..4).map(|day| touches(window.0, window.1, day)).collect();
        assert_eq!(touched, [false, true, true, false]);
    }
}
