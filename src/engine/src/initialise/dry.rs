//! A dry run: every command to the HSM in order, secrets blanked, by the code that carries out the ceremony.

use std::cell::RefCell;
use std::rc::Rc;

use hsm::{DryHsm, Habits, Secret};
use record::screen::Shown;

use super::STEPS;
use super::passwords::Passwords;
use crate::console::Console;
use crate::exchange::Answers;

/// Where the commands go.
pub(super) struct Dry {
    console: Console,
    commands: Rc<RefCell<Vec<String>>>,
    title: Option<String>,
}

impl Dry {
    pub fn new(console: Console) -> Self {
        console.show(&Shown::Heading {
            title: "Every command to the HSM, in order".into(),
        });
        console.say(
            "What the HSM says in a dry run is made up. Each login is a session of its own. Passwords, approvals and the \
             members' signatures are not in these lines.",
        );
        Self {
            console,
            commands: Rc::default(),
            title: None,
        }
    }

    /// A session that is not there.
    pub fn hsm(&self, habits: Habits) -> DryHsm {
        let commands = Rc::clone(&self.commands);
        DryHsm::new(move |command| commands.borrow_mut().push(command.to_owned())).with_habits(habits)
    }

    /// Shows what the step before it sent.
    pub fn begin(&mut self, number: u32, title: &str) {
        self.flush();
        self.title = Some(format!("{number}/{STEPS} {title}"));
    }

    pub fn end(&mut self) {
        self.flush();
        self.console.say("Nothing was written, and the HSM was not touched.");
    }

    fn flush(&mut self) {
        let lines = std::mem::take(&mut *self.commands.borrow_mut());
        if let Some(title) = self.title.take() {
            self.console.show_commands(title, lines);
        }
    }
}

/// Passwords that nobody typed.
pub(super) fn passwords(members: usize) -> Passwords {
    let secret = || Secret::new("not-asked-for".into());
    Passwords {
        owner: secret(),
        admins: (0..members).map(|_| secret()).collect(),
    }
}

/// Answers that nobody gave: more signatures than any request asks for.
pub(super) fn answers(asked: &[String]) -> Answers {
    let one = |id: &String| (id.clone(), vec![vec![0; 256]; 64]);
    Answers(asked.iter().map(one).collect())
}
