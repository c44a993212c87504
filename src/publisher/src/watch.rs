//! `watch`: the logs of console and HSM are read as they grow, and each member of the quorum gets a message of their own
//! on any login, power event, HSM access or key change.
//!
//! Lost is nothing, told twice is little: how far a log was told is remembered only once the messages are on the disk,
//! and a message is forgotten only once a server has taken it.

mod alert;
mod budget;
mod calendar;
mod follow;
mod input;
mod letter;
mod mailer;
mod nesting;
mod office;
mod outbox;
mod postman;
mod reader;
mod sent;
mod settings;
mod spool;
mod state;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use record::screen::Shown;

use crate::error::Error;
use crate::store::{Given, Place, endpoint};
use crate::{desk, files, terminal};
use calendar::Calendar;
use input::{Input, Log, Opening, STANDARD_INPUT};
use mailer::Transport;
use outbox::Outbox;
use settings::Settings;
use state::{Folder, State};

/// What `watch` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// A log of the console, followed as it grows: an export of its journal
    /// (`-o export`, `-o json`) or lines like auth.log's; - is standard input.
    #[arg(long, value_name = "FILE")]
    console: Vec<PathBuf>,
    /// A log of the HSM, as CloudWatch hands it out, or CloudTrail's records;
    /// - is standard input.
    #[arg(long, value_name = "FILE")]
    hsm: Vec<PathBuf>,
    /// The HSM whose log it is, where a file does not say it.
    #[arg(long, value_name = "ID")]
    hsm_id: Option<String>,
    /// Mail server and mailboxes: watch.toml.
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The folder that remembers what was told, and keeps what no server has
    /// taken.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// A certificate, PEM, that mail servers may also be certified by.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The plan of an event to come: messages say what falls in it.
    #[arg(long, value_name = "FILE")]
    plan: Vec<PathBuf>,
    /// The store, a folder or s3://BUCKET[/PREFIX]: its roster says who is in
    /// office, and its policy has the maintenance windows.
    #[arg(long, value_name = "PLACE", value_parser = Place::parse)]
    store: Option<Place>,
    /// The address of an S3 that is not Amazon's.
    #[arg(long, value_name = "URL", requires = "store", value_parser = endpoint)]
    endpoint: Option<String>,
    /// Pass over what is in a log that was never read before.
    #[arg(long)]
    from_now: bool,
    /// Read to the end, send, and stop.
    #[arg(long)]
    once: bool,
}

/// Watches, until the last of several standard inputs ends, or for ever.
///
/// # Errors
/// Settings or a state that cannot be read, members without mailboxes, a disk that is full; at the end messages that no
/// server took.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    demand_inputs(arguments)?;
    let settings = Settings::read(&arguments.settings)?;
    let given = |place: &Place| Given::of(place.clone(), arguments.endpoint.clone());
    let policy = office::check(arguments.store.as_ref().map(given).as_ref(), &settings)?;
    let calendar = Calendar::of(&arguments.plan, policy.as_ref(), settings.rehearsal)?;
    let authority = arguments
        .ca
        .as_deref()
        .map(|path| files::read(path, LARGEST))
        .transpose()?;
    let transport = Transport::new(&settings.server, authority.as_deref())?;
    let place = Folder::open(&arguments.state)?;
    let state = place.state()?;
    let inputs = open(arguments, &state)?;
    let outbox = Outbox::open(&place, &settings, calendar, &transport)?;
    say(&inputs, &settings);
    Watch {
        inputs,
        state,
        outbox,
        place: &place,
        kept: Instant::now(),
        // What is passed over is remembered too.
        changed: true,
        complained: None,
    }
    .work(arguments.once)
}

/// A watch at work.
struct Watch<'a> {
    inputs: Vec<Input>,
    state: State,
    outbox: Outbox,
    place: &'a Folder,
    kept: Instant,
    /// Whether more was read than is remembered.
    changed: bool,
    /// When it last said that it cannot remember.
    complained: Option<Instant>,
}

