//! What a command tries, so that the log can say that it was refused.

use super::{Event, Opcode, Person};
use crate::answers::Answer;
use crate::cli::{
    Account, ChangeMfaBy, ChangeQuorum, ClusterCommand, Command, KeyCommand, MtlsCommand, QuorumCommand, TokenSign,
    UserCommand,
};
use crate::error::Refusal;
use crate::state::Role;
use crate::world::World;

/// An event that may come to nothing.
pub struct Attempt {
    opcode: Opcode,
    /// Who logs in, or whom it is about.
    account: Option<(String, Role)>,
}

impl Attempt {
    /// None: of such a command the HSM notes nothing, whatever comes of it.
    pub fn of(command: &Command) -> Option<Attempt> {
        let (opcode, account) = match command {
            Command::Login(login) => (Opcode::Login, Some(&login.account)),
            Command::User(user) => of_user(user)?,
            Command::Quorum(QuorumCommand::TokenSign(TokenSign::SetQuorumValue { .. })) => {
                (Opcode::SetQuorumValue, None)
            }
            Command::Key(KeyCommand::Share(sharing) | KeyCommand::Unshare(sharing)) => {
                (Opcode::ShareObject, Some(&sharing.account))
            }
            Command::Key(KeyCommand::SetAttribute { .. }) => (Opcode::ModifyObject, None),
            Command::Key(KeyCommand::Delete { .. }) => (Opcode::TombstoneObject, None),
            Command::Cluster(ClusterCommand::Mtls(MtlsCommand::RegisterTrustAnchor { .. })) => {
                (Opcode::StoreCertificate, None)
            }
            Command::Cluster(ClusterCommand::Mtls(MtlsCommand::DeregisterTrustAnchor { .. })) => {
                (Opcode::RemoveCertificate, None)
            }
            _ => return None,
        };
        Some(Attempt::at(opcode, account))
    }

    pub fn at(opcode: Opcode, account: Option<&Account>) -> Attempt {
        Attempt {
            opcode,
            account: account.map(|account| (account.name(), account.role)),
        }
    }

    /// Notes the refusal, if it was the HSM's and not the program's.
    pub fn note(&self, world: &mut World<'_>, answer: &Answer) {
        let Err(refusal) = answer else { return };
        let person = |(name, role): &(String, Role)| world.cluster.person(name, *role);
        let account: Option<Person> = self.account.as_ref().map(person);
        let known = account.as_ref().is_some_and(|person| person.id > 0);
        let Some((code, text)) = response(refusal, known) else {
            return;
        };
        let mut event: Event = world.event(self.opcode);
        (event.response, event.response_text) = (code, format!("HSM Error: {text}"));
        match self.opcode {
            Opcode::Login => event.user = account,
            _ => event.target = account,
        }
        world.log(event);
    }
}

fn of_user(user: &UserCommand) -> Option<(Opcode, Option<&Account>)> {
    Some(match user {
        UserCommand::Create { account, .. } if account.role == Role::Admin => (Opcode::CreateAdmin, Some(account)),
        UserCommand::Create { account, .. } => (Opcode::CreateUser, Some(account)),
        UserCommand::Delete { account, .. } => (Opcode::DeleteUser, Some(account)),
        UserCommand::ChangePassword { account, .. } => (Opcode::ChangePassword, Some(account)),
        UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(change)) => (Opcode::ChangeMfa, Some(&change.account)),
        UserCommand::ChangeQuorum(ChangeQuorum::TokenSign(_)) => (Opcode::RegisterQuorum, None),
        UserCommand::List => return None,
    })
}

/// The two documented codes; 255 is ours, for the rest. None: the HSM was not asked.
fn response(refusal: &Refusal, known: bool) -> Option<(u32, &'static str)> {
    Some(match refusal {
        Refusal::LoginFailed if !known => (157, "user isn't initialized or login with this name doesn't exist"),
        Refusal::LoginFailed | Refusal::AccountLocked | Refusal::MfaRequired | Refusal::InvalidMfaSignature => {
            (163, "RET_USER_LOGIN_FAILURE")
        }
        Refusal::QuorumFailed
        | Refusal::ApprovalRequired
        | Refusal::TooFewApprovals { .. }
        | Refusal::InvalidPair
        | Refusal::TokenExpired
        | Refusal::InvalidQuorumSignature => (255, "UNDOCUMENTED_QUORUM_FAILURE"),
        Refusal::InvalidQuorumValue | Refusal::AttributeRefused { .. } | Refusal::NotAllowed { .. } => {
            (255, "UNDOCUMENTED_NOT_ALLOWED")
        }
        _ => return None,
    })
}
