//! What is asked of the members, and their answers: each signature is checked before the HSM sees it.

use std::path::PathBuf;

use record::approval_key::ApprovalKey;
use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::{Body as _, Bundle, Digest, Member, Roster, cbor, words};

use super::{Setup, dry};
use crate::console::Console;
use crate::error::Error;
use crate::files;
use crate::inbox::{Inbox, Wanted, same};

impl Setup<'_> {
    pub(super) fn ask(&self, round: u32, member: &str, purpose: &str, tokens: Vec<KeyToken>) -> Result<(), Error> {
        if self.dry.is_some() {
            return Ok(());
        }
        let request = KeyRequest {
            purpose: purpose.to_owned(),
            roster: self.roster_digest,
            member: member.to_owned(),
            tokens,
        };
        let encoded = Bundle::new(self.policy.rehearsal, request).encode();
        let bytes = encoded.map_err(|cause| Error::input(KeyRequest::TYPE, cause))?;
        let path = self.request_path(round, member);
        files::write_new(&path, &bytes)?;
        // The member's program asks for these two words: whoever reads them aloud has them from here.
        let words = words::to_words(&Digest::of(&bytes).0);
        let (first, check) = (words[0], words[words.len() - 1]);
        let name = path.file_name().unwrap_or_default().display();
        self.console
            .say(format!("{member}: {name}, first word {first}, check word {check}"));
        Ok(())
    }

    fn request_path(&self, round: u32, member: &str) -> PathBuf {
        self.args
            .outbound
            .join(format!("{}-{round}-{member}.cbor", KeyRequest::TYPE))
    }

    /// The answers of at least `needed` of those asked in a round, each signature checked with the key that the roster
    /// has.
    pub(super) fn answers(&mut self, round: u32, asked: &[String], needed: usize) -> Result<Answers, Error> {
        if self.dry.is_some() {
            return Ok(dry::answers(asked));
        }
        let stem = format!("{}-{round}", KeyAnswer::TYPE);
        let mut requests = Vec::new();
        for member in asked {
            let bytes = files::read(&self.request_path(round, member), cbor::BUNDLE_LIMIT)?;
            let request: KeyRequest = Bundle::decode_marked(&bytes, self.policy.rehearsal)
                .map_err(|cause| Error::input(KeyRequest::TYPE, cause))?;
            requests.push((Digest::of(&bytes), request));
        }
        let roster = &self.roster;
        let inbox = Inbox {
            past: None,
            folder: &self.args.inbound,
            roster,
            rehearsal: self.policy.rehearsal,
        };
        let wanted = Wanted {
            stem: stem.clone(),
            request: None,
            members: asked.to_vec(),
            needed,
        };
        let short = |found| Error::Short {
            kind: stem.clone(),
            found,
            needed,
        };
        let taken = inbox.gather(
            &mut self.console,
            &wanted,
            short,
            |console: &mut Console| Ok(console.enter().is_some()),
            |id, answer: &KeyAnswer| check_answer(roster, &requests, id, answer),
        )?;
        let open = |signed: record::Signed| {
            let answer: KeyAnswer = signed
                .open(roster, self.policy.rehearsal)
                .map_err(|cause| Error::input(KeyAnswer::TYPE, cause))?;
            let signatures = answer.signatures.into_iter().map(|bytes| bytes.0).collect();
            Ok((answer.member, signatures))
        };
        taken.into_iter().map(open).collect::<Result<_, _>>().map(Answers)
    }
}

/// Members' signatures, in the order of the roster; each member's in the order of their request's tokens.
pub(super) struct Answers(pub Vec<(String, Vec<Vec<u8>>)>);

impl Answers {
    pub fn all(&self) -> impl Iterator<Item = &(String, Vec<Vec<u8>>)> {
        self.0.iter()
    }

    /// A member's first signatures; fewer, or none, where there are not so many.
    pub fn first(&self, member: &str, count: usize) -> Vec<Vec<u8>> {
        let all = self.of(member);
        all[..count.min(all.len())].to_vec()
    }

    /// A member's last signatures.
    pub fn last(&self, member: &str, count: usize) -> Vec<Vec<u8>> {
        let all = self.of(member);
        all[all.len().saturating_sub(count)..].to_vec()
    }

    fn of(&self, member: &str) -> &[Vec<u8>] {
        let found = self.0.iter().find(|answer| answer.0 == member);
        found.map_or(&[], |answer| answer.1.as_slice())
    }
}

fn check_answer(
    roster: &Roster,
    requests: &[(Digest, KeyRequest)],
    id: &str,
    answer: &KeyAnswer,
) -> Result<(), String> {
    same("member", answer.member.as_str(), id)?;
    let request = requests
        .iter()
        .find(|request| request.1.member == id)
        .ok_or("nobody asked")?;
    same("request", &answer.request, &request.0)?;
    let member = roster.member(id).map_err(|error| error.to_string())?;
    if answer.signatures.len() != request.1.tokens.len() {
        return Err(format!(
            "it answers {} of {} tokens",
            answer.signatures.len(),
            request.1.tokens.len()
        ));
    }
    for (token, signature) in request.1.tokens.iter().zip(&answer.signatures) {
        let key = rsa_key(member, token.key).map_err(|error| error.to_string())?;
        let good = key.verify_token(&token.token.0, signature);
        good.map_err(|error| format!("the RSA signature for {} is not good: {error}", token.user))?;
    }
    Ok(())
}

/// The key that a member's roster entry has for a use.
pub fn rsa_key(member: &Member, key: KeyUse) -> Result<ApprovalKey, record::Error> {
    match key {
        KeyUse::Approval => member.approval_key(),
        KeyUse::Admin => member.admin_key(),
    }
}
