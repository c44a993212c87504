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
    lines.push(format!(
        "{m} of {n} members must approve. A key owner who is no member, {}, owns the keys.",
        plan.hsm.owner
    ));
    for (_, key, quorum) in plan.made_keys() {
        let guard = if quorum {
            "each use needs the quorum"
        } else {
            "its use needs no quorum"
        };
        lines.push(format!("A key is made in the HSM: {key}; {guard}."));
    }
    for derived in with_placeholder_keys(inbound, now)? {
        lines.push(format!("Signed with {}: {}", derived.issuer, sentence(&derived)));
    }
    Ok(lines)
}

fn sentence(derived: &Derived) -> String {
    let facts = derived.facts();
    facts
        .iter()
        .map(|(word, value)| format!("{word} {value}"))
        .collect::<Vec<_>>()
        .join("; ")
}
