//! What members were asked beside approvals, and what they answered.

use record::messages::{KeyAnswer, KeyRequest};
use record::{Body as _, Bundle, Bytes, Digest, Signed};

use super::Progress;

impl Progress {
    pub(super) fn asked_of_a_member(&mut self, round: u32, request: &Bytes) {
        self.asked.push((round, request.clone()));
    }

    /// Takes in a key answer.
    pub(super) fn key_answer(&mut self, kind: &str, signed: &Signed) {
        if kind == KeyAnswer::TYPE {
            self.key_answers.push(signed.clone());
        }
    }

    /// The number of the newest round; 0 before the first.
    pub fn rounds(&self) -> u32 {
        self.asked.iter().map(|asked| asked.0).max().unwrap_or(0)
    }

    /// The requests of a round, each with its file's digest.
    pub fn asked_in(&self, round: u32) -> Vec<(Digest, KeyRequest)> {
        self.requests_where(|of| of == round)
    }

    /// All requests, each with its file's digest.
    pub fn asked_ever(&self) -> Vec<(Digest, KeyRequest)> {
        self.requests_where(|_| true)
    }

    fn requests_where(&self, wanted: impl Fn(u32) -> bool) -> Vec<(Digest, KeyRequest)> {
        let of = self.asked.iter().filter(|asked| wanted(asked.0));
        let read = |(_, bytes): &(u32, Bytes)| {
            let request = Bundle::<KeyRequest>::decode(bytes).ok()?;
            Some((Digest::of(bytes), request.body))
        };
        of.filter_map(read).collect()
    }
}
