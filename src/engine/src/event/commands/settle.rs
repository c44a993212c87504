//! After a stop: a command that was begun and not seen to end. The HSM shows whether it was carried out; where it shows
//! that it was not, or cannot show it, people decide.

use record::journal::What;
use record::plan::{Command, Deed};

use super::Event;
use super::{GIVE_AGAIN, is_about_a_key};
use crate::error::Error;
use crate::event::progress::Begun;

impl Event {
    /// Settles what an earlier run left open.
    pub(in crate::event) fn settle_open_commands(&mut self) -> Result<(), Error> {
        let open = self.progress().begun.clone();
        for begun in open {
            let command = self
                .commands()
                .into_iter()
                .find(|command| command.action() == begun.action);
            let Some(command) = command else {
                return Err(Error::Disk {
                    what: format!(
                        "the journal has a command at {} that the plan does not mean",
                        begun.action.step
                    ),
                    hint: "bring back the event's own disk",
                });
            };
            match is_about_a_key(&command) {
                true => self.settle_share(&command, &begun)?,
                false => self.settle_user(&command, &begun)?,
            }
        }
        Ok(())
    }

    fn settle_user(&mut self, command: &Command, begun: &Begun) -> Result<(), Error> {
        match self.shows(command)? {
            Some(true) => {
                self.keep_users(command)?;
                self.keep_done(command, begun.token, true)
            }
            shown => {
                self.keep_users(command)?;
                self.decide_on(command, shown)
            }
        }
    }

    fn settle_share(&mut self, command: &Command, begun: &Begun) -> Result<(), Error> {
        self.login_owner()?;
        let shown = self.shows_share(command);
        let shown = shown.and_then(|shown| {
            if shown && !self.has_kept_share(command) {
                self.keep_share(command)?;
            }
            Ok(shown)
        });
        self.leave();
        match shown? {
            true => self.keep_done(command, begun.token, true),
            false => self.decide_on(command, Some(false)),
        }
    }

    /// Whether the key was written down with the share changed, and the stop came after that.
    fn has_kept_share(&self, command: &Command) -> bool {
        let (Deed::Share { key, user, .. } | Deed::Unshare { key, user, .. }) = &command.deed else {
            return false;
        };
        let shared = self
            .progress()
            .keys
            .get(key)
            .is_some_and(|written| written.shared.contains(user));
        shared == matches!(command.deed, Deed::Share { .. })
    }

    fn decide_on(&mut self, command: &Command, shown: Option<bool>) -> Result<(), Error> {
        let seen = match shown {
            Some(_) => "The HSM's state shows that it was not carried out.",
            None => "The HSM's state cannot show whether it was carried out; given again, it leads to the same.",
        };
        let question = format!(
            "A command was begun, and no good answer came: `{}`. {seen} It can be given again, with new approvals; the \
             record will say so.",
            command.text()
        );
        match self.console.decide(&question, &[GIVE_AGAIN, "stop"])?.as_str() {
            GIVE_AGAIN => self.write(What::Again {
                action: command.action(),
                reason: "the members present decided to give the same command again".into(),
            }),
            _ => Err(Error::UndecidedCommand {
                command: command.text(),
            }),
        }
    }
}
