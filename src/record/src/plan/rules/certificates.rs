//! Delegates' and subkeys' certificates: who keeps the key, who signs, what number they get, when they begin.

use crate::plan::{Inbound, KeySource, Step};
use crate::policy::Keeper;
use crate::{Standing, Time, text};

/// A certificate or CRL begins at most this long before the event opens, in seconds.
const EARLY: u64 = 86_400;

/// A key that is made gets a certificate.
pub fn of_made_key(inbound: &Inbound, key: &str) -> Result<(), String> {
    let made = KeySource::Made(key.to_owned());
    match inbound.plan.step.iter().any(|step| step.key_source() == Some(&made)) {
        true => Ok(()),
        false => Err(format!("the key {key} gets no certificate")),
    }
}

/// Checks a delegate's certificate.
pub fn delegate(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let Step::IssueCertificate {
        name,
        number,
        key,
        issuer,
        not_before,
        ..
    } = step
    else {
        return Ok(());
    };
    let policy = inbound.issuing_policy();
    let rule = policy
        .delegate(name)
        .ok_or_else(|| format!("the policy has no delegate '{}'", text::plain(name, 63)))?;
    let wanted = match rule.keeper {
        Keeper::Hsm => Some(rule.quorum),
        Keeper::Outside => None,
    };
    let found = match key {
        KeySource::Made(made) => inbound.is_guarded(made),
        KeySource::Request(_) => None,
        KeySource::Standing(stem) => return again(inbound, name, stem, rule.keeper),
    };
    if found != wanted {
        return Err(format!("the key of {name}-{number} is not kept as the policy says"));
    }
    if *issuer != root_key(inbound) {
        return Err(format!("{name}-{number} is issued by {issuer}, not by the root"));
    }
    numbered(inbound, name, *number)?;
    begins_with_the_event(inbound, name, *not_before)
}

/// A key that stands outside is signed again, by a new root only, under its own delegate's name.
fn again(inbound: &Inbound, name: &str, stem: &str, keeper: Keeper) -> Result<(), String> {
    let standing = inbound
        .standing
        .as_ref()
        .and_then(|standing| standing.certificate(stem));
    let own = standing.is_some_and(|standing| standing.name == name);
    match own && keeper == Keeper::Outside && inbound.plan.deed().makes_a_root() {
        true => Ok(()),
        false => Err(format!(
            "the key of '{}' cannot be signed again for {name}: it is another delegate's, kept in the HSM, or there is \
             no new root",
            text::plain(stem, 63)
        )),
    }
}

/// Checks a subkey's certificate.
pub fn subkey(inbound: &Inbound, step: &Step) -> Result<(), String> {
    let Step::IssueSubkey {
        rule: rule_name,
        name,
        number,
        key,
        issuer,
        uris,
        not_before,
        not_after,
        ..
    } = step
    else {
        return Ok(());
    };
    let policy = inbound.issuing_policy();
    let rule = policy
        .subkey(rule_name)
        .ok_or_else(|| format!("the policy has no subkeys '{}'", text::plain(rule_name, 63)))?;
    let delegate = policy.delegate(&rule.delegate);
    let kept_here = delegate.is_some_and(|delegate| delegate.keeper == Keeper::Hsm);
    let of_delegate = issuer
        .strip_prefix(&format!("{}-", rule.delegate))
        .is_some_and(|n| n.parse::<u32>().is_ok());
    if !kept_here || !of_delegate {
        return Err(format!(
            "{name}-{number} is issued by {issuer}, not by a key of '{}' that is kept in this HSM",
            rule.delegate
        ));
    }
    if !name.starts_with(&format!("{}-", rule.delegate)) || policy.delegate(name).is_some() {
        return Err(format!(
            "the subkey '{name}' is not called '{}-' and something",
            rule.delegate
        ));
    }
    if matches!(key, KeySource::Standing(_)) {
        return Err(format!("the key of {name}-{number} is another certificate's"));
    }
    rule.check_uris(name, uris)?;
    numbered(inbound, name, *number)?;
    begins_with_the_event(inbound, name, *not_before)?;
    match not_after.0 - not_before.0 > rule.days * 86_400 {
        true => Err(format!("{name}-{number} lasts longer than {} days", rule.days)),
        false => Ok(()),
    }
}

/// Certificates of a name are numbered without gaps.
fn numbered(inbound: &Inbound, name: &str, number: u32) -> Result<(), String> {
    let next = inbound
        .standing
        .as_ref()
        .map_or(1, |standing: &Standing| standing.next_number(name));
    match number == next {
        true => Ok(()),
        false => Err(format!(
            "the next certificate of '{name}' is number {next}, not {number}"
        )),
    }
}

/// Whether the key signs certificates: a root's, or a delegate's that is a CA.
pub fn issues(inbound: &Inbound, key: &str) -> bool {
    let Some((name, number)) = key.rsplit_once('-') else {
        return false;
    };
    let ca = name == "root" || inbound.issuing_policy().delegate(name).is_some_and(|rule| rule.ca);
    ca && number.parse::<u32>().is_ok()
}

/// What an event gives begins with it.
pub fn begins_with_the_event(inbound: &Inbound, what: &str, from: Time) -> Result<(), String> {
    let plan = &inbound.plan;
    match (plan.opens.0.saturating_sub(EARLY)..=plan.closes.0).contains(&from.0) {
        true => Ok(()),
        false => Err(format!("what {what} gets begins at {from}, not when the event is held")),
    }
}

/// The key of the root after the event.
pub fn root_key(inbound: &Inbound) -> String {
    format!("root-{}", inbound.plan.generation)
}

/// The certificates that a plan issues to delegates and roots, by name and number.
pub fn issued(inbound: &Inbound) -> impl Iterator<Item = (&str, u32)> {
    inbound.plan.step.iter().filter_map(|step| match step {
        Step::IssueCertificate { name, number, .. } => Some((name.as_str(), *number)),
        _ => None,
    })
}
