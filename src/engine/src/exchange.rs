//! What is asked of members' keys beside approvals, and their answers: each signature is checked before the HSM sees it.

use std::path::{Path, PathBuf};

use record::approval_key::ApprovalKey;
use record::journal::What;
use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::{Body as _, Bundle, Bytes, Digest, Member, Roster, Signed, words};

use crate::console::Console;
use crate::error::Error;
use crate::files;
use crate::inbox::{Inbox, Past, Wanted, same};
use crate::ledger::Shared;

/// Rounds of requests and answers, all of them in the journal.
pub struct Exchange<'a> {
    /// The folder with members' bundles.
    pub inbound: &'a Path,
    /// The folder for requests to members.
    pub outbound: &'a Path,
    /// A past event's bundles, where one is carried out again.
    pub past: Option<&'a dyn Past>,
    /// The roster that has the keys of those asked.
    pub roster: &'a Roster,
    /// Its digest.
    pub digest: Digest,
    /// The mark of the bundles.
    pub rehearsal: bool,
    /// The journal.
    pub ledger: &'a Shared,
}

impl Exchange<'_> {
    /// The number of the next round.
    pub fn next_round(&self) -> u32 {
        self.ledger.borrow().progress().rounds() + 1
    }

    /// Asks one member for signatures.
    pub fn ask(
        &self,
        console: &Console,
        round: u32,
        (member, purpose): (&str, &str),
        tokens: Vec<KeyToken>,
    ) -> Result<(), Error> {
        let request = KeyRequest {
            purpose: purpose.to_owned(),
            roster: self.digest,
            member: member.to_owned(),
            tokens,
        };
        let encoded = Bundle::new(self.rehearsal, request).encode();
        let bytes = encoded.map_err(|cause| Error::input(KeyRequest::TYPE, cause))?;
        self.ledger.borrow_mut().write(What::Asked {
            round,
            request: Bytes(bytes.clone()),
        })?;
        let path = self.request_path(round, member);
        files::write_new(&path, &bytes)?;
        // The member's program asks for these two words: whoever reads them aloud has them from here.
        let words = words::to_words(&Digest::of(&bytes).0);
        let (first, check) = (words[0], words[words.len() - 1]);
        let name = path.file_name().unwrap_or_default().display();
        console.say(format!("{member}: {name}, first word {first}, check word {check}"));
        Ok(())
    }

    fn request_path(&self, round: u32, member: &str) -> PathBuf {
        self.outbound
            .join(format!("{}-{round}-{member}.cbor", KeyRequest::TYPE))
    }

    /// The answers of at least `needed` of those asked in a round, each signature checked with the key that the roster
    /// has.
    pub fn answers(
        &self,
        console: &mut Console,
        round: u32,
        asked: &[String],
        needed: usize,
    ) -> Result<Answers, Error> {
        let stem = format!("{}-{round}", KeyAnswer::TYPE);
        let requests = self.ledger.borrow().progress().asked_in(round);
        let inbox = Inbox {
            folder: self.inbound,
            past: self.past,
            roster: self.roster,
            rehearsal: self.rehearsal,
        };
        let wanted = Wanted {
            stem: stem.clone(),
            request: None,
            members: asked.to_vec(),
            needed,
        };
        let short = wanted.short();
        let taken = inbox.gather(
            console,
            &wanted,
            short,
            |console: &mut Console| Ok(console.enter().is_some()),
            |id, answer: &KeyAnswer| check_answer(self.roster, &requests, id, answer),
        )?;
        self.keep(&stem, &taken)?;
        let open = |signed: Signed| {
            let answer: KeyAnswer = signed
                .open(self.roster, self.rehearsal)
                .map_err(|cause| Error::input(KeyAnswer::TYPE, cause))?;
            let signatures = answer.signatures.into_iter().map(|bytes| bytes.0).collect();
            Ok((answer.member, signatures))
        };
        taken.into_iter().map(open).collect::<Result<_, _>>().map(Answers)
    }

    fn keep(&self, stem: &str, taken: &[Signed]) -> Result<(), Error> {
        let mut ledger = self.ledger.borrow_mut();
        for signed in taken {
            // What follows puts all of them on the disk.
            ledger.append(What::Received {
                kind: KeyAnswer::TYPE.to_owned(),
                signed: signed.clone(),
            })?;
        }
        ledger.write(What::Gathered { stem: stem.to_owned() })
    }
}

/// Members' signatures, in the order of the roster; each member's in the order of their request's tokens.
pub struct Answers(pub Vec<(String, Vec<Vec<u8>>)>);

impl Answers {
    /// Everybody's.
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

/// Says what is wrong with a member's answer to one of these requests, if anything.
pub fn check_answer(
    roster: &Roster,
    requests: &[(Digest, KeyRequest)],
    id: &str,
    answer: &KeyAnswer,
) -> Result<(), String> {
    same("member", answer.member.as_str(), id)?;
    let asked = |request: &&(Digest, KeyRequest)| request.1.member == id;
    let request = requests
        .iter()
        .filter(asked)
        .find(|request| request.0 == answer.request);
    let request = match request {
        Some(request) => request,
        None if requests.iter().any(|request| request.1.member == id) => return Err("it is for another request".into()),
        None => return Err("nobody asked".into()),
    };
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
