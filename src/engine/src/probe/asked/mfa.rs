//! The second factor: turned on by a user, turned off by an admin.

use hsm::{MfaToken, Role};

use crate::probe::approval_key::ApprovalKey;
use crate::probe::people::{bad_file, named};
use crate::probe::said::{Heard, Line};
use crate::probe::session::Session;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};

/// A user turns MFA on for themselves, with no password in the line: does the CLI ask for one?
pub fn mfa_password(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, key) = user_without(probe)?;
    let heard = change(probe, &mut session, &key, false)?;
    probe.keep(&heard);
    probe.person(USER)?.mfa = heard.yes().is_some();
    let asked = heard.around.times_asked();
    probe
        .evidence
        .push(format!("prompts for a password that were seen: {asked}"));
    session.quit();
    match heard.yes() {
        Some(_) if asked > 0 => Ok(Verdict::Is("asked")),
        Some(_) => Ok(Verdict::Is("not-asked")),
        // A prompt that reads the terminal is not seen. If it works with one in the line, a password was all that lacked.
        None if heard.no().is_none() => {
            turn_on(probe)?.quit();
            Ok(Verdict::Is("asked"))
        }
        None => Ok(Verdict::Unanswered(heard.outcome())),
    }
}

/// A user turns MFA on for themselves, and then lists the keys.
pub fn mfa_keeps_login(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let mut session = turn_on(probe)?;
    let heard = probe.see(&mut session, &Line::new("key list"))?;
    session.quit();
    Ok(match (heard.yes(), heard.no()) {
        (Some(_), _) => Verdict::Is("yes"),
        (_, Some(_)) => Verdict::Is("no"),
        _ => Verdict::Unanswered(heard.outcome()),
    })
}

/// An admin turns it off with one word and, if that is refused, with the other.
pub fn mfa_off_word(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    turn_on(probe)?.quit();
    let password = probe.person(USER)?.password.clone();
    for word in ["deregister", "disable"] {
        let line = Line::new(format!("user change-mfa token-sign {} --{word}", named(USER)));
        // The pages differ on whether it asks for a password here: with one in the line it does not.
        let heard = probe.as_admin(&line.with_secret("--change-password", &password))?;
        probe.keep(&heard);
        if heard.yes().is_none() {
            continue;
        }
        probe.person(USER)?.mfa = false;
        let user = probe.listed(USER)?;
        probe
            .evidence
            .push(format!("afterwards user list shows mfa: {}", user["mfa"]));
        return Ok(Verdict::Is(word));
    }
    Ok(Verdict::Unanswered("neither word turns it off".into()))
}

/// A session in which the user has just turned MFA on.
fn turn_on(probe: &mut Probe<'_>) -> Result<Session, Stop> {
    let (mut session, key) = user_without(probe)?;
    let heard = change(probe, &mut session, &key, true)?;
    probe.keep(&heard);
    match heard.yes() {
        Some(_) => {
            probe.person(USER)?.mfa = true;
            Ok(session)
        }
        None => Err(Trouble::refused(&heard).into()),
    }
}

/// A session of a user who has no MFA, and a key for it.
fn user_without(probe: &mut Probe<'_>) -> Result<(Session, ApprovalKey), Stop> {
    if probe.people.iter().any(|person| person.name == USER && person.mfa) {
        let user = Line::new(format!("user delete {}", named(USER)));
        probe.as_admin(&user)?;
        probe.people.retain(|person| person.name != USER);
    }
    probe.create(&[USER])?;
    let key = ApprovalKey::make(1)?.remove(0);
    Ok((probe.login(USER)?, key))
}

/// The CLI writes a file, waits for it to be signed, and then for the path of the public key. The user keeps the
/// password: it is `in_line`, where the CLI need not ask, or told where it asks.
fn change(probe: &mut Probe<'_>, session: &mut Session, key: &ApprovalKey, in_line: bool) -> Result<Heard, Stop> {
    probe.cli.put(PUBLIC_KEY, key.public_pem()?.as_bytes())?;
    let mut line = Line::new(format!("user change-mfa token-sign {} --token {TOKEN}", named(USER)));
    let password = probe.person(USER)?.password.clone();
    if in_line {
        line = line.with_secret("--change-password", &password);
    }
    Ok(session.ask_around(&line, TOKEN, &password, |cli, bytes| {
        let token = MfaToken::parse(bytes, USER, Role::CryptoUser).map_err(|error| bad_file(TOKEN, &error))?;
        let signatures: Vec<_> = token
            .entries()
            .iter()
            .map(|digest| key.sign(digest))
            .collect::<Result<_, _>>()?;
        let signed = token
            .signed_file(&signatures)
            .map_err(|error| bad_file(TOKEN, &error))?;
        cli.put(SIGNED, &signed)?;
        Ok(vec![SIGNED.to_owned(), PUBLIC_KEY.to_owned()])
    })?)
}

const USER: &str = "probe_mfa";
const TOKEN: &str = "mfa.json";
const SIGNED: &str = "mfa-signed.json";
const PUBLIC_KEY: &str = "mfa-key.pem";