impl Watch<'_> {
    fn work(mut self, once: bool) -> Result<(), Error> {
        loop {
            let came = self.look(once);
            let ended = self.inputs.iter().all(Input::has_ended);
            // Standard input has no end to read to but its own.
            let last = !came && (ended || once && !self.inputs.iter().any(Input::is_waiting));
            self.tell(last)?;
            if last {
                break;
            }
            if !came {
                std::thread::sleep(BETWEEN);
            }
        }
        self.outbox.finish()?;
        match once {
            true => self.inputs.iter().try_for_each(Input::demand_there),
            false => Ok(()),
        }
    }

    /// Takes what has come; whether anything did.
    fn look(&mut self, once: bool) -> bool {
        let mut came = false;
        for input in &mut self.inputs {
            let now = (desk::clock(), Instant::now());
            let (alerts, more) = input.poll(&mut self.state.hsm, now, once);
            came |= more || !alerts.is_empty();
            self.outbox.add(alerts);
        }
        self.changed |= came;
        came
    }

    /// Writes the messages that are due, and then remembers how far the logs were told: in this order.
    fn tell(&mut self, last: bool) -> Result<(), Error> {
        let written = self.outbox.write(&mut self.state, desk::clock(), last);
        let due = written || last || self.kept.elapsed() >= KEEP_EVERY;
        if !(self.outbox.is_empty() && (self.changed || written) && due) {
            return Ok(());
        }
        let kept = self.keep();
        // Whoever waits for word gets it, whatever becomes of the memory: what is not remembered is told twice.
        if written {
            self.outbox.send();
        }
        match kept {
            Ok(()) => self.changed = false,
            Err(error) if last => return Err(error),
            Err(error) => self.complain(&error),
        }
        self.kept = Instant::now();
        Ok(())
    }

    fn keep(&mut self) -> Result<(), Error> {
        for input in &self.inputs {
            if let Some(kept) = input.kept()? {
                self.state.inputs.insert(input.name.clone(), kept);
            }
        }
        self.place.keep(&self.state)
    }

    /// A watch that ended here would begin again, and send the same again, for as long as the disk is full.
    fn complain(&mut self, error: &Error) {
        self.changed = true;
        if self.complained.is_none_or(|last| last.elapsed() >= COMPLAIN_EVERY) {
            self.complained = Some(Instant::now());
            terminal::warn(&format!("{error}; it goes on, and tells again what it cannot remember"));
        }
    }
}

fn demand_inputs(arguments: &Arguments) -> Result<(), Error> {
    let all = || arguments.console.iter().chain(&arguments.hsm);
    let piped = all().filter(|path| *path == Path::new(STANDARD_INPUT)).count();
    let mut seen = std::collections::BTreeSet::new();
    let rules = [
        (all().next().is_some(), "name a log with --console or --hsm"),
        (piped <= 1, "standard input can be one log alone"),
        (all().all(|path| seen.insert(path)), "a log is named twice"),
    ];
    match rules.iter().find(|rule| !rule.0) {
        Some((_, what)) => Err(Error::Usage { what: (*what).into() }),
        None => Ok(()),
    }
}

fn open(arguments: &Arguments, state: &State) -> Result<Vec<Input>, Error> {
    let console = arguments.console.iter().map(|path| (Log::Console, path));
    let hsm = arguments.hsm.iter().map(|path| (Log::Hsm, path));
    let now = (desk::clock(), Instant::now());
    let input = |(log, path): (Log, &PathBuf)| {
        let opening = Opening {
            log,
            path,
            hsm: arguments.hsm_id.as_deref(),
            kept: state.inputs.get(&input::name(log, path)).cloned(),
            from_now: arguments.from_now,
        };
        Input::open(opening, now.0, now.1)
    };
    console.chain(hsm).map(input).collect()
}

fn say(inputs: &[Input], settings: &Settings) {
    for input in inputs {
        let text = format!("Watching {}", input.name);
        terminal::show(&Shown::Said { text });
    }
    let members: Vec<&str> = settings.members.iter().map(|member| member.id.as_str()).collect();
    let text = format!("Messages go to {}", members.join(", "));
    terminal::show(&Shown::Said { text });
}

/// Between two looks at files that have not grown.
const BETWEEN: Duration = Duration::from_millis(200);
/// How far a busy log was told is remembered so often, if nothing was told.
const KEEP_EVERY: Duration = Duration::from_secs(1);
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);
/// Certificates are smaller.
const LARGEST: usize = 256 * 1024;
