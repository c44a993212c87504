//! The commands, by subject; here, which function does which.

pub mod cluster;
pub mod crypto;
pub mod generate;
pub mod list;
pub mod login;
pub mod manage;
pub mod mfa;
pub mod mtls;
pub mod quorum;
pub mod registration;
pub mod tokens;
pub mod users;

use crate::answers::Answer;
use crate::cli::{
    ChangeMfaBy, ChangeQuorum, ClusterCommand, Command, CryptoCommand, KeyCommand, Pair, QuorumCommand, Registering,
    Signing, TokenSign, UserCommand, Verifying,
};
use crate::world::World;

pub fn carry_out(world: &mut World<'_>, command: Command) -> Answer {
    match command {
        Command::Cluster(command) => cluster(world, command),
        Command::Login(login) => login::login(world, &login),
        Command::Logout => login::logout(world),
        Command::User(command) => user(world, command),
        Command::Quorum(QuorumCommand::TokenSign(command)) => token_sign(world, command),
        Command::Key(command) => key(world, command),
        Command::Crypto(CryptoCommand::Sign(Signing::Ecdsa(order))) => crypto::sign(world, &order),
        Command::Crypto(CryptoCommand::Verify(Verifying::Ecdsa(order))) => crypto::verify(world, &order),
    }
}

fn cluster(world: &mut World<'_>, command: ClusterCommand) -> Answer {
    match command {
        ClusterCommand::Activate { password } => cluster::activate(world, &password.unwrap_or_default()),
        ClusterCommand::HsmInfo => Ok(cluster::hsm_info(world)),
        ClusterCommand::Mtls(command) => mtls::carry_out(world, command),
    }
}

fn user(world: &mut World<'_>, command: UserCommand) -> Answer {
    match command {
        UserCommand::Create {
            account,
            password,
            approval,
        } => users::create(world, &account, &password.unwrap_or_default(), approval.as_deref()),
        UserCommand::Delete { account, approval } => users::delete(world, &account, approval.as_deref()),
        UserCommand::List => Ok(users::list(world)),
        UserCommand::ChangePassword {
            account,
            password,
            approval,
            deregister_quorum,
            deregister_mfa,
        } => {
            let change = users::PasswordChange {
                password: &password.unwrap_or_default(),
                deregister_mfa,
                deregister_quorum,
            };
            users::change_password(world, &account, &change, approval.as_deref())
        }
        UserCommand::ChangeMfa(ChangeMfaBy::TokenSign(order)) => mfa::remove(world, &order),
        UserCommand::ChangeQuorum(ChangeQuorum::TokenSign(Registering::Register {
            public_key,
            signed_token,
        })) => registration::register(world, &public_key, &signed_token),
    }
}

fn token_sign(world: &mut World<'_>, command: TokenSign) -> Answer {
    match command {
        TokenSign::Generate { service, token, filter } => tokens::generate(world, service, &token, &filter),
        TokenSign::List => tokens::list(world),
        TokenSign::Delete { scope } => tokens::delete(world, scope),
        TokenSign::ListQuorumValues => Ok(quorum::list_values(world)),
        TokenSign::SetQuorumValue {
            service,
            value,
            approval,
        } => quorum::set_value(world, service, value, approval.as_deref()),
    }
}

fn key(world: &mut World<'_>, command: KeyCommand) -> Answer {
    match command {
        KeyCommand::GenerateAsymmetricPair(Pair::Ec(order)) => generate::ec_pair(world, &order),
        KeyCommand::List {
            filter,
            max_items,
            starting_token,
            verbose,
        } => {
            let page = list::Page {
                from: starting_token.unwrap_or(0),
                items: max_items,
                verbose,
            };
            list::list(world, &filter, &page)
        }
        KeyCommand::Share(order) => manage::share(world, &order),
        KeyCommand::Unshare(order) => manage::unshare(world, &order),
        KeyCommand::SetAttribute {
            filter,
            name,
            value,
            approval,
        } => manage::set_attribute(world, &filter, (&name, &value), approval.as_deref()),
        KeyCommand::Delete { filter } => manage::delete(world, &filter),
        KeyCommand::GenerateFile { encoding, path, filter } => list::generate_file(world, encoding, &path, &filter),
    }
}
