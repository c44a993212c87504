//! An event that is no rehearsal: planned only, since no stand-in holds one.

use record::{Bundle, Roster};

use super::{Engine, Event};

impl Event {
    /// The inputs without the rehearsal mark, with this change of the roster, drafted as a plan that is open for years.
    ///
    /// # Panics
    /// If the plan cannot be drafted.
    #[must_use]
    pub fn production(change: impl FnOnce(&mut Roster)) -> Self {
        let event = Self::planned();
        let mut roster = Roster::open(&event.read("inputs/roster.cbor"), true).expect("the roster reads");
        change(&mut roster);
        event.write(
            "inputs/roster.cbor",
            Bundle::new(false, roster).encode().expect("encodes"),
        );
        for (old, new) in [
            ("rehearsal = true", "rehearsal = false"),
            ("\"Rust Project - REHEARSAL\"", "\"Rust Project\""),
            ("arc = \"1.3.6.1.4.1.32473.3579\"", "arc = \"1.3.6.1.4.1.99999.1\""),
        ] {
            event.replace("inputs/policy.toml", old, new);
        }
        event.draft();
        // Open for as long as its revocation lists count: the machine's own clock is asked here.
        event.replace(
            "plan.toml",
            "closes = \"2026-11-25T00:00:00Z\"",
            "closes = \"2027-12-26T00:00:00Z\"",
        );
        event
    }

    /// Packs its plan by the machine's own clock, and lays it into the inbound folder.
    ///
    /// # Panics
    /// If it cannot be packed.
    pub fn pack_in_production(&self) {
        let words = [
            "plan",
            "pack",
            "plan.toml",
            "--inputs",
            "inputs",
            "--out",
            "packed.cbor",
        ];
        let _ = self.ceremony(&words).good();
        std::fs::rename(self.path("packed.cbor"), self.path("inbound/plan.cbor")).expect("the bundle");
    }

    /// `ceremony run` by the machine's own clock, with more options.
    #[must_use]
    pub fn run_in_production(&self, more: &[&str]) -> Engine<'_> {
        let mut command = self.command("ceremony");
        command.args(["--json", "run"]).args(Self::PLACES).args(more);
        command.arg("--hsm-cli").arg(self.programs.join("cloudhsm-standin"));
        Engine::spawn(self, command)
    }
}
