//! The admins' quorum: raised to two of the probe's own admins, and put back at the end.

use serde_json::Value;

use crate::probe::admin::APPROVAL_NEEDED;
use crate::probe::people::{ADMINS, FIRST, named};
use crate::probe::said::{Heard, Line};
use crate::probe::session::Session;
use crate::probe::trouble::{Stop, Trouble};
use crate::probe::{Probe, Verdict};
use crate::random;

/// Raises `user` above `quorum`; if that is refused, raises `quorum` first, so that the refusal means something.
pub fn quorum_value_order(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.register(&ADMINS)?;
    let (user, quorum) = (probe.quorum_value("user")?, probe.quorum_value("quorum")?);
    if (user, quorum) != (1, 1) {
        return Ok(Verdict::Unanswered(format!(
            "the values are {user} and {quorum} already, not 1"
        )));
    }
    let first = set(probe, "user", 2)?;
    probe.keep(&first);
    if first.yes().is_some() {
        return Ok(Verdict::Is("advised"));
    }
    for service in ["quorum", "user"] {
        let heard = set(probe, service, 2)?;
        probe.keep(&heard);
        if heard.yes().is_none() {
            let why = format!("{service} cannot be raised at all: {}", heard.outcome());
            return Ok(Verdict::Unanswered(why));
        }
    }
    Ok(Verdict::Is("enforced"))
}

/// An admin changes their own password while two must approve what is done to users.
pub fn own_account_quorum(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    raise(probe)?;
    let name = ADMINS[0];
    let password = random::password().map_err(Stop::Probe)?;
    probe.cli.keep_secret(&password);
    let mut session = probe.login(name)?;
    let line = Line::new(format!("user change-password {}", named(name)));
    let line = probe.with_password(line, &password, 2);
    let heard = probe.see(
        &mut session,
        &line.remark("by the admin themselves; the value of user is 2"),
    )?;
    session.quit();
    if heard.yes().is_some() {
        probe.person(name)?.password = password;
        return Ok(Verdict::Is("exempt"));
    }
    Ok(match heard.no() {
        Some(words) if words.starts_with(APPROVAL_NEEDED) => Verdict::Is("counted"),
        _ => Verdict::Unanswered(format!("it is refused for another reason: {}", heard.outcome())),
    })
}

/// Mints two tokens of the service user in one login. If both come: does the first still work, and the second?
pub fn second_admin_token(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, first) = mint_user_token(probe)?;
    probe.token_of(&first)?;
    let second = probe.try_mint(&mut session, "user", None)?;
    probe.keep(&second);
    session.quit();
    if second.no().is_some() {
        return Ok(Verdict::Is("refused"));
    }
    raise(probe)?;
    // Made under the quorum, so from here on the form of the admins' approvals is one that works.
    probe.create(&[DELETED])?;
    let mut session = probe.login(FIRST)?;
    let tokens = [
        probe.mint(&mut session, "user", None)?,
        probe.mint(&mut session, "user", None)?,
    ];
    let mut works = Vec::new();
    for (token, which) in tokens.iter().zip(["first", "second"]) {
        probe.put_approval(token, &ADMINS, probe.admins_name_role)?;
        let line = Line::new(format!("user delete {} --approval approval.json", named(DELETED)));
        let heard = probe.see(
            &mut session,
            &line.remark(&format!("approved by two; the {which} of two tokens")),
        )?;
        works.push(heard.yes().is_some());
        if heard.yes().is_some() {
            probe.people.retain(|person| person.name != DELETED);
            break;
        }
    }
    session.quit();
    Ok(match works.as_slice() {
        [true] => Verdict::Unanswered("both tokens live".into()),
        [false, true] => Verdict::Is("replaces"),
        _ => Verdict::Unanswered("neither of two tokens works".into()),
    })
}

