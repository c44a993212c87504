//! Honest people in memory: whenever Enter is to be pressed, every bundle that can be made lies in the inbound folder.

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
    pub decided: Rc<std::cell::RefCell<Vec<String>>>,
}

impl People for Crowd {
    fn enter(&mut self) -> bool {
        for member in &self.scene.present {
            self.put("review", member, self.scene.review(member, self.now));
            if let Some(opening) = self.read::<Opening>("opening.cbor") {
                let word = |phase| attendance(member, phase, opening.clone(), self.now);
                self.put("attendance-begin", member, word(Phase::Begin));
                self.put("attendance-end", member, word(Phase::End));
            }
        }
        for name in self.outbound() {
            let stem = name.trim_end_matches(".cbor");
            if let Some(window) = stem.strip_prefix("approval-request-") {
                self.approve(&name, window);
            }
            if let Some(round) = stem.strip_prefix("key-request-") {
                self.answer(&name, round);
            }
            if let Some(count) = stem.strip_prefix("exceptions-") {
                self.acknowledge(&name, count);
            }
        }
        true
    }

    fn secret(&mut self, _: &str) -> Option<Secret> {
        Some(Secret::new("owner-password-1".into()))
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
    fn approve(&self, name: &str, window: &str) {
        let Some(request) = self.read::<ApprovalRequest>(name) else {
            return;
        };
        let digest = Digest::of(&fs::read(self.places.outbound.join(name)).expect("it was read before"));
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
        let bytes = fs::read(self.places.outbound.join(name)).expect("a request");
        let request = Bundle::<KeyRequest>::decode(&bytes).expect("it reads").body;
        let (answer, signature) = self.scene.answered(&request, Digest::of(&bytes));
        let path = self.places.inbound.join(format!("key-answer-{round}.cbor"));
        write(&path, &answer);
        write(&path.with_extension("cbor.sig"), &signature);
    }

    fn acknowledge(&self, name: &str, count: &str) {
        let Some(known) = self.read::<Exceptions>(name) else {
            return;
        };
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

    fn read<B: Body>(&self, name: &str) -> Option<B> {
        let bytes = fs::read(self.places.outbound.join(name)).ok()?;
        Some(Bundle::decode(&bytes).expect("what the console wrote reads").body)
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
