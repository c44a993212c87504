//! Passwords that the console sealed: each to what its member signed that they open, and to those who are to know it.

use std::collections::BTreeMap;

use record::Body as _;
use record::journal::{Journal, What};
use record::messages::Recipient;
use record::text::plain;

use super::Case;
use crate::finding::Findings;

/// Checks every hand-over of the journal against the members' own words before it. What is sealed nobody outside sees.
pub(super) fn check_journal(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let roster = case.inbound.roster_after();
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for entry in &journal.entries {
        match &entry.what {
            What::Received { kind, signed } if kind == Recipient::TYPE => {
                let word = signed.open::<Recipient>(roster, case.rehearsal).ok();
                let word = word.filter(|word| word.member == signed.member && word.check().is_ok());
                findings.demand(word.is_some(), file, "recipient-bad", || {
                    let member = plain(&signed.member, 63);
                    format!("what {member} is to open is not said by them, or not a recipient")
                });
                said.extend(word.map(|word| (signed.member.as_str(), word.recipient)));
            }
            What::HandedOver {
                user,
                member,
                recipient,
                ..
            } => {
                findings.demand(
                    said.get(member.as_str()) == Some(recipient),
                    file,
                    "hand-over-other",
                    || {
                        let (user, member) = (plain(user, 40), plain(member, 63));
                        format!(
                            "entry {}: the password of {user} was sealed to what {member} did not name",
                            entry.number
                        )
                    },
                );
                let own = roster.member(member).is_ok_and(|member| member.admin == *user);
                let owners = *user == case.inbound.plan.hsm.owner;
                findings.demand(own || owners, file, "hand-over-other", || {
                    let (user, member) = (plain(user, 40), plain(member, 63));
                    format!("entry {}: the password of {user} is nothing for {member}", entry.number)
                });
            }
            _ => {}
        }
    }
}
