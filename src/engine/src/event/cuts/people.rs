//! Honest people in memory: whenever Enter is to be pressed, whatever was asked for lies in the inbound folder.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use hsm::Secret;
use record::messages::{
    Acknowledgement, Approval, ApprovalRequest, Exceptions, KeyRequest, Opening, Phase, TokenApproval,
};
use record::{Body, Bundle, Bytes, Digest, Time};

use super::scene::{Scene, attendance};
use crate::console::People;
use crate::event::{Places, RIGHT};

/// Those of one run.
pub struct Crowd {
    pub scene: Arc<Scene>,
    pub places: Places,
    pub now: Time,
    /// What they decided.
    pub decided: Rc<RefCell<Vec<String>>>,
    /// What they made in this run.
    pub made: HashSet<String>,
    /// How many passwords they typed in it.
    pub typed: usize,
}

impl People for Crowd {
    fn enter(&mut self) -> bool {
        let asked = self.outbound().into_iter().chain([REVIEW.to_owned()]);
        for name in asked {
            if self.made.insert(name.clone()) {
                self.respond(&name);
            }
        }
        true
    }

    /// The cluster in memory takes any password; the engine does not take the present one as the next.
    fn secret(&mut self, prompt: &str) -> Option<Secret> {
        self.typed += 1;
        assert!(self.typed < TOO_OFTEN, "asked without an end: {prompt}");
        let next = prompt.starts_with("Next password of the key owner");
        let typed = ["owner-password-1", "owner-password-2"][usize::from(next)];
        Some(Secret::new(typed.into()))
    }

    fn decide(&mut self, _: &str, answers: &[&str]) -> Option<String> {
        let answer = match answers {
            [] => "nothing to add",
            answers if answers.contains(&RIGHT) => RIGHT,
            answers => answers[0],
        };
        self.decided.borrow_mut().push(answer.to_owned());
        Some(answer.to_owned())
    }
}

impl Crowd {
    /// What everybody makes who is asked by this file.
    fn respond(&self, name: &str) {
        let stem = name.trim_end_matches(".cbor");
        match stem {
            REVIEW => self.review(),
            "opening" => self.attend(name),
            _ => {}
        }
        if let Some(window) = stem.strip_prefix("approval-request-") {
            self.approve(name, window);
        }
        if let Some(round) = stem.strip_prefix("key-request-") {
            self.answer(name, round);
        }
        if let Some(count) = stem.strip_prefix("exceptions-") {
            self.acknowledge(name, count);
        }
    }

    fn review(&self) {
        for member in &self.scene.present {
            self.put(REVIEW, member, self.scene.review(member, self.now));
        }
    }

    fn attend(&self, name: &str) {
        let opening: Opening = self.read(name);
        for member in &self.scene.present {
            let word = |phase| attendance(member, phase, opening.clone(), self.now);
            self.put("attendance-begin", member, word(Phase::Begin));
            self.put("attendance-end", member, word(Phase::End));
        }
    }

    fn approve(&self, name: &str, window: &str) {
        let request: ApprovalRequest = self.read(name);
        let digest = self.digest(name);
        for member in self.scene.approvers() {
            let token = |asked: &record::messages::TokenRequest| TokenApproval {
                token: asked.token,
                action: asked.action.digest,
                signature: Bytes(self.scene.approved(member, &asked.service, &asked.token)),
            };
            let approval = Approval {
                event: request.event.clone(),
                plan: request.plan,
                image: request.image.clone(),
                session: request.session.clone(),
                request: digest,
                member: member.clone(),
                tokens: request.tokens.iter().map(token).collect(),
                at: request.at,
            };
            self.put(&format!("approval-{window}"), member, approval);
        }
    }

    /// A round's request and its answer end alike: with the round and the member.
    fn answer(&self, name: &str, round: &str) {
        let digest = self.digest(name);
        let (answer, signature) = self.scene.answered(&self.read::<KeyRequest>(name), digest);
        let path = self.places.inbound.join(format!("key-answer-{round}.cbor"));
        write(&path, &answer);
        write(&path.with_extension("cbor.sig"), &signature);
    }

    fn acknowledge(&self, name: &str, count: &str) {
        let known: Exceptions = self.read(name);
        for member in self.scene.present.iter().take(2) {
            let digest = |exception: &record::record::Exception| exception.digest().expect("encodes");
            let word = Acknowledgement {
                event: known.event.clone(),
                plan: known.plan,
                session: known.session.clone(),
                member: member.clone(),
                exceptions: known.exceptions.iter().map(digest).collect(),
                at: self.now,
            };
            self.put(&format!("acknowledgement-{count}"), member, word);
        }
    }

    fn read<B: Body>(&self, name: &str) -> B {
        let bytes = fs::read(self.places.outbound.join(name)).expect("what the console wrote is there");
        Bundle::decode(&bytes).expect("what the console wrote reads").body
    }

    fn digest(&self, name: &str) -> Digest {
        Digest::of(&fs::read(self.places.outbound.join(name)).expect("what the console wrote is there"))
    }

    fn outbound(&self) -> Vec<String> {
        let folder = fs::read_dir(&self.places.outbound).expect("the outbound folder");
        folder
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }

    fn put<B: Body>(&self, stem: &str, member: &str, body: B) {
        let (bundle, signature) = self.scene.signed(member, body);
        let path = self.places.inbound.join(format!("{stem}-{member}.cbor"));
        write(&path, &bundle);
        write(&path.with_extension("cbor.sig"), &signature);
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// What nobody asks for: the plan is there before the event.
const REVIEW: &str = "review";
/// More passwords than any event asks for.
const TOO_OFTEN: usize = 200;
