//! `ceremony` as a running process: its events are read one by one, and what it asks is answered.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use record::Digest;
use record::screen::Shown;

use super::Event;
use super::commands::{Ended, run};

/// A running engine. What it shows is kept.
pub struct Engine<'a> {
    pub(super) event: &'a Event,
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    /// Everything that was shown so far.
    pub shown: Vec<Shown>,
}

impl Event {
    /// `ceremony run`.
    #[must_use]
    pub fn run(&self) -> Engine<'_> {
        Engine::start(self, &["run"], &Event::PLACES)
    }

    /// `ceremony hsm initialise`, with more options.
    #[must_use]
    pub fn initialise(&self, more: &[&str]) -> Engine<'_> {
        let places = [&Event::ROSTER_AND_POLICY[..], &Event::PLACES[2..], more].concat();
        Engine::start(self, &["hsm", "initialise"], &places)
    }

    /// `ceremony hsm check` of roster and policy, with more options, and what is typed.
    #[must_use]
    pub fn check(&self, more: &[&str], typed: &str) -> Ended {
        let mut command = self.command("ceremony");
        command.args(["hsm", "check"]).args(Event::ROSTER_AND_POLICY).args(more);
        command.arg("--hsm-cli").arg(self.programs.join("cloudhsm-standin"));
        run(&mut command, typed)
    }

    /// `ceremony hsm check` of the plan's keys.
    #[must_use]
    pub fn check_plan(&self, typed: &str) -> Ended {
        let mut command = self.command("ceremony");
        command.args(["hsm", "check", "--plan", "inbound/plan.cbor"]);
        command.arg("--hsm-cli").arg(self.programs.join("cloudhsm-standin"));
        run(&mut command, typed)
    }

    /// `ceremony hsm check` of a token behind SoftHSM, whose configuration is named.
    #[must_use]
    pub fn check_token(&self, module: &str, token: &str, typed: &str, softhsm: &std::path::Path) -> Ended {
        let mut command = self.command("ceremony");
        command.args(["hsm", "check"]).args(Event::ROSTER_AND_POLICY);
        command.args(["--pkcs11-module", module, "--pkcs11-token", token]);
        run(command.env("SOFTHSM2_CONF", softhsm), typed)
    }

    /// `ceremony resume`, when members may approve the same again.
    #[must_use]
    pub fn resume(&self) -> Engine<'_> {
        self.wait_until_no_token_lives();
        Engine::start(self, &["resume"], &Event::PLACES)
    }
}

impl Event {
    /// `ceremony run` or `resume` with other words for the HSM; SoftHSM finds its configuration in the event's folder.
    #[must_use]
    pub fn run_at(&self, verb: &str, options: &[&str]) -> Engine<'_> {
        let mut command = self.command("ceremony");
        command
            .args(["--json", "--now", &self.now(), verb])
            .args(Event::PLACES)
            .args(options);
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf"));
        Engine::spawn(self, command)
    }
}

impl<'a> Engine<'a> {
    pub(super) fn start(event: &'a Event, verb: &[&str], places: &[&str]) -> Self {
        let mut command = event.command("ceremony");
        command.args(["--json", "--now", &event.now()]).args(verb).args(places);
        command.arg("--hsm-cli").arg(event.programs.join("cloudhsm-standin"));
        Self::spawn(event, command)
    }

    pub(super) fn spawn(event: &'a Event, mut command: Command) -> Self {
        let errors = File::create(event.path("standard-error")).expect("a file for standard error");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().expect("the engine starts");
        let (input, output) = (child.stdin.take(), child.stdout.take().expect("standard output"));
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines();
            lines.map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self {
            event,
            child,
            input,
            output: receiver,
            shown: Vec::new(),
        }
    }

    /// The next thing shown; none at the end.
    pub fn next_shown(&mut self) -> Option<Shown> {
        let line = match self.output.recv_timeout(LONGEST) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => panic!("the engine shows nothing more; so far: {:#?}", self.shown),
        };
        let shown: Shown = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.shown.push(shown.clone());
        Some(shown)
    }

    /// Types a line.
    pub fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("standard input is open");
        writeln!(input, "{line}").expect("the engine reads");
    }

    /// Answers as honest people do until `stop`, and returns what stopped it; that is not answered.
    pub fn play_until(&mut self, stop: impl Fn(&Shown) -> bool) -> Shown {
        while let Some(shown) = self.next_shown() {
            if stop(&shown) {
                return shown;
            }
            self.answer(&shown);
        }
        let errors = self.event.text("standard-error");
        panic!("the engine ended first: {errors}\n{:#?}", self.shown.last());
    }

    /// Plays until members' bundles of that kind are awaited.
    pub fn play_to(&mut self, awaited: &str) {
        self.play_until(|shown| matches!(shown, Shown::Waiting { kind, .. } if kind == awaited));
    }

    /// Plays as honest people do until the engine ends.
    pub fn play_to_the_end(&mut self) {
        while let Some(shown) = self.next_shown() {
            self.answer(&shown);
        }
    }

    /// Presses Enter, and returns the refusal that comes: error and hint.
    pub fn refusal(&mut self) -> (String, Option<String>) {
        self.type_line("");
        loop {
            match self.next_shown() {
                Some(Shown::Refused { error, hint }) => return (error, hint),
                Some(Shown::Said { .. } | Shown::Countdown { .. }) => {}
                other => panic!("no refusal but {other:?}"),
            }
        }
    }

    /// The digest that was shown under this name.
    #[must_use]
    pub fn digest(&self, name: &str) -> Option<Digest> {
        self.shown.iter().find_map(|shown| match shown {
            Shown::Digest { of, hex } if of.starts_with(name) => Digest::from_hex(hex),
            _ => None,
        })
    }

    /// Ends standard input, and waits for the end.
    pub fn hang_up(mut self) -> Ended {
        self.input = None;
        self.end()
    }

    /// Waits for the end; nothing is answered any more.
    pub fn end(mut self) -> Ended {
        self.input = None;
        while self.next_shown().is_some() {}
        let status = self.child.wait().expect("the engine ends");
        Ended {
            code: status.code(),
            out: format!("{:#?}", self.shown),
            err: self.event.text("standard-error"),
        }
    }

    /// SIGKILL, as a power cut would have it.
    pub fn kill(mut self) {
        self.child.kill().expect("the engine is killed");
        let status = self.child.wait().expect("the engine is gone");
        assert_eq!(status.code(), None, "the engine ended by itself before it was killed");
    }
}

impl Drop for Engine<'_> {
    fn drop(&mut self) {
        // A test that fails leaves no engine behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An engine that shows nothing for so long is stuck.
const LONGEST: Duration = Duration::from_secs(120);
