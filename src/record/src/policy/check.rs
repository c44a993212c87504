//! What a policy must be by itself: a quorum that can be held, an arc, delegates and subkeys that do not contradict.

use std::collections::BTreeSet;

use super::{DOCUMENTATION_ARC, DelegateRule, Keeper, Policy, SubkeyRule};
use crate::plan::Kind;
use crate::text;

impl Policy {
    pub(super) fn check(&self) -> Result<(), String> {
        let quorum = &self.quorum;
        // CloudHSM's quorum values go from 2 to 8; below M-2 = 1 the affiliation rule could not be met.
        if !(3..=8).contains(&quorum.threshold) || quorum.threshold > quorum.members {
            return Err(format!(
                "a quorum of {} of {} cannot be held",
                quorum.threshold, quorum.members
            ));
        }
        if quorum.alike_most != quorum.threshold - 2 {
            return Err(format!(
                "{} members may be alike, but M-2 is {} (RFC 3579)",
                quorum.alike_most,
                quorum.threshold - 2
            ));
        }
        if !(1..=90).contains(&quorum.countersign_days) {
            return Err(format!(
                "{} days for countersignatures are not 1 to 90",
                quorum.countersign_days
            ));
        }
        self.check_arc()?;
        self.check_delegates()?;
        self.check_subkeys()?;
        self.check_exemptions()?;
        self.check_maintenance()?;
        let plain = |text: &str| {
            !text.is_empty()
                && text.len() <= 60
                && text
                    .bytes()
                    .all(|b| matches!(b, b' '..=b'~') && !b",=+\\\"".contains(&b))
        };
        let subkeys = self.subkey.iter().map(|rule| &rule.common_name);
        let names = self.delegate.iter().map(|rule| &rule.common_name).chain(subkeys);
        for name in names.chain([&self.root.common_name, &self.organization]) {
            if !plain(name) {
                return Err(format!("'{}' cannot stand in a name", text::plain(name, 60)));
            }
            if self.rehearsal && name == &self.organization && !name.to_lowercase().contains("rehearsal") {
                return Err(format!(
                    "the organization '{name}' does not say that this is a rehearsal"
                ));
            }
        }
        self.check_records()?;
        Ok(())
    }

    fn check_arc(&self) -> Result<(), String> {
        let numbers = self
            .arc
            .split('.')
            .all(|n| n.parse::<u32>().is_ok_and(|v| v.to_string() == n));
        if !numbers || !self.arc.starts_with("1.3.6.1.4.1.") {
            return Err(format!(
                "the arc '{}' is not a Private Enterprise Number's",
                text::plain(&self.arc, 60)
            ));
        }
        let documentation = self.arc == DOCUMENTATION_ARC || self.arc.starts_with(&format!("{DOCUMENTATION_ARC}."));
        match (self.rehearsal, documentation) {
            (true, false) => Err(format!(
                "a rehearsal's arc sits under {DOCUMENTATION_ARC}, not at {}",
                self.arc
            )),
            (false, true) => Err(format!("the arc {} is for documentation, not for production", self.arc)),
            _ => Ok(()),
        }
    }

    fn check_delegates(&self) -> Result<(), String> {
        for (n, rule) in self.delegate.iter().enumerate() {
            if !text::is_name(&rule.name) || rule.name == "root" {
                return Err(format!(
                    "'{}' is not a name for a delegate",
                    text::plain(&rule.name, 40)
                ));
            }
            // Two keys under one subject could not be told apart by name; names are compared without their case.
            let same_subject = |other: &str| other.eq_ignore_ascii_case(&rule.common_name);
            let repeats = |other: &DelegateRule| {
                other.name == rule.name || other.purpose == rule.purpose || same_subject(&other.common_name)
            };
            if self.delegate[..n].iter().any(repeats) || same_subject(&self.root.common_name) {
                return Err(format!(
                    "the delegate '{}' repeats another's name, common name or purpose",
                    rule.name
                ));
            }
            if rule.quorum && rule.keeper == Keeper::Outside {
                return Err(format!(
                    "the quorum cannot guard '{}': its keeper is outside",
                    rule.name
                ));
            }
            if rule.keeper == Keeper::Hsm && rule.ca && !rule.quorum {
                return Err(format!(
                    "the delegate '{}' issues and is kept in this HSM, so the quorum guards it",
                    rule.name
                ));
            }
            if !rule.ca && !rule.signs {
                return Err(format!("the delegate '{}' may neither issue nor sign", rule.name));
            }
            if rule.algorithms.is_empty() {
                return Err(format!("the delegate '{}' may have no key", rule.name));
            }
            if !rule.narrower.is_empty() && !rule.ca {
                return Err(format!(
                    "the delegate '{}' issues nothing, so narrower purposes are of no use to it",
                    rule.name
                ));
            }
        }
        Ok(())
    }

