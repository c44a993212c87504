//! Commands: each one that the plan means, approved by as many of the right people as it takes, and with which users every
//! guarded key is shared by then.

use std::collections::{BTreeMap, BTreeSet};

use record::Digest;
use record::messages::{Action, ActionKind, TokenRequest};
use record::plan::{Command, Deed, commands};
use record::record::Fate;

use super::Case;
use crate::finding::Findings;

/// The command that an action is, if the plan means it.
pub(super) fn of(case: &Case<'_>, action: &Action) -> Option<Command> {
    let found = |command: &Command| command.action() == *action;
    commands(case.inbound).into_iter().find(found)
}

/// Whether admins agree to it, with their admin keys.
pub(super) fn is_admins(case: &Case<'_>, action: &Action) -> bool {
    let consent = of(case, action).and_then(|command| command.consent);
    action.kind == ActionKind::Command && consent.is_some_and(|consent| consent.service.is_admins())
}

/// Whether a token is of the service, and for the key, that its command takes.
pub(super) fn fits(case: &Case<'_>, token: &TokenRequest) -> bool {
    let consent = of(case, &token.action).and_then(|command| command.consent);
    consent.is_some_and(|consent| token.service == consent.service.as_str() && token.key == consent.key)
}

/// A command is given twice only if an answer was lost, or what it made was lost with a stop; the record says so at its step.
pub(super) fn may_come_again(case: &Case<'_>, action: &Action) -> bool {
    let at_step = |step: &Option<String>| step.as_ref() == Some(&action.step);
    action.kind == ActionKind::Command && case.record.exceptions.iter().any(|exception| at_step(&exception.step))
}

/// With which users a key is shared after the commands that were carried out, sorted.
pub(super) fn approvers(case: &Case<'_>, key: &str) -> Vec<String> {
    let members = case.inbound.roster.members.iter();
    let mut users: Vec<String> = members.map(|member| member.approver.clone()).collect();
    for command in commands(case.inbound).iter().filter(|command| was_done(case, command)) {
        match &command.deed {
            Deed::Share { key: of, user, .. } if of == key => users.push(user.clone()),
            Deed::Unshare { key: of, user, .. } if of == key => users.retain(|other| other != user),
            _ => {}
        }
    }
    users.sort();
    users
}

/// Whether a command that is approved was carried out, by what the record says of its tokens.
fn was_done(case: &Case<'_>, command: &Command) -> bool {
    let action = command.action();
    let mut tokens = case.record.tokens.iter();
    tokens.any(|token| token.action == action && token.fate == Fate::Used)
}

/// Whether a command about this key was carried out.
pub(super) fn shares(case: &Case<'_>, key: &str) -> bool {
    let about = |command: &Command| match &command.deed {
        Deed::Share { key: of, .. } | Deed::Unshare { key: of, .. } => of == key,
        _ => false,
    };
    commands(case.inbound)
        .iter()
        .any(|command| about(command) && was_done(case, command))
}

/// Every command was carried out, each under as many approvals as it takes; says what was checked.
pub(super) fn check(
    case: &Case<'_>,
    consents: &BTreeMap<Digest, BTreeSet<String>>,
    findings: &mut Findings,
) -> Option<String> {
    let commands = commands(case.inbound);
    for command in commands
        .iter()
        .filter(|command| !command.remedy && command.consent.is_some())
    {
        findings.demand(
            case.aborted() || was_done(case, command),
            case.file,
            "command-missing",
            || format!("the plan's command `{}` was not carried out", command.text()),
        );
    }
    for command in &commands {
        check_quorum(case, command, consents, findings);
    }
    (!commands.is_empty()).then(|| {
        let done = commands.iter().filter(|command| was_done(case, command)).count();
        format!("{done} commands to the HSM, each as the plan means it, and approved by as many as it takes")
    })
}

fn check_quorum(
    case: &Case<'_>,
    command: &Command,
    consents: &BTreeMap<Digest, BTreeSet<String>>,
    findings: &mut Findings,
) {
    let Some(consent) = &command.consent else { return };
    let (action, threshold) = (command.action(), usize::from(consent.threshold));
    let used = case
        .record
        .tokens
        .iter()
        .filter(|token| token.fate == Fate::Used && token.action == action);
    for token in used {
        let approved = consents.get(&token.token).map_or(0, BTreeSet::len);
        findings.demand(approved >= threshold, case.file, "quorum-short", || {
            format!("`{}` has {approved} of {threshold} approvals", command.text())
        });
    }
}
