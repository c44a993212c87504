//! A plan in plain words, for a person who does not know X.509.

use issue::derive::{Derived, with_placeholder_keys};
use record::Time;
use record::plan::Inbound;

use crate::error::Error;

/// What will happen, a paragraph a line.
pub fn lines(inbound: &Inbound, now: Time) -> Result<Vec<String>, Error> {
    let (plan, policy) = (&inbound.plan, &inbound.policy);
    let mut lines = vec![format!("{} ({})", plan.description, plan.kind)];
    if plan.rehearsal {
        lines.push("This is a rehearsal: nothing that it makes is to be trusted.".into());
    }
    lines.push(format!("It happens between {} and {}.", plan.opens, plan.closes));
    let (m, n) = (policy.quorum.threshold, policy.quorum.members);
    let owner = &plan.hsm.owner;
    lines.push(match plan.hsm.kind.has_users() {
        true => format!("{m} of {n} members must approve. A key owner who is no member, {owner}, owns the keys."),
        false => format!("{m} of {n} members must approve. The keys are in the token {owner}."),
    });
    lines.push(format!("The HSM is {}.", plan.hsm.kind.described()));
    lines.push(format!("Who counts the approvals: {}.", plan.hsm.kind.who_counts()));
    for (_, key, quorum) in plan.made_keys() {
        let guard = if quorum {
            "each use needs the quorum"
        } else {
            "its use needs no quorum"
        };
        lines.push(format!("A key is made in the HSM: {key}; {guard}."));
    }
    for derived in with_placeholder_keys(inbound, now)? {
        lines.push(String::new());
        lines.push(format!("{}, signed with {}", derived.file, derived.issuer));
        lines.extend(
            facts(&derived, inbound)
                .into_iter()
                .map(|(word, value)| format!("- {word}: {value}")),
        );
    }
    Ok(lines)
}

/// What is known of a thing to be signed before the event: purposes by name, and no key where none exists yet.
pub fn facts(derived: &Derived, inbound: &Inbound) -> Vec<(String, String)> {
    let made = inbound
        .plan
        .made_keys()
        .any(|(_, key, _)| derived.file == format!("certs/{key}.der"));
    let policy = &inbound.policy;
    let named = |value: String| match policy.delegate.iter().find(|rule| policy.purpose(rule) == value) {
        Some(rule) => format!("{} ({value})", rule.name),
        None => value,
    };
    let known = |(word, value): (String, String)| {
        let value = match word.as_str() {
            "key" if made => "made in the event".to_owned(),
            "purpose" => named(value),
            _ => value,
        };
        (word, value)
    };
    derived.facts().into_iter().map(known).collect()
}