    /// Kinds are known, and no record that speaks of keys needs fewer signatures than the quorum has.
    fn check_records(&self) -> Result<(), String> {
        let (threshold, members) = (self.quorum.threshold, self.quorum.members);
        for (name, needed) in &self.records {
            let Some(kind) = Kind::from_name(name) else {
                return Err(format!("there is no ceremony '{}'", text::plain(name, 63)));
            };
            let least = if kind.may_be_small() { 2 } else { threshold };
            if !(least..=members).contains(needed) {
                let what = if *needed > members {
                    "more than there are members"
                } else {
                    "fewer than the quorum"
                };
                return Err(format!("records of kind '{name}' need {needed} signatures, {what}"));
            }
        }
        Ok(())
    }

    /// Names and numbers of purposes are each one thing's only; subkeys have purposes that their delegate has.
    fn check_subkeys(&self) -> Result<(), String> {
        let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        for (name, number) in self.all_purposes() {
            if !text::is_name(name) || !names.insert(name) || !numbers.insert(number) {
                return Err(format!("the purpose '{}' is there twice", text::plain(name, 63)));
            }
        }
        let mut seen = BTreeSet::new();
        for rule in &self.subkey {
            if !text::is_name(&rule.name) || !seen.insert(&rule.name) {
                return Err(format!(
                    "'{}' is not a name for a kind of subkeys, or is there twice",
                    text::plain(&rule.name, 63)
                ));
            }
            self.check_subkey(rule)
                .map_err(|what| format!("the subkeys '{}' {what}", rule.name))?;
        }
        Ok(())
    }

    fn check_subkey(&self, rule: &SubkeyRule) -> Result<(), String> {
        let Some(delegate) = self.delegate(&rule.delegate).filter(|delegate| delegate.ca) else {
            return Err(format!(
                "are of '{}', which is no delegate that issues",
                text::plain(&rule.delegate, 63)
            ));
        };
        let distinct: BTreeSet<_> = rule.purposes.iter().collect();
        if rule.purposes.is_empty()
            || distinct.len() < rule.purposes.len()
            || self.subkey_purposes(rule).len() < rule.purposes.len()
        {
            return Err(format!(
                "have no purpose, one twice, or one that '{}' has not",
                delegate.name
            ));
        }
        let good = |prefix: &String| prefix.starts_with("https://") && prefix.len() <= 120 && text::is_sentence(prefix);
        if !rule.uri_prefix.as_ref().is_none_or(good) {
            return Err("have a prefix of URIs that is not https".into());
        }
        match rule.days == 0 || rule.algorithms.is_empty() {
            true => Err("may live for no time, or have no key".into()),
            false => Ok(()),
        }
    }

    /// Two different people answer for an exemption, with a reason.
    fn check_exemptions(&self) -> Result<(), String> {
        for one in &self.exemption {
            let said = [&one.lint, &one.owner, &one.second, &one.reason];
            if said.into_iter().any(|word| !text::is_sentence(word.trim())) || one.owner.trim() == one.second.trim() {
                return Err(format!(
                    "the exemption from '{}' lacks a reason, or two different people who answer for it",
                    text::plain(&one.lint, 63)
                ));
            }
        }
        Ok(())
    }
}
