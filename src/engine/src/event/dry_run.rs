//! A dry run: the plan's steps, and what each would sign.

use record::cbor;
use record::plan::Inbound;
use record::screen::Shown;

use super::Places;
use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::{files, plan};

/// Walks through a plan without a journal, an HSM or a file written: what each step is, and what it would sign.
pub fn dry_run(places: Places, now: Option<record::Time>, console: Console) -> Result<(), Error> {
    let path = &places.plan;
    let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
    let inbound = Inbound::open(&bytes).map_err(|cause| Error::input(path.display().to_string(), cause))?;
    crate::cli::check_now(now, inbound.plan.rehearsal)?;
    console.show(&Shown::Heading {
        title: format!("Dry run of {}", inbound.plan.event),
    });
    console.show(&Shown::digest("plan", &inbound.digest));
    let of = u32::try_from(inbound.plan.step.len()).unwrap_or(u32::MAX);
    let derived = issue::derive::with_placeholder_keys(&inbound, Clock::new(now).now())?;
    for (number, step) in (1..).zip(&inbound.plan.step) {
        console.show(&Shown::Step {
            number,
            of,
            who: "console".into(),
            title: step.title(),
        });
        let facts = derived
            .iter()
            .filter(|one| one.step == step.id())
            .flat_map(|one| plan::facts(one, &inbound));
        for (word, value) in facts {
            console.say(format!("{word}: {value}"));
        }
    }
    console.say("Nothing was written, and the HSM was not touched.");
    Ok(())
}
