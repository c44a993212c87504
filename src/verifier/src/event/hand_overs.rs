//! Passwords that the console sealed: each to what its member signed that they open in this event, to all who are to know it,
//! and to nobody else.

use std::collections::{BTreeMap, BTreeSet};

use record::journal::{Entry, Journal, What};
use record::messages::Recipient;
use record::text::plain;
use record::{Body as _, Signed};

use super::Case;
use crate::finding::Findings;

/// Checks every hand-over of the journal against the members' own words before it. What is sealed nobody outside sees.
pub(super) fn check_journal(case: &Case<'_>, journal: &Journal, file: &str, findings: &mut Findings) {
    let mut seen = Seen {
        case,
        file,
        said: BTreeMap::new(),
        named: BTreeSet::new(),
        gathered: false,
        sealed: BTreeMap::new(),
        told: BTreeSet::new(),
        factor_asks: true,
    };
    for entry in &journal.entries {
        seen.take(entry, findings);
    }
}

/// What the journal has said so far.
struct Seen<'a> {
    case: &'a Case<'a>,
    file: &'a str,
    /// The newest word of each member.
    said: BTreeMap<&'a str, Recipient>,
    /// Whose word was taken in this run: nobody types a new password then.
    named: BTreeSet<&'a str>,
    /// Whether, in this run, people said that each word is right.
    gathered: bool,
    /// To whom each user's next password was sealed in this run; a password that was drawn is gone with its run.
    sealed: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Users to whom the HSM was told a password in this run: with their second factor they get the same once more.
    told: BTreeSet<String>,
    /// Whether, in this run, the CLI asks for a password before it gives a second factor.
    factor_asks: bool,
}

impl<'a> Seen<'a> {
    fn take(&mut self, entry: &'a Entry, findings: &mut Findings) {
        match &entry.what {
            What::Resumed { .. } => self.begin_a_run(),
            What::Habits { answers } => {
                self.factor_asks = answers.get(FACTOR_PASSWORD.0).is_none_or(|is| is != FACTOR_PASSWORD.1);
            }
            What::Received { kind, signed } if kind == Recipient::TYPE => self.word(signed, findings),
            What::Gathered { stem } if stem == Recipient::TYPE => self.gathered = true,
            What::HandedOver {
                user,
                member,
                recipient,
                ..
            } => {
                self.hand_over(entry.number, (user, member), recipient, findings);
                let to = self.sealed.entry(user).or_default();
                // Once more to the same member: it is another password.
                if !to.insert(member) {
                    *to = BTreeSet::from([member.as_str()]);
                }
            }
            What::Intent { command } => self.told(entry.number, command, findings),
            _ => {}
        }
    }

    /// What was drawn, gathered and told is gone, and this run says anew how the CLI is.
    fn begin_a_run(&mut self) {
        (self.gathered, self.factor_asks) = (false, true);
        self.named.clear();
        self.sealed.clear();
        self.told.clear();
    }

    /// A member's own word, for this event; and none that takes them back to what they named before.
    fn word(&mut self, signed: &'a Signed, findings: &mut Findings) {
        let (case, member) = (self.case, signed.member.as_str());
        let word = signed
            .open::<Recipient>(case.inbound.roster_after(), case.rehearsal)
            .ok();
        self.named.insert(member);
        // What was found right is what was there by then.
        self.gathered = false;
        let before = self.said.get(member);
        let word = word.filter(|word| {
            word.member == member
                && word.plan_or_roster == case.inbound.digest
                && word.check().is_ok()
                && before.is_none_or(|before| before.at <= word.at)
        });
        findings.demand(word.is_some(), self.file, "recipient-bad", || {
            let member = plain(member, 63);
            format!("what {member} is to open is not said by them for this event, is older than what they said, or no recipient")
        });
        self.said.extend(word.map(|word| (member, word)));
    }

    fn hand_over(&self, number: u64, (user, member): (&str, &str), recipient: &str, findings: &mut Findings) {
        let (shown_user, shown_member) = (plain(user, 40), plain(member, 63));
        let newest = self.said.get(member).filter(|_| self.named.contains(member));
        let named = newest.is_some_and(|word| word.recipient == *recipient);
        findings.demand(named, self.file, "hand-over-other", || {
            format!("entry {number}: the password of {shown_user} was sealed to what {shown_member} did not name in this run")
        });
        findings.demand(!named || self.gathered, self.file, "hand-over-other", || {
            format!("entry {number}: the password of {shown_user} was sealed before anybody said that each recipient is right")
        });
        let mut others = self.said.iter().filter(|(id, _)| **id != member);
        let shares = others.find(|(_, word)| word.recipient == *recipient);
        findings.demand(shares.is_none(), self.file, "recipient-bad", || {
            let other = shares.map_or_else(String::new, |(id, _)| plain(id, 63));
            format!("entry {number}: {shown_member} and {other} named the same recipient")
        });
        let roster = self.case.inbound.roster_after();
        let known = roster.member(member).ok();
        let own = known.is_some_and(|member| member.admin == *user);
        let owners = known.is_some() && *user == self.case.inbound.plan.hsm.owner;
        findings.demand(own || owners, self.file, "hand-over-other", || {
            format!("entry {number}: the password of {shown_user} is nothing for {shown_member}")
        });
    }

    /// The HSM is told a user's password: by then all who are to know it have it, and the next one is another.
    fn told(&mut self, number: u64, command: &str, findings: &mut Findings) {
        let Some((user, who)) = self.gives_a_password(command) else {
            return;
        };
        let sealed = self.sealed.remove(user.as_str()).unwrap_or_default();
        let is_new = self.told.insert(user.clone());
        if command.starts_with(FACTOR) && !is_new && sealed.is_empty() {
            return;
        }
        let typed = sealed.is_empty() && self.named.is_empty();
        let missing: Vec<&str> = who.into_iter().filter(|id| !sealed.contains(id)).collect();
        findings.demand(typed || missing.is_empty(), self.file, "hand-over-missing", || {
            let missing = plain(&missing.join(", "), 200);
            format!("entry {number}: the HSM was told the password of {user}, which was not sealed to {missing}")
        });
    }

    /// Whose password a command gives that people keep, and who is to know it.
    fn gives_a_password(&self, command: &str) -> Option<(String, Vec<&'a str>)> {
        let words: Vec<&str> = command.split(' ').collect();
        let user = match words[..] {
            ["user", "create" | "change-password", "--username", user, ..] => user,
            ["user", "change-mfa", "token-sign", "--username", user, ..] if self.factor_asks => user,
            _ => return None,
        };
        let mut members = self.case.inbound.roster_after().members.iter();
        let who: Vec<&str> = match user == self.case.inbound.plan.hsm.owner {
            true => members.map(|member| member.id.as_str()).collect(),
            false => vec![members.find(|member| member.admin == user)?.id.as_str()],
        };
        Some((user.to_owned(), who))
    }
}

/// The command that gives a second factor.
const FACTOR: &str = "user change-mfa ";
/// The probe's question whether it asks for a password, and the answer that it does not.
const FACTOR_PASSWORD: (&str, &str) = ("mfa-password", "not-asked");
