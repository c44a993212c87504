//! Which files a command reads: all of them, before its turn.

use std::path::{Path, PathBuf};

use super::{
    ChangeMfaBy, ChangeQuorum, ClusterCommand, Command, CryptoCommand, KeyCommand, Message, MtlsCommand, QuorumCommand,
    Registering, Signing, TokenSign, UserCommand, Verifying,
};

impl Command {
    /// Those that the line names; those that are named at a prompt come later.
    pub fn reads(&self) -> Vec<&Path> {
        let named = match self {
            Command::Cluster(ClusterCommand::Mtls(command)) => of_mtls(command),
            Command::User(command) => of_user(command),
            Command::Quorum(QuorumCommand::TokenSign(TokenSign::SetQuorumValue { approval, .. })) => {
                [approval.as_ref(), None]
            }
            Command::Key(KeyCommand::Share(sharing) | KeyCommand::Unshare(sharing)) => {
                [sharing.approval.as_ref(), None]
            }
            Command::Key(KeyCommand::SetAttribute { approval, .. }) => [approval.as_ref(), None],
            Command::Crypto(CryptoCommand::Sign(Signing::Ecdsa(order))) => {
                [of_message(&order.message), order.approval.as_ref()]
            }
            Command::Crypto(CryptoCommand::Verify(Verifying::Ecdsa(order))) => {
                [of_message(&order.message), order.signature_path.as_ref()]
            }
            _ => [None, None],
        };
        named.into_iter().flatten().map(PathBuf::as_path).collect()
    }
}

fn of_mtls(command: &MtlsCommand) -> [Option<&PathBuf>; 2] {
    match command {
        MtlsCommand::RegisterTrustAnchor { path, approval } => [Some(path), approval.as_ref()],
        MtlsCommand::DeregisterTrustAnchor { approval, .. } | MtlsCommand::SetEnforcement { approval, .. } => {
            [approval.as_ref(), None]
        }
        MtlsCommand::ListTrustAnchors | MtlsCommand::GetEnforcement => [None, None],
    }
}

fn of_user(command: &UserCommand) -> [Option<&PathBuf>; 2] {
    match command {
        UserCommand::Create { approval, .. }
        | UserCommand::Delete { approval, .. }
        | UserCommand::ChangePassword { approval, .. } => [approval.as_ref(), None],
        UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(change)) => [change.approval.as_ref(), None],
        UserCommand::ChangeQuorum(ChangeQuorum::TokenSign(Registering::Register {
            public_key,
            signed_token,
        })) => [Some(public_key), Some(signed_token)],
        UserCommand::List => [None, None],
    }
}

fn of_message(message: &Message) -> Option<&PathBuf> {
    message.data_path.as_ref()
}
