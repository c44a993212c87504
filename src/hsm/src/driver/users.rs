//! Cluster and users: who is there, who is logged in.

use serde::Deserialize;

use super::{Answered, CloudHsm, with_approval};
use crate::{
    Approved, Error, Node, PasswordChange, QuorumService, Request, Role, Secret, Service, User, user::check_user_name,
};

pub(super) fn nodes(hsm: &mut CloudHsm) -> Result<Vec<Node>, Error> {
    #[derive(Deserialize)]
    struct Hsms {
        hsms: Vec<Node>,
    }
    let Hsms { hsms } = hsm.ask(Request::new("cluster hsm-info"))?.typed()?;
    Ok(hsms)
}

pub(super) fn activate(hsm: &mut CloudHsm, password: &Secret) -> Result<(), Error> {
    password.check_new()?;
    hsm.tell(Request::new("cluster activate").secret(password, ENTER_AND_CONFIRM))
}

pub(super) fn list(hsm: &mut CloudHsm) -> Result<Vec<User>, Error> {
    #[derive(Deserialize)]
    struct Users {
        users: Vec<User>,
    }
    let Users { users } = hsm.ask(Request::new("user list"))?.typed()?;
    Ok(users)
}

pub(super) fn login(hsm: &mut CloudHsm, user: &str, role: Role, password: &Secret) -> Result<(), Error> {
    if let Some(user) = &hsm.logged_in {
        return Err(Error::LoggedIn { user: user.clone() });
    }
    let request = named("login", user, role)?.secret(password, ENTER);
    let done = hsm.ask(request).and_then(|answer| check_named(answer, user, role));
    match &done {
        Ok(()) => hsm.logged_in = Some(user.to_owned()),
        // A login that may or may not have happened is ended: it must not colour the next one.
        Err(error) if error.outcome_unknown() => hsm.channel.close(),
        Err(_) => {}
    }
    done
}

pub(super) fn logout(hsm: &mut CloudHsm) -> Result<(), Error> {
    let done = hsm.tell(Request::new("logout"));
    hsm.logged_in = None;
    hsm.channel.close();
    done
}

pub(super) fn create(
    hsm: &mut CloudHsm,
    user: &str,
    role: Role,
    password: &Secret,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    password.check_new()?;
    let request = named("user create", user, role)?.secret(password, ENTER_AND_CONFIRM);
    change(hsm, request, user, role, approved)
}

pub(super) fn delete(hsm: &mut CloudHsm, user: &str, role: Role, approved: Option<&Approved>) -> Result<(), Error> {
    change(hsm, named("user delete", user, role)?, user, role, approved)
}

pub(super) fn change_password(
    hsm: &mut CloudHsm,
    user: &str,
    role: Role,
    password: &Secret,
    also: PasswordChange,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    password.check_new()?;
    let flags = [
        (also.deregister_mfa, "--deregister-mfa"),
        (also.deregister_quorum, "--deregister-quorum"),
    ];
    let request = named("user change-password", user, role)?
        .words(flags.iter().filter(|(wanted, _)| *wanted).map(|(_, flag)| *flag))
        .secret(password, ENTER_AND_CONFIRM);
    change(hsm, request, user, role, approved)
}

fn change(
    hsm: &mut CloudHsm,
    request: Request,
    user: &str,
    role: Role,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    if let Some(approved) = approved {
        approved.check(Service::Admin(QuorumService::User), None)?;
    }
    let answer = hsm.ask(with_approval(request, approved))?;
    check_named(answer, user, role)
}

fn named(command: &str, user: &str, role: Role) -> Result<Request, Error> {
    check_user_name(user)?;
    Ok(Request::new(command)
        .with("--username", user)
        .with("--role", role.as_str()))
}

/// The answer names who it was done to; it must be who was meant.
fn check_named(answer: Answered, user: &str, role: Role) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Named {
        username: String,
        role: Option<String>,
    }
    let named: Named = answer.typed()?;
    let role_found = named.role.unwrap_or_else(|| role.to_string());
    for (what, expected, found) in [("user", user, &named.username), ("role", role.as_str(), &role_found)] {
        if expected != found {
            return Err(Error::WrongAnswer {
                what,
                expected: expected.into(),
                found: found.clone(),
            });
        }
    }
    Ok(())
}

/// How many lines a password prompt takes; a new password is confirmed.
const ENTER: usize = 1;
const ENTER_AND_CONFIRM: usize = 2;
