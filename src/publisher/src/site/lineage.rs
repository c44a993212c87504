//! What belongs to what: roots and what they vouch for, each other's keys among it; what took the place of what.

use record::{Policy, Roster};
use verifier::layout::Rules;

use super::{Certificate, Event, Site};

/// A certificate with the event that made it.
pub type Found<'s> = (&'s Event, &'s Certificate);

impl Site {
    /// All roots, each with the event that made it, the newest first.
    pub fn roots(&self) -> impl Iterator<Item = Found<'_>> + Clone {
        let mut roots: Vec<_> = self.certificates().filter(|(_, found)| found.is_root()).collect();
        roots.reverse();
        roots.into_iter()
    }

    /// What a root or delegate vouches for; what roots say of each other is not among it.
    pub fn beneath<'s>(&'s self, issuer: &'s Certificate) -> impl Iterator<Item = Found<'s>> + Clone {
        self.certificates()
            .filter(move |(_, found)| !found.is_root() && !found.is_cross() && found.is_by(issuer))
    }

    /// Whose key signed it, if the store has a certificate of that: the newest of them.
    pub fn issuer(&self, certificate: &Certificate) -> Option<Found<'_>> {
        let mut all = self
            .certificates()
            .filter(|(_, found)| !found.is_cross() && certificate.is_by(found));
        let first = all.next();
        all.last().or(first)
    }

    /// What other roots say of this one.
    pub fn crosses<'s>(&'s self, root: &'s Certificate) -> impl Iterator<Item = Found<'s>> + Clone {
        let about = |found: &Certificate| found.x509.tbs().public_key() == root.x509.tbs().public_key();
        self.certificates()
            .filter(move |(_, found)| found.is_cross() && about(found))
    }

    /// The certificate that took the place of this one: the next of its name.
    pub fn successor(&self, certificate: &Certificate) -> Option<Found<'_>> {
        let next = certificate.number.checked_add(1)?;
        self.certificates()
            .find(|(_, found)| found.name == certificate.name && found.number == next)
    }
}

impl Site {
    /// Every roster that came into force, with the event that brought it, in order.
    pub fn rosters(&self) -> impl Iterator<Item = (&Event, &Roster)> {
        self.events.iter().flat_map(|event| {
            let of = move |rules: &Rules| match rules {
                Rules::Roster(number) if *number == event.inbound.roster.number => Some((event, &event.inbound.roster)),
                Rules::Roster(_) => Some((event, event.inbound.roster_after())),
                _ => None,
            };
            event.rules.iter().filter_map(of)
        })
    }
}

impl Certificate {
    /// Whether this issuer signed it, by name and key identifier.
    pub fn is_by(&self, issuer: &Certificate) -> bool {
        let (own, issuer) = (self.x509.tbs(), issuer.x509.tbs());
        own.issuer() == issuer.subject() && own.authority_key_id() == issuer.subject_key_id()
    }

    /// Whether one key signed both.
    pub fn is_by_same(&self, other: &Certificate) -> bool {
        let (own, other) = (self.x509.tbs(), other.x509.tbs());
        own.issuer() == other.issuer() && own.authority_key_id() == other.authority_key_id()
    }
}

impl Event {
    /// The policy by which things were issued: the one that came into force with the event, if one did.
    pub fn policy(&self) -> &Policy {
        self.inbound.issuing_policy()
    }

    /// The roster after the event.
    pub fn roster_after(&self) -> &Roster {
        match self.record.adopted.is_empty() {
            true => &self.inbound.roster,
            false => self.inbound.roster_after(),
        }
    }
}
