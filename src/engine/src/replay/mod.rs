//! `ceremony replay`: a past event is carried out again by the engine itself, from what was recorded of it, and must come
//! to the same bytes. Nothing here is a second implementation of an event.

mod compare;
mod exchanges;
mod field;
mod past;
mod place;
mod runs;
mod tape;

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use record::journal::What;
use record::screen::Shown;

use crate::console::Console;
use crate::error::Error;

use self::past::Past;
use self::place::Place;
use self::runs::Made;

/// What a replay needs: the event, in one of three forms.
#[derive(Args)]
#[command(group = ArgGroup::new("of").args(["results", "plan", "store"]).required(true))]
pub struct ReplayArgs {
    /// The event's results as they left the console: they hold plan, record, journal and what was made.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "journal", "record", "store", "event"])]
    results: Option<PathBuf>,
    /// The inbound bundle.
    #[arg(long, value_name = "FILE", requires = "journal", requires = "record", conflicts_with_all = ["store", "event"])]
    plan: Option<PathBuf>,
    /// The journal: of the event's disk, or up to the record as it is published.
    #[arg(long, value_name = "FILE", requires = "plan")]
    journal: Option<PathBuf>,
    /// The record.
    #[arg(long, value_name = "FILE", requires = "plan")]
    record: Option<PathBuf>,
    /// A copy of the public store.
    #[arg(long, value_name = "DIR", requires = "event")]
    store: Option<PathBuf>,
    /// The event's name in the store.
    #[arg(long, value_name = "NAME", requires = "store")]
    event: Option<String>,
    /// Write what the replay makes into this folder, which must be new.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Carries a past event out again; the first difference ends it.
pub fn replay(args: &ReplayArgs, console: &Console) -> Result<(), Error> {
    let past = Past::read(args)?;
    introduce(&past, console)?;
    let place = Place::new(args.out.as_deref())?;
    let made = runs::carry_out(&past, place.places())?;
    place.keep(&made)?;
    compare::record(&past, &made)?;
    compare::outputs(&past, &made)?;
    conclude(&past, &made, console);
    place.show(console);
    Ok(())
}

fn introduce(past: &Past, console: &Console) -> Result<(), Error> {
    let (plan, opened) = (&past.inbound.plan, past.opened()?);
    console.show(&Shown::Heading {
        title: format!("Replay of the event {}", plan.event),
    });
    if plan.rehearsal {
        console.say("It was a rehearsal. Nothing that it made is to be trusted.");
    }
    console.show(&Shown::digest("plan", &past.inbound.digest));
    console.show(&Shown::digest("record", &past.digest()));
    console.say(format!(
        "It was carried out by ceremony {} and is now carried out by {}. No HSM is asked, and nobody is.",
        record::text::plain(&opened.version, 40),
        env!("CARGO_PKG_VERSION")
    ));
    Ok(())
}

fn conclude(past: &Past, made: &Made, console: &Console) {
    let count = |is: fn(&What) -> bool| past.entries.iter().filter(|entry| is(&entry.what)).count();
    let stops = count(|what| matches!(what, What::Resumed { .. }));
    let runs = match stops {
        0 => "in one run".to_owned(),
        1 => "in two runs, with the stop between them".to_owned(),
        n => format!("in {} runs, with the {n} stops between them", n + 1),
    };
    console.say(format!(
        "Everything is the same, {runs}: {} journal entries, {} commands to the HSM with what came to them, {} \
         signatures checked again.",
        past.entries.len(),
        count(|what| matches!(what, What::Intent { .. })),
        count(|what| matches!(what, What::Signed { .. })),
    ));
    let frozen = made.frozen.len();
    let octets: usize = made.frozen.iter().map(|(_, bytes)| bytes.len()).sum();
    console.say(format!(
        "Made again, byte for byte: {frozen} things to be signed ({octets} octets), {} certificates and {} revocation \
         lists, the journal ({} octets), the record ({} octets){}.",
        made.results.certificates.len(),
        made.results.crls.len(),
        made.journal.len(),
        made.record.len(),
        match &past.results {
            Some(_) => format!(", the results ({} octets)", made.bundle.len()),
            None => String::new(),
        }
    ));
}
