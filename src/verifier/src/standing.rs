//! What stands after an event: a function of what stood before it, and of what it made. It leaves nothing open, so that
//! whoever has the store makes the same bytes.

use std::collections::BTreeMap;

use record::plan::{Kind, LOG_POLICY, POLICY, ROSTER};
use record::standing::{HsmKey, Past, StandingCertificate, StandingCrl};
use record::{Standing, facts};

use crate::{CheckedEvent, EventFiles, layout};

/// What stands after an event that was checked. Its checkpoint is that of before: the event does not know its own.
#[must_use]
pub fn after(before: Option<&Standing>, files: &EventFiles<'_>, event: &CheckedEvent) -> Standing {
    let mut standing = before.cloned().unwrap_or_else(|| nothing(event));
    standing.events.push(Past {
        event: event.record.event.clone(),
        kind: event.record.kind.clone(),
        record: event.record_digest,
    });
    adopt(&mut standing, event);
    for issued in &files.certificates {
        standing.certificates.push(StandingCertificate {
            name: issued.name.clone(),
            number: issued.number,
            der: issued.der.clone(),
        });
    }
    standing.crls = newest(&standing.crls, files);
    let aborted = event.record.facts.contains_key(facts::ABORTED);
    if event.inbound.plan.deed() == Kind::ClusterInitialisation && !aborted {
        // Keys do not leave their cluster: a new one begins without.
        standing.keys.clear();
    }
    standing.keys.extend(made(event));
    standing
}

fn nothing(event: &CheckedEvent) -> Standing {
    let digest = |name: &str| event.inbound.plan.inputs[name].0;
    Standing::nothing(digest(ROSTER), digest(POLICY), digest(LOG_POLICY))
}

/// What the record, and so its countersignatures, put into force.
fn adopt(standing: &mut Standing, event: &CheckedEvent) {
    for (path, digest) in &event.record.adopted {
        match layout::Rules::of(path) {
            Some(layout::Rules::Roster(_)) => standing.roster = *digest,
            Some(layout::Rules::Policy(_)) => standing.policy = *digest,
            Some(layout::Rules::LogPolicy(number)) => {
                standing.log_policy = *digest;
                standing.log_policy_number = number;
            }
            None => {}
        }
    }
}

/// The newest CRL of each issuer, by issuer.
fn newest(before: &[StandingCrl], files: &EventFiles<'_>) -> Vec<StandingCrl> {
    let made = files.crls.iter().map(|crl| StandingCrl {
        issuer: crl.issuer.clone(),
        number: crl.number,
        der: crl.der.clone(),
    });
    let mut newest = BTreeMap::new();
    for crl in before.iter().cloned().chain(made) {
        let slot = newest.entry(crl.issuer.clone()).or_insert_with(|| crl.clone());
        if crl.number > slot.number {
            *slot = crl;
        }
    }
    newest.into_values().collect()
}

/// The keys that the event made, as the HSM has them.
fn made(event: &CheckedEvent) -> impl Iterator<Item = HsmKey> + '_ {
    let inbound = &event.inbound;
    let made = |name: &str| inbound.plan.made_keys().any(|made| made.1 == name);
    let keys = event.record.keys.iter().filter(move |key| made(&key.key));
    keys.map(|key| HsmKey {
        key: key.key.clone(),
        label: key.label.clone(),
        // Where the HSM itself counts nothing, the quorum guards the key all the same.
        quorum: (inbound.is_guarded(&key.key) == Some(true)).then(|| inbound.threshold_of(&key.key)),
        owner: key.owner.clone(),
    })
}

/// The first thing in which two say something else of what stands; the checkpoint is not compared.
#[must_use]
pub fn difference(found: &Standing, derived: &Standing) -> Option<&'static str> {
    let same = [
        ("events", found.events == derived.events),
        ("roster in force", found.roster == derived.roster),
        ("policy in force", found.policy == derived.policy),
        ("log policy in force", found.log_policy == derived.log_policy),
        (
            "number of the log policy",
            found.log_policy_number == derived.log_policy_number,
        ),
        ("certificates", found.certificates == derived.certificates),
        ("revocation lists", found.crls == derived.crls),
        ("keys in the HSM", found.keys == derived.keys),
    ];
    same.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}
