//! The journey: the first fifteen years of the public key infrastructure, as a table of events.

use record::Time;
use serde::Deserialize;

use crate::error::Error;
use crate::event::{Event, When};
use crate::needs::Needs;

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Journey {
    event: Vec<Row>,
}

/// One event of the table. What it needs besides is that of its script, but for what stands here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    at: String,
    script: String,
    #[serde(default)]
    needs: Option<Needs>,
}

/// When the journey begins: the founding event's moment.
pub fn begins() -> Option<Time> {
    Time::parse(BEGINS)
}

/// Every event after the founding event.
pub fn events() -> Result<Vec<Event>, Error> {
    let wrong = |what: String| Error::Usage {
        what: format!("the journey is not readable: {what}"),
        hint: "the tables are a part of this program: build it again".into(),
    };
    let journey: Journey = toml::from_str(TABLE).map_err(|error| wrong(error.to_string()))?;
    let event = |row: Row| {
        let at = Time::parse(&row.at).ok_or_else(|| wrong(format!("'{}' is no time", row.at)))?;
        let needs = row.needs.map_or_else(|| Needs::of(&row.script), Ok)?;
        Ok(Event::of(&row.script, When::At(at), needs))
    };
    journey.event.into_iter().map(event).collect()
}

const TABLE: &str = include_str!("../events/journey.toml");

const BEGINS: &str = "2026-11-22T10:00:00Z";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journey_goes_forward_and_lasts_fifteen_years() {
        let events = events().expect("reads");
        let times: Vec<Time> = events
            .iter()
            .map(|event| match event.when {
                When::At(time) => time,
                _ => panic!("{} has no moment", event.script),
            })
            .collect();
        assert!(times.is_sorted());
        assert!(begins().is_some_and(|begins| begins < times[0]));
        assert!(times.last().is_some_and(|last| last.to_string().starts_with("2041-")));
    }

    /// The lists of root-N and bors-N say for 400 days what is revoked.
    #[test]
    fn no_revocation_list_ends_before_the_next_one() {
        let lists = ["crl-refresh", "root-rotation", "root-emergency", "threshold-change"];
        let mut last = begins().expect("a time");
        for event in events().expect("reads") {
            let When::At(at) = event.when else { continue };
            if lists.contains(&event.script.as_str()) {
                assert!(at.0 - last.0 <= 399 * 86_400, "{} at {at} comes too late", event.script);
                last = at;
            }
        }
    }
}
