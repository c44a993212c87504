//! What differs between two bundles of one type, field by field.

use std::path::PathBuf;

use clap::Args;
use record::screen::Shown;
use record::{AnyBundle, changes, difference, show};

use super::{compared, name, read};
use crate::console::Console;
use crate::error::Error;

/// What `bundle diff` needs.
#[derive(Args)]
pub struct DiffArgs {
    /// The one.
    first: PathBuf,
    /// The other, of the same type.
    second: PathBuf,
}

/// Shows what differs.
pub fn diff(args: &DiffArgs, console: &Console) -> Result<(), Error> {
    let ((one, first), (other, second)) = (read(&args.first)?, read(&args.second)?);
    let (kind, found) = (one.kind().name, other.kind().name);
    if kind != found {
        return Err(Error::Refused {
            what: format!(
                "{} is of type '{kind}', and {} of another, '{found}'",
                name(&args.first),
                name(&args.second)
            ),
            hint: "two bundles of one type can be compared; `ceremony bundle show` shows each".into(),
        });
    }
    let all = difference::all(&first, &second, MOST + 1);
    console.show(&Shown::Heading {
        title: format!("Two bundles of type {kind}"),
    });
    if all.is_empty() {
        console.say("They are the same, octet for octet.");
        console.show(&compared(&one, &first, "both"));
        return Ok(());
    }
    all.iter()
        .take(MOST)
        .flat_map(show::difference)
        .for_each(|line| console.say(line));
    if all.len() > MOST {
        console.warn(format!("There are more than these {MOST} differences."));
    }
    in_words(&one, &other, console);
    console.show(&compared(&one, &first, "the first"));
    console.show(&compared(&other, &second, "the second"));
    Ok(())
}

/// What they mean, where something knows it.
fn in_words(one: &AnyBundle, other: &AnyBundle, console: &Console) {
    match (one, other) {
        (AnyBundle::Roster(before), AnyBundle::Roster(after)) => {
            let lines = changes::rosters(&before.body, &after.body);
            lines.into_iter().for_each(|line| console.say(format!("- {line}")));
        }
        (AnyBundle::Plan(_), _) => console.say("`ceremony plan diff` says what that means for the plan."),
        _ => {}
    }
}

/// As many as somebody reads.
const MOST: usize = 100;
