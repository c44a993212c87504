//! What a command works on: the cluster, held alone; the session; the folder; the time.

use crate::answers::Answer;
use crate::error::Refusal;
use crate::given::{Given, Made};
use crate::session::{Identity, Session};
use crate::state::{Cluster, Role};
use crate::store::Store;
use crate::switches::UNDOCUMENTED_TEXTS;

pub struct World<'a> {
    pub cluster: &'a mut Cluster,
    pub session: &'a mut Session,
    pub store: &'a Store,
    /// The files that the command names.
    pub given: &'a Given,
    /// The file that it makes.
    pub made: Option<Made>,
    /// Unix seconds by the cluster's clock.
    pub now: u64,
}

impl World<'_> {
    pub fn user(&self) -> Result<Identity, Refusal> {
        self.session.who().cloned().ok_or(Refusal::NotLoggedIn)
    }

    pub fn admin(&self) -> Result<Identity, Refusal> {
        self.with_role(Role::Admin, "Only an admin may do this")
    }

    pub fn crypto_user(&self) -> Result<Identity, Refusal> {
        self.with_role(Role::CryptoUser, "Only a crypto user may do this")
    }

    /// Keys are made and used only where at least two HSMs hold them.
    pub fn two_hsms(&self) -> Result<(), Refusal> {
        if self.cluster.nodes.len() < 2 {
            Err(Refusal::TooFewHsms)
        } else {
            Ok(())
        }
    }

    /// The answer, in other words where nobody knows the real ones and these are asked for.
    pub fn word(&self, answer: Answer) -> Answer {
        match self.cluster.switches.is(&UNDOCUMENTED_TEXTS, "others") {
            true => answer.map_err(Refusal::otherwise),
            false => answer,
        }
    }

    fn with_role(&self, role: Role, rule: &'static str) -> Result<Identity, Refusal> {
        let who = self.user()?;
        if who.role == role {
            Ok(who)
        } else {
            Err(Refusal::NotAllowed { rule })
        }
    }
}
