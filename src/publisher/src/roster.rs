//! `roster`: which rosters, policies and log policies a store has, since when, and who is in office.

use record::screen::Shown;
use verifier::layout::{Rules, Series};

use crate::error::Error;
use crate::published::{Published, Shelf};
use crate::site::{Event, Site};
use crate::{logs, terminal};

/// What `roster` is told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    shelf: Shelf,
}

/// Shows them; changes nothing, and checks nothing that `ceremony-verify store` checks.
///
/// # Errors
/// A store that cannot be read, or in which no event was published.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let published = Published::open(&arguments.shelf)?;
    let (_, newest) = logs::newest(&published.store, Series::Main)?.ok_or(Error::NothingStands)?;
    let site = Site::read(&published.store, newest.checkpoint())?;
    let last = site.events.last().ok_or(Error::NothingStands)?;
    for (title, like) in KINDS {
        heading(title);
        of_a_kind(&site, *like);
    }
    heading(&format!("In office on {}", published.now));
    for member in &last.roster_after().members {
        let said = match member.in_office(published.now) {
            true => format!("{}: in office until {}", member.id, member.until),
            false => format!(
                "{}: NOT in office; the term is {} to {}",
                member.id, member.from, member.until
            ),
        };
        say(said);
    }
    say("Rosters and policies come into force by events alone. `ceremony-verify store` checks them.".into());
    Ok(())
}

type Like = fn(Rules) -> bool;

const KINDS: &[(&str, Like)] = &[
    ("Rosters", |rules| matches!(rules, Rules::Roster(_))),
    ("Policies", |rules| matches!(rules, Rules::Policy(_))),
    ("Log policies", |rules| matches!(rules, Rules::LogPolicy(_))),
];

fn of_a_kind(site: &Site, like: Like) {
    let brought = |event: &Event| -> Vec<(Rules, String)> {
        let by = format!("since {}, by {}", event.record.ended, event.record.event);
        let rules = event.rules.iter().filter(|rules| like(**rules));
        rules.map(|rules| (*rules, by.clone())).collect()
    };
    let all: Vec<(Rules, String)> = site.events.iter().flat_map(brought).collect();
    for (place, (rules, by)) in all.iter().enumerate() {
        let until = if place + 1 == all.len() {
            "; in force"
        } else {
            "; followed by the next"
        };
        say(format!("{}: {by}{until}", rules.path()));
    }
}

fn heading(title: &str) {
    terminal::show(&Shown::Heading { title: title.into() });
}

fn say(text: String) {
    terminal::show(&Shown::Said { text });
}
