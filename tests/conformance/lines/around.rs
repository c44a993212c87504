//! What happens around the cluster, and lines as a scenario has them.

use std::fs;

use serde_json::{Value, json};
use support::Outcome;
use support::process::finish;

use super::Lines;
use super::files::sign_entries;
use crate::deed::{AroundDeed, Form};
use crate::people;
use crate::place::{Came, PASSWORD, role};
use crate::scenario::Step;
use crate::talk::answer;

impl Lines {
    pub(super) fn around(&mut self, step: &Step, deed: &AroundDeed) -> Came {
        let told = match deed {
            AroundDeed::Standin(words) => told(&self.place.order(words)),
            AroundDeed::HangUp => {
                self.talks.remove(&step.place).expect("a process").hang_up();
                Value::Null
            }
            AroundDeed::Line(line) => {
                let line = self.filled(line);
                return self.say(step, &line);
            }
            AroundDeed::Single { user, line } => return self.single(user, line),
            AroundDeed::Feed(lines) => told(&self.feed(lines)),
            AroundDeed::Run { user, line } => told(&self.run_single(user, line)),
            AroundDeed::SignFile { file, key } => {
                sign_entries(&self.place.path(file), key, Form::Right);
                let public = self.place.path(&format!("{key}.pub"));
                fs::write(public, people::public_key(key)).expect("the public key");
                Value::Null
            }
            AroundDeed::File(name) => json!({ "text": fs::read_to_string(self.place.path(name)).expect("a file") }),
        };
        Came::Yes(told)
    }

    fn feed(&self, lines: &[String]) -> Outcome {
        let mut command = self.place.command();
        command.arg("interactive").current_dir(&*self.place.folder);
        let lines: String = lines.iter().map(|line| self.filled(line) + "\n").collect();
        finish(&mut command, &lines)
    }

    fn single(&self, user: &str, line: &str) -> Came {
        let said = self.run_single(user, line);
        match serde_json::from_str(said.out.trim()) {
            Ok(value) => answer(value),
            Err(_) => Came::Lost(said.all()),
        }
    }

    fn run_single(&self, user: &str, line: &str) -> Outcome {
        let mut command = self.place.command();
        command
            .env("CLOUDHSM_ROLE", role(user))
            .env("CLOUDHSM_PIN", format!("{user}:{PASSWORD}"));
        command
            .current_dir(&*self.place.folder)
            .args(self.filled(line).split(' '));
        finish(&mut command, "")
    }

    /// The names in a line, replaced: `{q}`, `{q.public}` and `<t>`.
    fn filled(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for key in self.keys.keys() {
            line = line.replace(&format!("{{{key}}}"), &self.reference(key, "private_key"));
            line = line.replace(&format!("{{{key}.public}}"), &self.reference(key, "public_key"));
        }
        while let (Some(from), Some(to)) = (line.find('<'), line.find('>')) {
            let file = self.place.path(&line[from + 1..to]);
            line.replace_range(from..=to, &file.display().to_string());
        }
        line
    }
}

/// What a process said, as an answer.
fn told(said: &Outcome) -> Value {
    json!({ "out": said.out, "err": said.err, "code": said.code })
}
