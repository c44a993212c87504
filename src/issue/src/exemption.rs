//! Exemptions: a lint may be skipped, by name, for a while, for a stated reason, by two people.

use x509::Time;

use crate::error::{Error, Refused};
use crate::lint::{Finding, Lint};

/// Permission to go on in spite of one lint. It is shown on screen and written in the record.
///
/// An exemption that outlives its reason hides the next mistake, so every one of them ends: in May 2026 a public
/// authority signed certificates without a purpose because an exemption from 2020 had been copied along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The lint that is skipped.
    pub lint: Lint,
    /// The last second at which the exemption counts.
    pub until: Time,
    /// Who asked for it and answers for it.
    pub owner: String,
    /// Why the finding does no harm here.
    pub reason: String,
    /// The second person, who agreed; never the owner.
    pub second: String,
}

impl Exemption {
    /// Whether it counts at `now`: possible at all, in time, with a reason, and agreed on by two different people.
    pub fn counts(&self, now: Time) -> bool {
        self.fault(now).is_none()
    }

    /// Why it does not count at `now`, in words for the error.
    pub fn fault(&self, now: Time) -> Option<&'static str> {
        let (owner, second) = (self.owner.trim(), self.second.trim());
        match () {
            () if !self.lint.exemptible() => Some("names a lint that has none"),
            () if now > self.until => Some("has expired"),
            () if owner.is_empty() => Some("names no owner"),
            () if self.reason.trim().is_empty() => Some("gives no reason"),
            () if second.is_empty() || second == owner => Some("has no second person"),
            () => None,
        }
    }
}

/// A finding that was passed over, with the exemption that allowed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exempted {
    /// What the lint found.
    pub finding: Finding,
    /// What allowed it.
    pub exemption: Exemption,
}

/// Passes over the findings that an exemption in force at `now` covers, and returns them with it.
///
/// # Errors
/// `Error::Lint` with every finding that is left, each with the exemptions that were meant for it and do not count.
pub fn apply(findings: Vec<Finding>, exemptions: &[Exemption], now: Time) -> Result<Vec<Exempted>, Error> {
    let mut used = Vec::new();
    let mut refused = Vec::new();
    for finding in findings {
        let lint = finding.lint;
        let named = || exemptions.iter().filter(|exemption| exemption.lint == lint);
        match named().find(|exemption| exemption.counts(now)).cloned() {
            Some(exemption) => used.push(Exempted { finding, exemption }),
            None => {
                let mut faults = named().filter_map(|e| Some((e.owner.clone(), e.fault(now)?)));
                let void = faults.next();
                refused.push(Refused { finding, void });
            }
        }
    }
    if refused.is_empty() {
        Ok(used)
    } else {
        Err(Error::Lint(refused))
    }
}
