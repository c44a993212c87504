//! Cluster and users: who is there, who is logged in.

use serde::Deserialize;

use super::{CloudHsm, door::Answered};
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
    let request = Request::new("cluster activate");
    hsm.tell(request.password(password, hsm.habits.passwords, "--password", ENTER_AND_CONFIRM))
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
    refuse_second_login(hsm)?;
    let request = named("login", user, role)?.password(password, hsm.habits.passwords, "--password", ENTER);
    let done = hsm.ask(request).and_then(|answer| check_named(answer, user, role));
    note_login(hsm, user, &done);
    done
}

pub(super) fn refuse_second_login(hsm: &CloudHsm) -> Result<(), Error> {
    match &hsm.logged_in {
        Some(user) => Err(Error::LoggedIn { user: user.clone() }),
        None => Ok(()),
    }
}

pub(super) fn note_login(hsm: &mut CloudHsm, user: &str, done: &Result<(), Error>) {
    match done {
        Ok(()) => hsm.logged_in = Some(user.to_owned()),
        // A login that may have happened, whatever was said of it, is ended: it must not colour the next one. Without a
        // login the session is worth nothing.
        Err(_) => hsm.end_session(),
    }
}

pub(super) fn logout(hsm: &mut CloudHsm) -> Result<(), Error> {
    // At another command's prompt it would be taken for the answer; there the session's end is all.
    let done = match hsm.waiting {
        Some(_) => Ok(()),
        None => hsm.tell(Request::new("logout")),
    };
    hsm.end_session();
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
    let request = named("user create", user, role)?;
    let request = request.password(password, hsm.habits.passwords, "--password", ENTER_AND_CONFIRM);
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
        .password(password, hsm.habits.passwords, "--password", ENTER_AND_CONFIRM);
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
    let answer = hsm.ask(hsm.approved(request, approved))?;
    check_named(answer, user, role)
}

pub(super) fn named(command: &str, user: &str, role: Role) -> Result<Request, Error> {
    check_user_name(user)?;
    Ok(Request::new(command)
        .with("--username", user)
        .with("--role", role.as_str()))
}

/// The answer names who it was done to; it must be who was meant.
pub(super) fn check_named(answer: Answered, user: &str, role: Role) -> Result<(), Error> {
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
pub(super) const ENTER: usize = 1;
pub(super) const ENTER_AND_CONFIRM: usize = 2;
