//! Word of a member at a console of their own, for the engine and for the operator's screen.

use record::Time;
use record::facts::CONSOLE_LOGINS;
use record::journal::What;
use record::screen::Shown;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Somebody came or left.
    Visit(Visit),
    /// A member came so often that no more of their logins are written.
    Often {
        /// Who.
        member: String,
    },
    /// A member gave a bundle or a signature, and it lies in its folder.
    Gave {
        /// Who.
        member: String,
        /// The file's name.
        name: String,
    },
}

/// Somebody came or left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The account, by the system.
    pub account: String,
    /// Whose it is; or why nobody's, and then nobody was let in.
    pub member: Result<String, String>,
    /// When, by the console's clock.
    pub at: Time,
    /// Came; else left.
    pub came: bool,
}

impl Notice {
    /// What the operator sees.
    pub fn shown(&self) -> Shown {
        match self {
            Self::Visit(visit) => visit.shown(),
            Self::Often { member } => Shown::Warning {
                text: format!(
                    "{member} came {CONSOLE_LOGINS} times by a console. They are let in as before; from here on it is \
                     neither shown nor written down."
                ),
            },
            Self::Gave { member, name } => Shown::Said {
                text: format!("{member} gave {name}."),
            },
        }
    }
}

impl Visit {
    fn shown(&self) -> Shown {
        let Self { account, at, .. } = self;
        match (&self.member, self.came) {
            (Ok(member), true) => Shown::Said {
                text: format!("{member} came by a console, at {at}."),
            },
            (Ok(member), false) => Shown::Said {
                text: format!("{member} left a console, at {at}."),
            },
            (Err(why), _) => Shown::Warning {
                text: format!("the account {account} was refused at {at}: {why}"),
            },
        }
    }
}

impl From<Visit> for What {
    fn from(visit: Visit) -> Self {
        Self::Console {
            account: visit.account,
            member: visit.member.ok(),
            at: visit.at,
            came: visit.came,
        }
    }
}