/// Mints a token of the service user for one admin, and then one for another. If both come: does the first still live?
pub fn admin_token_scope(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let other = ADMINS[0];
    probe.create(&[other])?;
    let (mut first, minted) = mint_user_token(probe)?;
    probe.token_of(&minted)?;
    let mut second = probe.login(other)?;
    let heard = probe.try_mint(&mut second, "user", None)?;
    probe.keep(&heard);
    let listed = match heard.yes() {
        Some(_) => Some(probe.see(&mut first, &Line::new("quorum token-sign list"))?),
        None => None,
    };
    [first, second].into_iter().for_each(Session::quit);
    let Some(listed) = listed else {
        return Ok(match heard.no() {
            Some(words) if !words.starts_with(APPROVAL_NEEDED) => Verdict::Is("per-cluster"),
            _ => Verdict::Unanswered(format!("the other admin gets none: {}", heard.outcome())),
        });
    };
    let list = listed
        .yes()
        .and_then(find_list)
        .ok_or_else(|| Trouble::lacks("list", &listed))?;
    let is_first = |token: &Value| token["username"] == FIRST && token["service"] == "user";
    Ok(match list.iter().any(is_first) {
        true => Verdict::Is("per-user"),
        false => Verdict::Is("per-cluster"),
    })
}

/// Mints a token of the service user, and lists it.
pub fn token_list_numbers(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (mut session, minted) = mint_user_token(probe)?;
    probe.token_of(&minted)?;
    let heard = probe.see(&mut session, &Line::new("quorum token-sign list"))?;
    session.quit();
    let list = heard
        .yes()
        .and_then(find_list)
        .ok_or_else(|| Trouble::lacks("list", &heard))?;
    let numbers: Vec<&Value> = list
        .iter()
        .flat_map(|token| ["approvals-required", "number-of-approvals"].map(|name| &token[name]))
        .collect();
    Ok(if numbers.is_empty() || numbers.iter().any(|number| number.is_null()) {
        Verdict::Unanswered("the list shows no such numbers".into())
    } else if numbers.iter().all(|number| number.is_u64()) {
        Verdict::Is("plain")
    } else if numbers.iter().all(|number| number["value"].is_u64()) {
        Verdict::Is("wrapped")
    } else {
        Verdict::Unanswered("the numbers are neither".into())
    })
}

/// A login of the first admin with a token of the service user; some HSMs may hand one out under a quorum only.
fn mint_user_token(probe: &mut Probe<'_>) -> Result<(Session, Heard), Stop> {
    let mut session = probe.login(FIRST)?;
    let heard = probe.try_mint(&mut session, "user", None)?;
    probe.keep(&heard);
    if heard.yes().is_some() {
        return Ok((session, heard));
    }
    session.quit();
    raise(probe)?;
    let mut session = probe.login(FIRST)?;
    let heard = probe.try_mint(&mut session, "user", None)?;
    probe.keep(&heard);
    Ok((session, heard))
}

/// The list, whatever its field is called.
fn find_list(data: &Value) -> Option<&Vec<Value>> {
    data.as_array()
        .or_else(|| data.as_object()?.values().find_map(Value::as_array))
}

/// Two of the probe's admins must approve what is done to users: on return the HSM says so.
fn raise(probe: &mut Probe<'_>) -> Result<(), Stop> {
    probe.register(&ADMINS)?;
    for service in ["quorum", "user"] {
        if probe.quorum_value(service)? == 2 {
            continue;
        }
        let heard = set(probe, service, 2)?;
        if heard.yes().is_none() {
            return Err(Trouble::refused(&heard).into());
        }
    }
    match probe.quorum_value("user")? {
        2 => Ok(()),
        value => Err(Trouble::Refused {
            evidence: format!("the quorum value of user was set to 2, and is {value}"),
        }
        .into()),
    }
}

/// Sets a quorum value, approved where that is needed.
pub fn set(probe: &mut Probe<'_>, service: &str, value: u32) -> Result<Heard, Stop> {
    // Even a refusal may have done it, so the end looks.
    probe.raised = true;
    let line = format!("quorum token-sign set-quorum-value --service {service} --value {value}");
    probe.as_admin(&Line::new(line))
}

/// A user who is made to be deleted.
const DELETED: &str = "probe_deleted";
