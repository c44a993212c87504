//! How things are said: prompt, stream and exit code, as the switches have them.

use crate::answers::{Answer, render};
use crate::console::Console;
use crate::error::{Broken, Refusal};
use crate::named::CLUSTER_ID;
use crate::session::Session;
use crate::store::Store;
use crate::switches::{ANSWER_STREAM, PLAIN_TEXT_STREAM, PROMPT_TEXT, REFUSAL_EXIT_CODE};

pub struct Manner {
    answers_aside: bool,
    plain_aside: bool,
    prompt_names_user: bool,
    refused: u8,
}

impl Manner {
    /// As the switches are now.
    pub fn of(store: &Store) -> Result<Manner, Broken> {
        store.look(|cluster| Manner {
            answers_aside: cluster.switches.is(&ANSWER_STREAM, "stderr"),
            plain_aside: cluster.switches.is(&PLAIN_TEXT_STREAM, "stderr"),
            prompt_names_user: cluster.switches.is(&PROMPT_TEXT, "user-at-cluster"),
            refused: u8::from(cluster.switches.is(&REFUSAL_EXIT_CODE, "one")),
        })
    }

    pub fn prompt(&self, session: &Session) -> String {
        match session.who() {
            Some(who) if self.prompt_names_user => format!("{}@{CLUSTER_ID} > ", who.name),
            _ => "aws-cloudhsm > ".into(),
        }
    }

    /// Says the answer; the exit code that it gives a single command.
    pub fn answer(&self, console: &Console, answer: &Answer) -> Result<u8, Broken> {
        match answer {
            // It comes from this process's terminal, not from the HSM: no JSON.
            Err(refusal @ Refusal::NoTerminal) if self.plain_aside => console.say_aside(&refusal.to_string())?,
            Err(refusal @ Refusal::NoTerminal) => console.say(&refusal.to_string())?,
            _ if self.answers_aside => console.say_aside(&render(answer))?,
            _ => console.say(&render(answer))?,
        }
        Ok(if answer.is_ok() { 0 } else { self.refused })
    }
}
