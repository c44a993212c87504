//! What each kind of event is for, in plain words.

use record::plan::Kind;

use crate::site::Event;

/// The kind's name and what it does, in a sentence.
pub fn sentence(event: &Event) -> String {
    let plan = &event.inbound.plan;
    let words = of(plan.deed());
    match plan.of {
        None => words.to_owned(),
        Some(of) => format!("A drill of the ceremony {of}: nothing of it is meant to be used. {words}"),
    }
}

fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::ClusterInitialisation => {
            "A new cluster of HSMs became the members' own: its identity was checked, users and quorum values were set, \
             and the members' keys registered. It held no key yet."
        }
        Kind::RootGeneration => "The first root was made, with its delegates and the first revocation lists.",
        Kind::DelegateIssuance => "The root vouched for a delegate that it had not vouched for before.",
        Kind::DelegateReplacement => "A delegate got a new key; the old one was revoked, or is left to end.",
        Kind::DelegateRevocation => "A certificate was revoked: from then on it is on its issuer's list.",
        Kind::SubkeyIssuance => "A delegate that is kept in this HSM signed for subkeys, each narrower than itself.",
        Kind::CrlRefresh => "Revocation lists were signed again before the old ones ended; nothing else changed.",
        Kind::RootRotation => {
            "The next root was made, on schedule: the old one and it vouch for each other, and the delegates are signed \
             again by the new one."
        }
        Kind::RootEmergency => {
            "A new root was made OUT OF SCHEDULE, from a new cluster, because the old one can no longer be relied on. \
             The two do not vouch for each other: read the statement that was published with it."
        }
        Kind::MemberChange => "The members in office changed: a new roster came into force.",
        Kind::MemberKeyReplacement => "One member's keys were replaced; nothing else changed.",
        Kind::ThresholdChange => {
            "The number of members who must agree was changed. The HSM fixes it when a key is made, so a new root was \
             made with it."
        }
        Kind::HsmMaintenance => "Something was done to the HSMs, and looked at before and after; no key was used.",
        Kind::ConsoleMaintenance => "Something was done to the console; the HSM was not touched.",
        Kind::Drill => "A ceremony was practised.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_of_its_own() {
        let mut words: Vec<_> = Kind::ALL.iter().map(|kind| of(*kind)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Kind::ALL.len());
        assert!(words.iter().all(|words| words.ends_with('.') && !words.contains("  ")));
    }
}
