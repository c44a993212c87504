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
            let command = self.command_of(&begun)?;
            match self.seen(&command, &begun)? {
                Some(true) => {}
                shown => self.decide_on(&command, shown)?,
            }
        }
        Ok(())
    }

    /// Where the event ends: what the HSM shows of such a command is written down, and nothing is given again. What was
    /// declared before is not declared once more.
    pub(in crate::event) fn look_up_open_commands(&mut self) -> Result<(), Error> {
        let open = self.progress().begun.clone();
        for begun in open {
            let command = self.command_of(&begun)?;
            let cause = match self.seen(&command, &begun)? {
                Some(true) => continue,
                Some(false) => "the event was ended, and the HSM's state shows that it was not",
                None => "the event was ended, and the HSM's state cannot show it",
            };
            if begun.lost {
                continue;
            }
            self.write(What::Lost {
                action: begun.action,
                cause: cause.to_owned(),
            })?;
        }
        Ok(())
    }

    /// Where the event ends and the HSM was not asked: what is open is declared.
    pub(in crate::event) fn declare_open_commands(&mut self) -> Result<(), Error> {
        let open = self.progress().begun.clone();
        for begun in open.into_iter().filter(|begun| !begun.lost) {
            self.write(What::Lost {
                action: begun.action,
                cause: "the event was ended before anybody knew".to_owned(),
            })?;
        }
        Ok(())
    }

    fn command_of(&self, begun: &Begun) -> Result<Command, Error> {
        let found = self
            .commands()
            .into_iter()
            .find(|command| command.action() == begun.action);
        found.ok_or_else(|| Error::Disk {
            what: format!(
                "the journal has a command at {} that the plan does not mean",
                begun.action.step
            ),
            hint: "bring back the event's own disk",
        })
    }

    /// Whether the HSM shows that a command was carried out; if so, it is written down.
    fn seen(&mut self, command: &Command, begun: &Begun) -> Result<Option<bool>, Error> {
        let shown = match is_about_a_key(command) {
            true => Some(self.seen_share(command)?),
            false => {
                let shown = self.shows(command)?;
                self.keep_users(command)?;
                shown
            }
        };
        if shown == Some(true) {
            self.keep_done(command, begun.token, true)?;
        }
        Ok(shown)
    }

    fn seen_share(&mut self, command: &Command) -> Result<bool, Error> {
        self.login_owner()?;
        let shown = self.shows_share(command);
        let shown = shown.and_then(|shown| {
            if shown && !self.has_kept_share(command) {
                self.keep_share(command)?;
            }
            Ok(shown)
        });
        self.leave();
        shown
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
        self.tell_hand_overs(command, false);
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
