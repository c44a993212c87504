//! Keys shared with whoever comes and taken from whoever goes: by their owner, with the approvals of those who use them.

use std::time::{Duration, Instant};

use hsm::{Approved, KeyInfo, Service, Token};
use record::Digest;
use record::journal::What;
use record::plan::{Command, Deed, EventKey};
use record::record::{KeyChange, KeyRecord};

use super::Event;
use super::admin::asked;
use crate::error::Error;
use crate::event::stages::At;
use crate::plan::budget::{self, TOKEN_LIFE};

impl Event {
    /// Carries out such commands, as many in a window as it holds tokens.
    pub(super) fn change_shares(&mut self, commands: &[Command]) -> Result<(), Error> {
        let progress = self.progress();
        let left: Vec<Command> = commands
            .iter()
            .filter(|command| !progress.is_done(&command.action()))
            .cloned()
            .collect();
        for window in left.chunks(budget::tokens_in_a_window(self.habits)) {
            super::super::begin::check_window(&self.inbound, &self.clock)?;
            self.login_owner()?;
            let outcome = self.window_of_shares(window);
            self.leave();
            outcome?;
        }
        Ok(())
    }

    fn window_of_shares(&mut self, commands: &[Command]) -> Result<(), Error> {
        let begun = Instant::now();
        let mut minted: Vec<(Command, Token)> = Vec::new();
        for command in commands {
            let key = self.key_now(key_of(command))?;
            let token = self.hsm.mint(Service::KeyManagement, Some(&key))?;
            self.console
                .say(format!("It {}: `{}`.", command.said(), command.text()));
            minted.push((command.clone(), token));
        }
        let owner = self.inbound.plan.hsm.owner.clone();
        let tokens = minted.iter().map(|(command, token)| asked(command, token)).collect();
        let request = self.request(&owner, tokens, "command")?;
        let end = begun + Duration::from_secs(TOKEN_LIFE);
        let threshold = |command: &Command| {
            command
                .consent
                .as_ref()
                .map_or(0, |consent| usize::from(consent.threshold))
        };
        let most = commands.iter().map(threshold).max().unwrap_or_default();
        let able = |id: &String| commands.iter().all(|command| self.able(command).contains(id));
        let able = self.members().into_iter().filter(able).collect();
        self.begin_stage(&At::Consent(1));
        self.gather_approvals(&request, end, (most, able))?;
        for (command, token) in minted {
            if self.clock.is_over(end) {
                return Err(Error::TokensExpired);
            }
            let approved = self.approved(&request, &token, threshold(&command))?;
            self.change_share(&command, &approved)?;
        }
        Ok(())
    }

    fn change_share(&mut self, command: &Command, approved: &Approved) -> Result<(), Error> {
        let key = self.key_now(key_of(command))?;
        let token = Some(Digest(*approved.token().digest()));
        self.write(What::Spending {
            token,
            action: command.action(),
        })?;
        let given = match &command.deed {
            Deed::Share { user, .. } => self.hsm.share_key(&key, user, Some(approved)),
            Deed::Unshare { user, .. } => self.hsm.unshare_key(&key, user, Some(approved)),
            _ => Ok(()),
        };
        let given = given.map_err(Error::from).and_then(|()| self.keep_share(command));
        match given {
            Ok(()) => self.keep_done(command, token, false),
            Err(cause) => Err(self.lost(command, cause)?),
        }
    }

    /// Reads a key back after a change of its shares: this user and nobody else came or went. Its owner is logged in.
    pub(super) fn keep_share(&mut self, command: &Command) -> Result<(), Error> {
        let name = key_of(command);
        let (wanted, found) = self.read_key(name)?;
        let written = self.progress().keys.get(name).cloned();
        let now = self.describe(&wanted, &found, KeyChange::Shared)?;
        match written.map(|written| expected(command, written)) {
            Some(expected) if expected == now => self.write(What::Key {
                step: command.step.clone(),
                record: now,
            }),
            _ => Err(Error::HsmState {
                what: format!("after `{}` the key {name} is not as it must be", command.text()),
                hint: "stop the event and ask who had access to the HSM; nothing is signed with this key",
            }),
        }
    }

    /// Whether a key's shares show that a command was carried out. Its owner is logged in.
    pub(super) fn shows_share(&mut self, command: &Command) -> Result<bool, Error> {
        let (_, found) = self.read_key(key_of(command))?;
        let has = |user: &str| found.shared_users().iter().any(|holder| holder.username == user);
        Ok(match &command.deed {
            Deed::Share { user, .. } => has(user),
            Deed::Unshare { user, .. } => !has(user),
            _ => false,
        })
    }

    fn read_key(&mut self, name: &str) -> Result<(EventKey, KeyInfo), Error> {
        let missing = || Error::HsmState {
            what: format!("the key {name} is not in the HSM"),
            hint: "stop the event and ask who had access to the HSM",
        };
        let wanted = self
            .wanted()
            .into_iter()
            .find(|wanted| wanted.key == name)
            .ok_or_else(missing)?;
        let found = self.hsm.find_key(&wanted.label)?.ok_or_else(missing)?;
        Ok((wanted, found))
    }

    /// With whom a key is shared by now: the roster's approvers, and what the event's commands changed of that.
    pub(in crate::event) fn approvers_of(&self, key: &str) -> Vec<String> {
        let members = self.inbound.roster.members.iter();
        let mut users: Vec<String> = members.map(|member| member.approver.clone()).collect();
        let progress = self.progress();
        for command in self.commands() {
            let of = |name: &String| name == key && progress.is_done(&command.action());
            match &command.deed {
                Deed::Share { key, user, .. } if of(key) => users.push(user.clone()),
                Deed::Unshare { key, user, .. } if of(key) => users.retain(|other| other != user),
                _ => {}
            }
        }
        users
    }
}

fn expected(command: &Command, written: KeyRecord) -> KeyRecord {
    let mut shared = written.shared.clone();
    match &command.deed {
        Deed::Share { user, .. } => shared.push(user.clone()),
        Deed::Unshare { user, .. } => shared.retain(|other| other != user),
        _ => {}
    }
    shared.sort();
    KeyRecord {
        change: KeyChange::Shared,
        shared,
        ..written
    }
}

fn key_of(command: &Command) -> &str {
    match &command.deed {
        Deed::Share { key, .. } | Deed::Unshare { key, .. } => key,
        _ => "",
    }
}
