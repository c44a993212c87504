//! A session: who is logged in here, and the quorum tokens that live and die with that login.

use serde::{Deserialize, Serialize};

use crate::error::{Broken, Refusal};
use crate::presence::Presence;
use crate::state::{Cluster, Role};
use crate::tokens::{Facts, Token};

/// One connection. Tokens are in this process's memory only: a killed process leaves none.
#[derive(Default)]
pub struct Session {
    login: Option<LoggedIn>,
}

struct LoggedIn {
    who: Identity,
    tokens: Vec<Token>,
    counter: u32,
    handle: u32,
    presence: Presence,
    /// What the others see of the tokens.
    shown: Vec<Facts>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq)]
pub struct Identity {
    pub name: String,
    pub role: Role,
}

impl Identity {
    pub fn is(&self, name: &str, role: Role) -> bool {
        self.name == name && self.role == role
    }
}

impl Session {
    /// The handle is the audit log's number for this login.
    pub fn begin(&mut self, who: Identity, presence: Presence, handle: u32) {
        self.login = Some(LoggedIn {
            who,
            tokens: Vec::new(),
            counter: 0,
            handle,
            presence,
            shown: Vec::new(),
        });
    }

    /// Logout, lost connection or end of input: the tokens are gone.
    pub fn end(&mut self) {
        self.login = None;
    }

    pub fn who(&self) -> Option<&Identity> {
        self.login.as_ref().map(|login| &login.who)
    }

    /// 0: nobody is logged in.
    pub fn handle(&self) -> u32 {
        self.login.as_ref().map_or(0, |login| login.handle)
    }

    pub fn tokens(&self) -> &[Token] {
        self.login.as_ref().map_or(&[], |login| &login.tokens)
    }

    pub fn token_mut(&mut self, digest: &[u8]) -> Option<&mut Token> {
        self.login
            .as_mut()?
            .tokens
            .iter_mut()
            .find(|token| token.digest[..] == *digest)
    }

    pub fn keep_token(&mut self, token: Token) -> Result<(), Refusal> {
        let login = self.login.as_mut().ok_or(Refusal::NotLoggedIn)?;
        login.tokens.push(token);
        Ok(())
    }

    /// Keeps the tokens for which `stays` holds.
    pub fn retain_tokens(&mut self, stays: impl FnMut(&Token) -> bool) {
        if let Some(login) = &mut self.login {
            login.tokens.retain(stays);
        }
    }

    /// Lets the others see what there is now.
    pub fn show_tokens(&mut self) -> Result<(), Broken> {
        let Some(login) = &mut self.login else { return Ok(()) };
        let facts: Vec<_> = login.tokens.iter().map(|token| token.facts.clone()).collect();
        if facts != login.shown {
            login.presence.show(&login.who, facts.clone())?;
            login.shown = facts;
        }
        Ok(())
    }

    /// Drops the tokens that another session took away.
    pub fn miss_tokens(&mut self) {
        let Some(login) = self.login.as_mut().filter(|login| !login.shown.is_empty()) else {
            return;
        };
        login.shown = login.presence.tokens();
        let stays = |token: &Token| login.shown.iter().any(|facts| facts.id == token.facts.id);
        login.tokens.retain(stays);
    }

    /// All tokens are past their time at once.
    pub fn expire_tokens(&mut self) {
        if let Some(login) = &mut self.login {
            login.tokens.iter_mut().for_each(|token| token.facts.expired = true);
        }
    }

    /// Counts the records made in this session, from 1.
    pub fn next_counter(&mut self) -> u32 {
        self.login.as_mut().map_or(0, |login| {
            login.counter += 1;
            login.counter
        })
    }

    /// A user who was removed elsewhere is no longer logged in.
    pub fn check(&mut self, cluster: &Cluster) {
        let known = self
            .who()
            .is_some_and(|who| cluster.user(&who.name, who.role).is_some());
        if !known {
            self.end();
        }
    }
}
