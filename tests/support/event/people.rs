//! What honest people do when the engine asks: passwords, and members' files by the members' own programs.

use record::Digest;
use record::screen::Shown;

use super::commands::first_and_last;
use super::{Engine, Event, disk};

impl Event {
    /// Puts the bundle that was packed in the place of the plan, and has those present review it.
    pub fn review_anew(&self) {
        std::fs::rename(self.path("packed.cbor"), self.path("inbound/plan.cbor")).expect("a bundle was packed");
        let words = first_and_last(&Digest::of(&self.read("inbound/plan.cbor")));
        for number in 1..=9 {
            let member = format!("member-{number}");
            self.remove_bundle("review", &member);
            if Self::PRESENT.contains(&member.as_str()) {
                let _ = self
                    .member(&member, &["review", "inbound/plan.cbor", "--out", "inbound"], &words)
                    .good();
            }
        }
    }
}

impl Engine<'_> {
    /// What honest people answer.
    pub fn answer(&mut self, shown: &Shown) {
        match shown {
            Shown::Asking { prompt } if prompt.starts_with("Next password of the key owner") => {
                // What the owner has by now is refused.
                let next = 1 + usize::from(self.owners_next_was_refused());
                self.type_line(Event::OWNER_PASSWORDS[next]);
            }
            Shown::Asking { prompt } if prompt.contains("key owner") => {
                // After a stop nobody knows which one the HSM has: one after the other, where the plan gives another.
                let changes = self.event.text("plan.toml").contains("change-owner-password");
                let refused = self.shown.iter().filter(|shown| {
                    changes
                        && matches!(shown, Shown::Asking { prompt } if prompt.ends_with("member (the last one was refused)"))
                });
                self.type_line(Event::OWNER_PASSWORDS[refused.count() % 3]);
            }
            Shown::Asking { .. } => self.type_line("admin-password-1"),
            Shown::Waiting {
                kind, members, needed, ..
            } if kind.starts_with("key-answer") => {
                self.members_sign(kind, members, *needed as usize);
                self.type_line("");
            }
            Shown::Waiting { kind, request, .. } => {
                self.members_answer(kind, request.as_deref());
                self.type_line("");
            }
            Shown::Deciding { question, answers } => match as_always(answers) {
                Some(answer) => self.type_line(answer),
                None => panic!("nobody has decided: {question}"),
            },
            Shown::Refused { error, .. } => panic!("refused: {error}"),
            _ => {}
        }
    }

    /// Whether another one was to be chosen for the key owner; what is said after any other prompt is not of the owner.
    fn owners_next_was_refused(&self) -> bool {
        let mut next = false;
        self.shown.iter().any(|shown| match shown {
            Shown::Asking { prompt } => {
                next = prompt.starts_with("Next password of the key owner");
                false
            }
            Shown::Said { text } => next && text.starts_with("Choose another one: "),
            _ => false,
        })
    }

    /// Whether a member's file of this kind is there.
    #[must_use]
    pub fn has_answer(&self, kind: &str, member: &str) -> bool {
        self.event.has(&format!("inbound/{kind}-{member}.cbor"))
    }

    /// A member's answer to a key request; once more, where a stop lost what the approval key signed before.
    pub fn member_signs(&self, kind: &str, member: &str) {
        let asked = disk::key_request(kind, member);
        let words = first_and_last(&Digest::of(&self.event.read(&asked)));
        let once = self
            .event
            .member(member, &["answer", &asked, "--out", "inbound"], &words);
        if once.code == Some(1) && once.error().contains("was registered before") {
            let again = ["answer", &asked, "--again", "--out", "inbound"];
            let _ = self.event.member(member, &again, &words).good();
            return;
        }
        let _ = once.good();
    }

    /// As many of those asked as are needed sign the HSM's tokens.
    pub fn members_sign(&self, kind: &str, asked: &[String], needed: usize) {
        for member in asked.iter().take(needed) {
            if !self.event.has(&format!("inbound/{kind}-{member}.cbor")) {
                self.member_answers(member, kind, None);
            }
        }
    }

    /// Each member makes the file that is asked for, unless it is there.
    pub fn members_answer(&self, kind: &str, request: Option<&str>) {
        let mut members: Vec<String> = match kind {
            "review" => Vec::new(),
            _ if kind.starts_with("approval") => Event::APPROVERS.map(str::to_owned).to_vec(),
            _ => Event::PRESENT.map(str::to_owned).to_vec(),
        };
        // Who refused says nothing more.
        members.retain(|member| !self.event.has(&format!("inbound/refusal-{member}.cbor")));
        if kind.starts_with("acknowledgement") {
            members.truncate(2);
        }
        for member in members {
            if !self.event.has(&format!("inbound/{kind}-{member}.cbor")) {
                self.member_answers(&member, kind, request);
            }
        }
    }

    /// One member makes the file that is asked for.
    pub fn member_answers(&self, member: &str, kind: &str, request: Option<&str>) {
        let asked = disk::key_request(kind, member);
        let (arguments, words) = match (kind, request) {
            ("attendance-begin" | "attendance-end", Some(opening)) => {
                let phase = kind.trim_start_matches("attendance-");
                let image = first_and_last(&self.digest("image").expect("the image was shown"));
                (vec!["attend", opening, "--phase", phase, "--place", "local"], image)
            }
            (_, Some(request)) if kind.starts_with("approval") => (
                vec!["approve", request],
                first_and_last(&Digest::of(&self.event.read(request))),
            ),
            (_, Some(request)) if kind.starts_with("acknowledgement") => (
                vec!["acknowledge", request],
                first_and_last(&Digest::of(&self.event.read(request))),
            ),
            _ if kind.starts_with("key-answer") => (
                vec!["answer", &asked],
                first_and_last(&Digest::of(&self.event.read(&asked))),
            ),
            other => panic!("nobody answers {other:?}"),
        };
        let arguments = [arguments.as_slice(), &["--out", "inbound"]].concat();
        let _ = self.event.member(member, &arguments, &words).good();
    }
}

/// A question that people answer in the course of an event; the clock's is asked in each.
#[must_use]
pub fn is_decision(shown: &Shown) -> bool {
    matches!(shown, Shown::Deciding { answers, .. } if as_always(answers).is_none())
}

/// What people answer where nothing is amiss: the clock is right, there may be no store to compare with, and passwords are
/// sealed to what members named.
#[must_use]
pub fn as_always(answers: &[String]) -> Option<&'static str> {
    [CLOCK, WITHOUT_STORE, EACH_IS_RIGHT]
        .into_iter()
        .find(|always| answers.iter().any(|answer| answer == always))
}

/// What people say where no member compared what stands with a store.
pub const WITHOUT_STORE: &str = "go on without the store";
/// What the operator says of a clock that is right.
pub const CLOCK: &str = "the clock is right";
/// What members say of recipients that are theirs.
pub const EACH_IS_RIGHT: &str = "each is right";
