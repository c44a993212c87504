//! Every ceremony script, held once without a stop and once with SIGKILL to the engine and to the HSM's stand-in: what is
//! published is the same, but for what signatures and the stops themselves must change.
//!
//! By default the seed chooses where it strikes: the engine twice and the stand-in once. `tests/run --full` strikes at each
//! entry of each journal, the engine and the stand-in.

#[path = "kills/halfway.rs"]
mod halfway;
#[path = "kills/held.rs"]
mod held;
#[path = "kills/journal.rs"]
mod journal;
#[path = "kills/judged.rs"]
mod judged;
#[path = "kills/log.rs"]
mod log;
#[path = "kills/named.rs"]
mod named;
#[path = "kills/record.rs"]
mod record_file;
#[path = "kills/store.rs"]
mod store;
#[path = "kills/strike.rs"]
mod strike;
#[path = "kills/tampered.rs"]
mod tampered;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::record::journal::What;
use support::process::workspace;
use support::seed::Seed;

use held::{Held, Planned};
use strike::{Strike, Victim};

/// An event, and what it came to without a stop.
struct Undisturbed {
    /// For folders: the script, and which test holds it.
    name: String,
    planned: Planned,
    held: Held,
}

impl Undisturbed {
    fn new(test: &str, script: &str) -> Self {
        let name = format!("{test}-{script}");
        let planned = Planned::of(&name, script);
        let held = planned.hold(&format!("{name}-whole"), &[]);
        Self { name, planned, held }
    }

    /// How many entries its journal has.
    fn entries(&self) -> usize {
        self.held.journal().entries.len()
    }

    /// How many its journal has when the last command to the HSM is given; none if there is no command.
    fn commands(&self) -> usize {
        let journal = self.held.journal();
        let last = journal
            .entries
            .iter()
            .rposition(|entry| matches!(entry.what, What::Intent { .. }));
        last.map_or(0, |place| place + 1)
    }

    /// Comes back with the strikes that met their victim.
    fn comes_to_the_same_after(&self, strikes: &[Strike]) -> Vec<(Strike, usize)> {
        let names = strikes
            .iter()
            .map(|strike| format!("-{:?}-{}", strike.victim, strike.entry));
        let cut = self
            .planned
            .hold(&format!("{}{}", self.name, names.collect::<String>()), strikes);
        println!(
            "{}: struck {:?} (and the number of entries then)",
            self.name, cut.struck
        );
        journal::check(&cut);
        if !halfway::was_ended(&self.held, &cut) {
            store::compare(&self.held.store(), &cut.store());
        }
        cut.struck
    }
}

fn sample(script: &'static str) {
    let whole = Undisturbed::new("sample", script);
    let mut seed = Seed::of(&format!("kills {script}"));
    let mut strikes: Vec<Strike> = Vec::new();
    for _ in 0..2 {
        let entry = seed.choose("the engine's entry", whole.entries() - 1);
        strikes.push(Strike {
            entry,
            victim: Victim::Engine,
        });
    }
    if whole.commands() > 0 {
        let entry = seed.choose("the stand-in's entry", whole.commands());
        strikes.push(Strike {
            entry,
            victim: Victim::StandIn,
        });
    }
    strikes.sort_by_key(|strike| strike.entry);
    let struck = whole.comes_to_the_same_after(&strikes);
    for strike in &strikes {
        if !struck.iter().any(|(hit, _)| hit.victim == strike.victim) {
            strike_earlier(&whole, *strike);
        }
    }
}

/// Whoever is to be killed at the very end may be gone by then: halfway there they are not.
fn strike_earlier(whole: &Undisturbed, missed: Strike) {
    let entry = (missed.entry / 2).max(1);
    let earlier = Strike { entry, ..missed };
    let struck = whole.comes_to_the_same_after(&[earlier]);
    assert!(
        !struck.is_empty(),
        "nobody was killed by {missed:?}, nor by {earlier:?}"
    );
}

