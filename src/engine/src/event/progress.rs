//! What a journal says has happened: the same whether it was written just now or before a power cut.

mod actions;
mod commands;
mod compared;
mod exchanges;
mod hsm;

use std::collections::{BTreeMap, BTreeSet};

use record::journal::{Entry, What};
use record::messages::{Action, ActionKind, ApprovalRequest, Boot, Image, Phase};
use record::record::{Exception, Fate, KeyRecord, TokenUse};
use record::{Body as _, Bundle, Bytes, Digest, Signed, Time, messages};

pub use actions::Open;
pub use commands::Begun;
pub use hsm::{Judged, Known, Unanswered};

/// Everything that the event has come to.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Plan, image, tool and session, once the event was opened.
    pub opened: Option<Opened>,
    /// The members' reviews, by member.
    pub reviews: BTreeMap<String, Signed>,
    /// The members' words to be present at the beginning, by member.
    pub begin: BTreeMap<String, Signed>,
    /// The same at the end.
    pub end: BTreeMap<String, Signed>,
    /// What has been gathered for good, by the stem of the bundles' files.
    pub gathered: BTreeSet<String>,
    /// Steps for which the HSM was shown to have no key yet: only such keys may be adopted.
    pub absent: BTreeSet<String>,
    /// The keys, by the plan's name.
    pub keys: BTreeMap<String, KeyRecord>,
    /// The to-be-signed bytes, by step.
    pub frozen: Option<BTreeMap<String, Bytes>>,
    /// The approval requests' files.
    pub requests: Vec<Bytes>,
    /// The key requests' files, each with its round.
    pub asked: Vec<(u32, Bytes)>,
    /// The members' key answers.
    pub key_answers: Vec<Signed>,
    /// The members' newest words on what they open, by member.
    pub recipients: BTreeMap<String, Signed>,
    /// The approvals, with the digest of the request that they answer.
    pub approvals: Vec<Signed>,
    /// Signatures, by step: r and s.
    pub signatures: BTreeMap<String, Bytes>,
    /// Actions begun and not known to be done, by step; with the HSM's answer if the journal has it.
    pub open: BTreeMap<String, Open>,
    /// Commands of the plan that were carried out.
    pub done: Vec<Action>,
    /// Commands begun and not known to be done.
    pub begun: Vec<Begun>,
    /// The HSM's users before the first command of the plan.
    pub users_before: Option<Vec<String>>,
    /// Tokens given to the HSM, with what became of them.
    pub spent: BTreeMap<Digest, Fate>,
    /// The HSMs and users that every look is compared with.
    pub hsm: Option<Known>,
    /// How the HSM was judged last, by the name of the check.
    pub checks: BTreeMap<String, Judged>,
    /// The newest command that changes the HSM and has no answer, as long as the HSM's state was not read after it.
    pub unanswered: Option<Unanswered>,
    /// The members' refusals, by member.
    pub refusals: BTreeMap<String, Signed>,
    /// How far the event had come when it was ended early, and why.
    pub aborted: Option<String>,
    /// Whether the operator found the console's clock right.
    pub clock: bool,
    /// The members' acknowledgements of exceptions, in order.
    pub acknowledgements: Vec<Signed>,
    /// What went otherwise than planned.
    pub exceptions: Vec<Exception>,
    /// The record's digest, and the number of entries before it.
    pub record: Option<(Digest, u64)>,
    /// What people answered, by step.
    pub answers: BTreeMap<String, String>,
    /// Whether the event is over.
    pub closed: bool,
}

/// How the event began.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The digest of the inbound bundle.
    pub plan: Digest,
    /// What the console ran.
    pub image: Image,
    /// SHA-256 of the `ceremony` binary.
    pub tool: Digest,
    /// Its version.
    pub tool_version: String,
    /// The console's session.
    pub session: Bytes,
    /// When.
    pub at: Time,
}

impl Progress {
    /// Reads a journal's entries.
    pub fn of(entries: &[Entry]) -> Self {
        let mut progress = Self::default();
        for entry in entries {
            progress.apply(entry);
        }
        progress
    }

    /// Whether the quorum has signed everything that it is to sign.
    pub fn all_signed(&self) -> bool {
        let signed = |step: &String| self.signatures.contains_key(step);
        self.frozen.as_ref().is_some_and(|frozen| frozen.keys().all(signed))
    }

    /// What became of every token of every request, in order.
    pub fn tokens(&self) -> Vec<TokenUse> {
        let mut tokens = Vec::new();
        for request in self
            .requests
            .iter()
            .filter_map(|bytes| Bundle::<ApprovalRequest>::decode(bytes).ok())
        {
            for token in request.body.tokens {
                let fate = self.spent.get(&token.token).copied().unwrap_or(Fate::Unused);
                tokens.push(TokenUse {
                    token: token.token,
                    action: token.action,
                    window: request.body.window,
                    fate,
                });
            }
        }
        tokens
    }

    /// The acknowledgements of so many exceptions, by member.
    pub fn acknowledged(&self, count: usize) -> BTreeMap<String, Signed> {
        let of_all = |signed: &&Signed| {
            Bundle::<messages::Acknowledgement>::decode(&signed.bundle)
                .is_ok_and(|bundle| bundle.body.exceptions.len() == count)
        };
        let found = self.acknowledgements.iter().filter(of_all);
        found.map(|signed| (signed.member.clone(), signed.clone())).collect()
    }

