//! What people do when an event goes otherwise than planned: they refuse, and they end it.

use record::Digest;
use record::screen::Shown;

use super::commands::{first_and_last, run};
use super::{Ended, Engine, Event, is_decision};

impl Event {
    /// `ceremony abort`, with a reason.
    #[must_use]
    pub fn abort(&self, reason: &str) -> Engine<'_> {
        self.wait_until_no_token_lives();
        Engine::start(self, &["abort", "--reason", reason], &Event::PLACES)
    }

    /// A member refuses, by the plan or by a file of the console.
    pub fn refuse(&self, member: &str, what: &str, reason: &str) {
        let words = first_and_last(&Digest::of(&self.read("inbound/plan.cbor")));
        let arguments = ["refuse", what, "--reason", reason, "--out", "inbound"];
        let _ = self.member(member, &arguments, &words).good();
    }

    /// Members sign the record.
    pub fn countersign(&self, members: &[&str]) -> String {
        self.countersign_with(members, &[])
    }

    /// Members sign the record of an event at which they were not, by its plan.
    pub fn countersign_by_plan(&self, members: &[&str]) -> String {
        self.countersign_with(members, &["--plan", "inbound/plan.cbor"])
    }

    fn countersign_with(&self, members: &[&str], more: &[&str]) -> String {
        let words = first_and_last(&Digest::of(&self.read("outbound/record.cbor")));
        let arguments = ["countersign", "outbound/record.cbor", "--out", "countersignatures"];
        let arguments = [&arguments[..], more].concat();
        let pages: Vec<String> = members
            .iter()
            .map(|member| self.member(member, &arguments, &words).good().out)
            .collect();
        pages.last().cloned().expect("a member signs")
    }

    /// A log of the event's own, whose policy is an input of its plan; everybody reviews that plan.
    pub fn plan_with_a_log(&self) {
        self.plan_with_this_log(&["--log-key", "log.key"], LOG);
    }

    /// The same for a log whose key and witnesses are named; `secret` is the line for its key.
    pub fn plan_with_this_log(&self, options: &[&str], secret: &str) {
        std::fs::remove_file(self.path("inputs/tlog-policy")).expect("another log's policy");
        let arguments = ["init", "--rehearsal", "--store", "store"];
        let arguments = [&arguments[..], &["--log-policy", "inputs/tlog-policy"], options].concat();
        let _ = self.publisher(&arguments, secret).good();
        self.draft();
        let _ = self.pack().good();
        self.review_anew();
    }

    /// `ceremony-publish append` of what the event left.
    #[must_use]
    pub fn publish(&self) -> Ended {
        self.publish_with(&["--log-key", "log.key"], LOG)
    }

    /// The same with a log key that is named.
    #[must_use]
    pub fn publish_with(&self, key: &[&str], secret: &str) -> Ended {
        let results = ["append", "--store", "store", "--results", "outbound/results.cbor"];
        let now = self.now();
        let rest = ["--countersignatures", "countersignatures", "--now", &now];
        self.publisher(&[&results[..], &rest, key].concat(), secret)
    }

    /// `ceremony-publish`, which finds a token of the event's own where there is one.
    #[must_use]
    pub fn publisher(&self, arguments: &[&str], secret: &str) -> Ended {
        let mut command = std::process::Command::new(crate::process::ours("ceremony-publish"));
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf"));
        run(command.current_dir(self.root()).args(arguments), secret)
    }

    /// `ceremony-verify store`, from the root that was published.
    #[must_use]
    pub fn verify(&self) -> Ended {
        let now = self.now();
        let arguments = [
            "store",
            "store",
            "--root",
            "store/certs/root-1.der",
            "--rehearsal",
            "--now",
            &now,
        ];
        self.program("ceremony-verify", &arguments)
    }

    /// `ceremony-verify standing`: what stands in the store, as the next event's input.
    pub fn stand(&self) {
        let now = self.now();
        let (root, out) = ("store/certs/root-1.der", "inputs/standing.cbor");
        let arguments = [
            "standing",
            "store",
            "--root",
            root,
            "--rehearsal",
            "--now",
            &now,
            "--out",
            out,
        ];
        let _ = std::fs::remove_file(self.path(out));
        let _ = self.program("ceremony-verify", &arguments).good();
    }

    /// A program that is built beside this test.
    fn program(&self, name: &str, arguments: &[&str]) -> Ended {
        let mut command = std::process::Command::new(crate::process::ours(name));
        run(command.current_dir(self.root()).args(arguments), "")
    }
}

impl Engine<'_> {
    /// Plays as honest people do who ask the HSM, or leave it alone, when the event ends early.
    pub fn play_to_the_early_end(&mut self, hsm: &str) {
        while let Some(shown) = self.next_shown() {
            match &shown {
                Shown::Deciding { answers, .. } if answers.iter().any(|answer| answer == hsm) => self.type_line(hsm),
                shown if is_decision(shown) => panic!("nobody has decided: {shown:?}"),
                shown => self.answer(shown),
            }
        }
    }

    /// Whether something was shown that has these words.
    #[must_use]
    pub fn said(&self, words: &str) -> bool {
        self.shown.iter().any(|shown| {
            shown
                .lines()
                .join(" ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(words)
        })
    }
}

/// The passphrase of an event's own log.
const LOG: &str = "a passphrase of the log\n";
