//! The second factor: commands in two halves, with the members' signatures in between.

use super::{CloudHsm, Waiting, users};
use crate::{Approved, Error, MfaOff, MfaToken, Passwords, QuorumService, Request, Role, Secret, Service};

/// `login`'s only subcommand; the password belongs before it.
pub(super) fn begin_login(hsm: &mut CloudHsm, user: &str, role: Role, password: &Secret) -> Result<MfaToken, Error> {
    users::refuse_second_login(hsm)?;
    let request = users::named("login", user, role)?
        .password(password, hsm.habits.passwords, "--password", users::ENTER)
        .words(["mfa-token-sign"])
        .with_output("--token", TOKEN);
    let begun = begin(hsm, request, user, role, true);
    if begun.as_ref().is_err_and(Error::outcome_unknown) {
        hsm.end_session();
    }
    begun
}

pub(super) fn finish_login(hsm: &mut CloudHsm, token: &MfaToken, signatures: &[Vec<u8>]) -> Result<(), Error> {
    let shown = &hsm.waiting_for(token, true)?.shown;
    let rest = Request::rest_of(shown).prompt(SIGNED, token.signed_file(signatures)?);
    let done = hsm.finish(rest);
    let done = done.and_then(|answer| users::check_named(answer, token.user(), token.role()));
    users::note_login(hsm, token.user(), &done);
    done
}

pub(super) fn begin_change(
    hsm: &mut CloudHsm,
    user: &str,
    role: Role,
    password: Option<&Secret>,
    quorum_too: bool,
    approved: Option<&Approved>,
) -> Result<MfaToken, Error> {
    let request = change(user, role, approved)?
        .with_output("--token", TOKEN)
        .words(quorum_too.then_some("--change-quorum"));
    let request = asked_password(hsm, request, password)?;
    begin(hsm, hsm.approved(request, approved), user, role, false)
}

pub(super) fn finish_change(
    hsm: &mut CloudHsm,
    token: &MfaToken,
    public_key_pem: &str,
    signatures: &[Vec<u8>],
) -> Result<(), Error> {
    let shown = &hsm.waiting_for(token, false)?.shown;
    let rest = Request::rest_of(shown)
        .prompt(SIGNED, token.signed_file(signatures)?)
        .prompt("approval-key.pem", public_key_pem.as_bytes().to_vec());
    let answer = hsm.finish(rest)?;
    users::check_named(answer, token.user(), token.role())
}

pub(super) fn remove(
    hsm: &mut CloudHsm,
    user: &str,
    role: Role,
    password: Option<&Secret>,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    let off = match hsm.habits.mfa_off {
        MfaOff::Deregister => "--deregister",
        MfaOff::Disable => "--disable",
    };
    let mut request = change(user, role, approved)?.words([off]);
    if let Some(password) = password {
        // AWS's pages differ on whether the CLI asks here; in the line the password goes either way.
        password.check_new()?;
        request = request.password(password, Passwords::Line, CHANGE_PASSWORD, users::ENTER_AND_CONFIRM);
    }
    let answer = hsm.ask(hsm.approved(request, approved))?;
    users::check_named(answer, user, role)
}

fn change(user: &str, role: Role, approved: Option<&Approved>) -> Result<Request, Error> {
    if let Some(approved) = approved {
        approved.check(Service::Admin(QuorumService::User), None)?;
    }
    users::named("user change-mfa token-sign", user, role)
}

/// Whether the CLI asks for a password before it turns a second factor on is a habit.
fn asked_password(hsm: &CloudHsm, request: Request, password: Option<&Secret>) -> Result<Request, Error> {
    if !hsm.habits.mfa_password {
        return Ok(request);
    }
    let password = password.ok_or(Error::BadSecret {
        why: "this CLI asks for the user's password when a second factor is turned on, and none was given",
    })?;
    password.check_new()?;
    Ok(request.password(
        password,
        hsm.habits.passwords,
        CHANGE_PASSWORD,
        users::ENTER_AND_CONFIRM,
    ))
}

fn begin(hsm: &mut CloudHsm, request: Request, user: &str, role: Role, login: bool) -> Result<MfaToken, Error> {
    let begun = hsm.begin(request)?;
    let token = begun.file(TOKEN).and_then(|file| MfaToken::parse(file, user, role));
    let shown = begun.shown;
    match &token {
        Ok(token) => {
            let token = token.clone();
            hsm.waiting = Some(Waiting { shown, token, login });
        }
        // What waits cannot be answered; the session is of no more use.
        Err(_) => hsm.end_session(),
    }
    token
}

const CHANGE_PASSWORD: &str = "--change-password";
const TOKEN: &str = "mfa-token.json";
const SIGNED: &str = "mfa-signed.json";