fn all(script: &'static str) {
    let whole = Undisturbed::new("all", script);
    let strike = |victim: Victim| move |entry| Strike { entry, victim };
    let engine = (1..whole.entries()).map(strike(Victim::Engine));
    let stand_in = (1..=whole.commands()).map(strike(Victim::StandIn));
    let (mut exact, mut failed) = (0, Vec::new());
    let strikes: Vec<Strike> = engine.chain(stand_in).collect();
    for strike in &strikes {
        match catch_unwind(AssertUnwindSafe(|| whole.comes_to_the_same_after(&[*strike]))) {
            Ok(struck) => exact += usize::from(struck == [(*strike, strike.entry)]),
            Err(_) => failed.push(strike),
        }
    }
    println!(
        "{script}: {exact} of {} strikes were at their very entry, others soon after",
        strikes.len()
    );
    assert!(failed.is_empty(), "{} of {}: {failed:?}", failed.len(), strikes.len());
}

macro_rules! kills {
    ($($sample:ident $all:ident: $script:literal,)*) => {
        $(
            #[test]
            fn $sample() {
                sample($script);
            }

            #[test]
            #[ignore = "exhaustive: tests/run --full"]
            fn $all() {
                all($script);
            }
        )*

        #[test]
        fn every_script_has_its_kills() {
            let folders = fs::read_dir(workspace().join("ceremony-scripts")).expect("the scripts").flatten();
            let folders = folders.filter(|entry| entry.path().is_dir());
            let scripts: BTreeSet<_> = folders.map(|entry| entry.file_name().into_string().expect("a name")).collect();
            let killed: BTreeSet<_> = [$($script),*].map(str::to_owned).into();
            assert_eq!(killed, scripts);
        }
    };
}

kills! {
    comes_to_the_same_after_kills_in_cluster_initialisation
        comes_to_the_same_after_any_kill_in_cluster_initialisation: "cluster-initialisation",
    comes_to_the_same_after_kills_in_console_maintenance
        comes_to_the_same_after_any_kill_in_console_maintenance: "console-maintenance",
    comes_to_the_same_after_kills_in_crl_refresh
        comes_to_the_same_after_any_kill_in_crl_refresh: "crl-refresh",
    comes_to_the_same_after_kills_in_delegate_issuance
        comes_to_the_same_after_any_kill_in_delegate_issuance: "delegate-issuance",
    comes_to_the_same_after_kills_in_delegate_replacement
        comes_to_the_same_after_any_kill_in_delegate_replacement: "delegate-replacement",
    comes_to_the_same_after_kills_in_delegate_revocation
        comes_to_the_same_after_any_kill_in_delegate_revocation: "delegate-revocation",
    comes_to_the_same_after_kills_in_drill
        comes_to_the_same_after_any_kill_in_drill: "drill",
    comes_to_the_same_after_kills_in_hsm_maintenance
        comes_to_the_same_after_any_kill_in_hsm_maintenance: "hsm-maintenance",
    comes_to_the_same_after_kills_in_member_change
        comes_to_the_same_after_any_kill_in_member_change: "member-change",
    comes_to_the_same_after_kills_in_member_key_replacement
        comes_to_the_same_after_any_kill_in_member_key_replacement: "member-key-replacement",
    comes_to_the_same_after_kills_in_root_emergency
        comes_to_the_same_after_any_kill_in_root_emergency: "root-emergency",
    comes_to_the_same_after_kills_in_root_generation
        comes_to_the_same_after_any_kill_in_root_generation: "root-generation",
    comes_to_the_same_after_kills_in_root_rotation
        comes_to_the_same_after_any_kill_in_root_rotation: "root-rotation",
    comes_to_the_same_after_kills_in_subkey_issuance
        comes_to_the_same_after_any_kill_in_subkey_issuance: "subkey-issuance",
    comes_to_the_same_after_kills_in_threshold_change
        comes_to_the_same_after_any_kill_in_threshold_change: "threshold-change",
}
