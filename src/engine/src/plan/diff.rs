//! What differs between two plans, in plain words: steps, dates, keys, policy and roster.

mod last;
mod tables;

use std::path::{Path, PathBuf};

use clap::Args;
use record::plan::{Inbound, NEXT_POLICY, POLICY, PlanBundle, Step};
use record::screen::Shown;
use record::{Bundle, Time, cbor};

use crate::console::Console;
use crate::error::Error;
use crate::{cli, files};

pub use record::changes::{policies, rosters};

/// What `plan diff` needs.
#[derive(Args)]
pub struct DiffArgs {
    /// The inbound bundle that is looked at; with a second one, what was before.
    bundle: PathBuf,
    /// What came after. Without it, the first is compared with the last event of its kind.
    after: Option<PathBuf>,
    /// The public store, to find the last event of the kind.
    #[arg(long, value_name = "DIR", conflicts_with = "after")]
    store: Option<PathBuf>,
}

/// Shows what differs.
pub fn diff(args: &DiffArgs, now: Option<Time>, console: &Console) -> Result<(), Error> {
    let first = open(&args.bundle)?;
    cli::check_now(now, first.inbound.plan.rehearsal)?;
    let (before, after) = match (&args.after, &args.store) {
        (Some(after), _) => (first, open(after)?),
        (None, Some(store)) => (last::of_its_kind(&first, &args.bundle, store)?, first),
        (None, None) => {
            return Err(Error::Usage {
                what: "there is nothing to compare the plan with".into(),
                hint: "name a second bundle, or the public store with --store DIR: the last event of the kind is taken"
                    .into(),
            });
        }
    };
    let (old, new) = (&before.inbound, &after.inbound);
    console.show(&Shown::Heading {
        title: format!("From {} to {}", old.plan.event, new.plan.event),
    });
    let parts = [
        ("The plan", tables::heads(old, new)),
        ("Steps", tables::steps(&before, &after)),
        ("Inputs", inputs(old, new)),
        ("The policy that issues", policies(issuing(old), issuing(new))),
        ("The roster", rosters(&old.roster, &new.roster)),
    ];
    let mut same = Vec::new();
    for (title, lines) in parts {
        if lines.is_empty() {
            same.push(title.to_lowercase());
            continue;
        }
        console.say(format!("{title}:"));
        indented(lines).into_iter().for_each(|line| console.say(line));
    }
    if !same.is_empty() {
        console.say(format!("Nothing else differs: {}.", same.join(", ")));
    }
    Ok(())
}

/// One of the two plans: read, and as its own text.
struct Side {
    inbound: Inbound,
    plan: Vec<u8>,
}

impl Side {
    fn read(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let bad = |cause| Error::input(name, cause);
        let inbound = Inbound::open(bytes).map_err(bad)?;
        let bundle = Bundle::<PlanBundle>::decode(bytes).map_err(bad)?;
        Ok(Self {
            inbound,
            plan: bundle.body.plan.0,
        })
    }
}

fn open(path: &Path) -> Result<Side, Error> {
    Side::read(&path.display().to_string(), &files::read(path, cbor::BUNDLE_LIMIT)?)
}

/// Inputs that are in one plan only. That their contents are others is told by the parts about them.
fn inputs(before: &Inbound, after: &Inbound) -> Vec<String> {
    let names = |inbound: &Inbound| {
        inbound
            .inputs
            .keys()
            .cloned()
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (before, after) = (names(before), names(after));
    let gone = before
        .difference(&after)
        .map(|name| format!("{name} is not there any more"));
    let new = after.difference(&before).map(|name| format!("{name} is new"));
    gone.chain(new).collect()
}

/// The bytes of the policy that certificates follow.
fn issuing(inbound: &Inbound) -> &[u8] {
    let next = inbound.inputs.get(NEXT_POLICY).or_else(|| inbound.inputs.get(POLICY));
    next.map_or(&[], |bytes| &bytes.0)
}

/// The lines as points of a list.
pub fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("- {line}")).collect()
}

/// A step's title, or its name if the plan has none like that.
fn title(inbound: &Inbound, id: &str) -> String {
    let step = inbound.plan.step.iter().find(|step| step.id() == id);
    step.map_or_else(|| id.to_owned(), Step::title)
}
