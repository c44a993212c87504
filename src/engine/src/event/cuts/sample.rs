//! A sample of all cuts, drawn by a seed: the commit's in the tests' run, so that each commit tries others, and a failure can be
//! tried again.

use std::collections::BTreeMap;

use record::Digest;
use record::journal::What;

use super::chain::Played;
use super::power::Left;

/// Where the power goes: in which event, at which write, and what the disk has then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    pub event: usize,
    pub write: usize,
    pub left: Left,
}

/// Every one there is.
pub fn all(events: &[Played]) -> Vec<Cut> {
    let of = |(event, played): (usize, &Played)| {
        let writes = 0..played.came_to.entries.len();
        writes.flat_map(move |write| EVERY_WAY.map(|left| Cut { event, write, left }))
    };
    events.iter().enumerate().flat_map(of).collect()
}

/// A few of each script, and one for each kind of entry, and of command to the HSM.
pub fn drawn(events: &[Played], seed: &str) -> Vec<Cut> {
    let mut ranked: Vec<(Digest, Cut)> = all(events)
        .into_iter()
        .map(|cut| (rank(seed, events, cut), cut))
        .collect();
    ranked.sort_unstable();
    let mut taken = Taken::default();
    let mut drawn: Vec<Cut> = ranked.into_iter().map(|(_, cut)| cut).collect();
    drawn.retain(|cut| {
        let played = &events[cut.event];
        let script = played.scene.inbound.plan.kind.name();
        taken.takes(script, sort(&played.came_to.entries[cut.write].what))
    });
    drawn.sort_unstable();
    drawn
}

/// How many were taken of each script, and of each kind of entry.
#[derive(Default)]
struct Taken {
    scripts: BTreeMap<&'static str, usize>,
    sorts: BTreeMap<String, usize>,
}

impl Taken {
    /// Takes one more, unless there are enough of its script and one of its kind.
    fn takes(&mut self, script: &'static str, sort: String) -> bool {
        let (scripts, sorts) = (
            self.scripts.entry(script).or_default(),
            self.sorts.entry(sort).or_default(),
        );
        let wanted = *scripts < A_FEW || *sorts == 0;
        if wanted {
            (*scripts, *sorts) = (*scripts + 1, *sorts + 1);
        }
        wanted
    }
}

/// The seed that the environment names, or one that is always the same.
pub fn seed() -> String {
    std::env::var("CEREMONY_TEST_SEED").unwrap_or_else(|_| "no commit".into())
}

/// A number that seed, event and cut give.
fn rank(seed: &str, events: &[Played], cut: Cut) -> Digest {
    let event = events[cut.event].scene.name();
    Digest::of(format!("{seed}/{event}/{}/{:?}", cut.write, cut.left).as_bytes())
}

/// What kind of entry it is; of commands, which.
fn sort(what: &What) -> String {
    let words = |command: &str| {
        let words = command.split(' ').take_while(|word| !word.starts_with('-'));
        words.collect::<Vec<_>>().join(" ")
    };
    match what {
        What::Intent { command } => format!("to {}", words(command)),
        What::Answer { command, .. } | What::Repeated { command, .. } => format!("from {}", words(command)),
        other => format!("{other:?}")
            .split([' ', '('])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// How many of each script.
const A_FEW: usize = 3;

const EVERY_WAY: [Left; 3] = [Left::Whole, Left::Torn, Left::Synced];
