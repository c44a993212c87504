//! What an initialisation of a cluster leaves: each member's answer to what the HSM asked their key.

use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::plan::{Inbound, Kind};
use record::record::Record;
use record::{Body as _, Bundle, Bytes, Digest, Signed, bundle};

use super::Members;

/// The answers that the record has.
pub fn answers(inbound: &Inbound, members: &Members) -> Vec<Signed> {
    let initialises = inbound.plan.deed() == Kind::ClusterInitialisation;
    let all = (0..9).filter(|_| initialises);
    all.map(|n| answer(members, n)).collect()
}

fn answer(members: &Members, n: usize) -> Signed {
    let request = request(&Members::id(n));
    let token = Digest::of(Members::id(n).as_bytes());
    Members::signed(
        n,
        KeyAnswer {
            request: Digest::of(&request),
            member: Members::id(n),
            signatures: vec![members.approve(n, &token.0)],
        },
    )
}

/// What a member was asked.
fn request(member: &str) -> Bytes {
    let token = KeyToken {
        user: format!("user of {member}"),
        key: KeyUse::Approval,
        approval_data: None,
        token: Digest::of(member.as_bytes()),
        allows: "the key is registered".into(),
    };
    let request = KeyRequest {
        purpose: "keys are registered".into(),
        roster: Digest::of(b"a roster"),
        member: member.to_owned(),
        tokens: vec![token],
    };
    Bundle::new(true, request).encode().unwrap().into()
}

/// What the answers of a record were to.
pub fn requests(record: &Record) -> Vec<Bytes> {
    let is_answer = |signed: &&Signed| bundle::peek(&signed.bundle).is_ok_and(|(kind, _, _)| kind == KeyAnswer::TYPE);
    let answers = record.statements.iter().filter(is_answer);
    answers.map(|signed| request(&signed.member)).collect()
}

/// What is judged of a cluster that is initialised.
pub fn judged(inbound: &Inbound) -> impl Iterator<Item = (String, String)> {
    let initialises = inbound.plan.deed() == Kind::ClusterInitialisation;
    let all = ["quorum", "cluster"].into_iter().filter(move |_| initialises);
    all.map(|name| (name.to_owned(), record::facts::judged(&[])))
}