    /// When the newest approval request was made, if there is one.
    pub fn requested(&self) -> Option<Time> {
        let newest = Bundle::<ApprovalRequest>::decode(self.requests.last()?).ok()?;
        Some(newest.body.at)
    }

    /// How the boot was proved to the members, as the newest approval request says.
    pub fn boot(&self) -> Boot {
        let newest = self
            .requests
            .last()
            .map(|bytes| Bundle::<ApprovalRequest>::decode(bytes));
        newest
            .and_then(Result::ok)
            .map_or(Boot::Unproven, |newest| newest.body.boot)
    }

    /// Takes in one entry.
    pub fn apply(&mut self, entry: &Entry) {
        match &entry.what {
            What::Opened {
                plan,
                image,
                tool,
                tool_version,
                session,
                ..
            } => {
                self.opened = Some(Opened {
                    plan: *plan,
                    image: image.clone(),
                    tool: *tool,
                    tool_version: tool_version.clone(),
                    session: session.clone(),
                    at: entry.at,
                });
            }
            What::Resumed { torn, .. } => {
                // Each run takes them anew, and asks anew whether each is right.
                self.recipients.clear();
                self.gathered.remove(messages::Recipient::TYPE);
                let what = format!("the engine was started again ({torn} torn octets in the journal)");
                self.exceptions.push(Exception {
                    step: None,
                    at: entry.at,
                    what,
                });
            }
            What::Received { kind, signed } => self.received(entry.at, kind, signed),
            What::Asked { round, request } => self.asked_of_a_member(*round, request),
            What::Gathered { stem } => self.gathered(entry.at, stem),
            What::Absent { step, .. } => {
                self.absent.insert(step.clone());
            }
            What::Key { record, .. } => {
                self.keys.insert(record.key.clone(), record.clone());
            }
            What::Frozen { bytes } => self.frozen = Some(bytes.clone()),
            What::Requested { request } => self.requests.push(request.clone()),
            What::Spending { token, action } => self.spending(*token, action),
            What::Intent { command } => self.asked(command),
            What::Answer { command, answer, .. } => {
                self.unanswered = None;
                self.answered(entry.at, command, answer);
                self.command_answered(entry.at, command, answer);
            }
            What::Repeated { .. } => self.unanswered = None,
            What::NoAnswer { command, cause } => self.unanswered(command, cause),
            What::Hsm { nodes, users } => self.hsm(entry.at, nodes, users),
            What::Checked { of, findings } => self.judged(entry.at, of, findings),
            What::ReadBack { command, cause, state } => self.read_back(entry.at, command, cause, state),
            What::Signed {
                action,
                token,
                signature,
            } => self.signed(action, *token, signature),
            What::Lost { action, cause } => {
                if let Some(open) = self.open.get_mut(&action.step) {
                    open.lost = true;
                }
                self.command_lost(action);
                let what = commands::lost(action.kind, cause);
                self.exceptions.push(Exception {
                    step: Some(action.step.clone()),
                    at: entry.at,
                    what,
                });
            }
            What::Again { action, reason } => {
                match action.kind {
                    ActionKind::Sign => self.again(&action.step),
                    ActionKind::Command => self.command_again(action),
                }
                let what = commands::again(action.kind, reason);
                self.exceptions.push(Exception {
                    step: Some(action.step.clone()),
                    at: entry.at,
                    what,
                });
            }
            What::Done { action, token, seen } => self.command_done(entry.at, action, *token, *seen),
            What::Users { users } => self.users_now(users),
            What::Record { digest } => self.record = Some((*digest, entry.number)),
            What::Answered { step, answer } => {
                self.answers.insert(step.clone(), answer.clone());
            }
            What::Clock => self.clock = true,
            What::Aborted { stage, reason } => {
                self.aborted = Some(format!("{stage}: {reason}"));
                self.short_at_the_end();
                let what = format!("the event was ended before its plan was carried out, {stage}: {reason}");
                self.exceptions.push(Exception {
                    step: None,
                    at: entry.at,
                    what,
                });
            }
            What::Closed => self.closed = true,
            What::Habits { .. }
            | What::Step { .. }
            | What::Output { .. }
            | What::HandedOver { .. }
            | What::Machine { .. }
            | What::Consoles
            | What::Console { .. }
            | What::Logins { .. } => {}
        }
    }

    fn received(&mut self, at: Time, kind: &str, signed: &Signed) {
        let member = signed.member.clone();
        match kind {
            messages::Review::TYPE => {
                self.reviews.insert(member, signed.clone());
            }
            messages::Attendance::TYPE => {
                let phase = Bundle::<messages::Attendance>::decode(&signed.bundle).map(|bundle| bundle.body.phase);
                match phase {
                    Ok(Phase::Begin) => self.begin.insert(member, signed.clone()),
                    Ok(Phase::End) => self.end.insert(member, signed.clone()),
                    Err(_) => None,
                };
            }
            messages::Approval::TYPE => self.approvals.push(signed.clone()),
            messages::Recipient::TYPE => {
                self.recipients.insert(member, signed.clone());
            }
            messages::Refusal::TYPE => {
                self.refusals.insert(member, signed.clone());
                if self.gathered.contains(messages::Review::TYPE) {
                    self.compared(at);
                }
            }
            messages::Acknowledgement::TYPE => self.acknowledgements.push(signed.clone()),
            kind => self.key_answer(kind, signed),
        }
    }
}
