//! The HSM's commands whose answers are read, each with arguments that never change.

use std::sync::LazyLock;

use hsm::{
    Algorithm, Approval, Approved, CloudHsm, Error, Hsm, KeyPair, KeyQuorum, KeySpec, QuorumService, Role, Secret,
    Service, Token,
};
use serde_json::Value;

/// What came of a command.
#[derive(Debug)]
pub enum Outcome {
    /// A value, as it prints.
    Read(String),
    /// `r` and `s`.
    Signature([u8; 96]),
    /// A token, and its file with an approval.
    Minted(Box<Token>, Vec<u8>),
}

/// The key pair of the documents' answer.
pub static KEYS: LazyLock<KeyPair> = LazyLock::new(|| {
    let answer: Value = serde_json::from_str(include_str!("../../src/hsm/tests/answers/key-pair.json")).expect("JSON");
    serde_json::from_value(answer["data"].clone()).expect("a key pair")
});

/// Runs the command of this number.
///
/// # Errors
/// As the command.
pub fn run(number: u8, hsm: &mut CloudHsm) -> Result<Outcome, Error> {
    COMMANDS[usize::from(number) % COMMANDS.len()](hsm)
}

/// Whether a no may become a yes: registering a trust anchor again says no and yet repairs, and is judged by the list.
#[must_use]
pub fn is_judged_by_state(number: u8) -> bool {
    usize::from(number) % COMMANDS.len() >= COMMANDS.len() - JUDGED
}

/// Commands of which [`is_judged_by_state`] holds, the last ones: two of a trust anchor and of a signature's check.
const JUDGED: usize = 2;

type Command = fn(&mut CloudHsm) -> Result<Outcome, Error>;

const COMMANDS: [Command; 22] = [
    |hsm| read(hsm.nodes()),
    |hsm| read(hsm.users()),
    |hsm| read(hsm.keys()),
    |hsm| read(hsm.find_key("root-1")),
    |hsm| read(hsm.quorum_values()),
    |hsm| read(hsm.list_tokens()),
    |hsm| read(hsm.mtls()),
    |hsm| read(hsm.login("key_owner", Role::CryptoUser, &password())),
    |hsm| read(hsm.create_user("member_1", Role::CryptoUser, &password(), None)),
    |hsm| read(hsm.delete_user("member_1", Role::CryptoUser, None)),
    |hsm| read(hsm.generate_key_pair(&pair())),
    |hsm| read(hsm.public_key_spki(&KEYS.public)),
    |hsm| read(hsm.share_key(&KEYS.private, "member_1", None)),
    |hsm| read(hsm.registration_token()),
    second_factor,
    |hsm| minted(hsm.mint(Service::KeyUsage, Some(&KEYS.private))?),
    |hsm| minted(hsm.mint(Service::KeyManagement, Some(&KEYS.private))?),
    |hsm| minted(hsm.mint(Service::Admin(QuorumService::User), None)?),
    |hsm| hsm.sign_ecdsa(&KEYS.private, b"abc", None).map(Outcome::Signature),
    |hsm| read(hsm.delete_key(&KEYS.private)),
    |hsm| read(hsm.register_trust_anchor(ANCHOR, None)),
    |hsm| read(hsm.verify_ecdsa(&KEYS.public, b"abc", &[7; 96])),
];

fn read(value: Result<impl std::fmt::Debug, Error>) -> Result<Outcome, Error> {
    value.map(|value| Outcome::Read(format!("{value:?}")))
}

/// Both halves of a login.
fn second_factor(hsm: &mut CloudHsm) -> Result<Outcome, Error> {
    let token = hsm.begin_login_mfa("admin", Role::Admin, &password())?;
    let signatures = vec![vec![7; 256]; token.entries().len()];
    read(hsm.finish_login_mfa(&token, &signatures))
}

fn minted(token: Token) -> Result<Outcome, Error> {
    let approval = Approval {
        user: "member_1".into(),
        role: Role::CryptoUser,
        signature: vec![7; 256],
    };
    let approved = Approved::new(token.clone(), vec![approval])?.file();
    Ok(Outcome::Minted(Box::new(token), approved))
}

fn password() -> Secret {
    Secret::new("no password of anybody".into())
}

fn pair() -> KeySpec {
    KeySpec {
        algorithm: Algorithm::P384,
        label: "root-1".into(),
        public_label: "root-1-public".into(),
        id: Some(vec![0x35, 0x79]),
        shared_with: (1..=9).map(|n| format!("member_{n}")).collect(),
        quorum: Some(KeyQuorum { manage: 5, use_: 5 }),
    }
}

const ANCHOR: &str = include_str!("../../src/hsm/tests/answers/trust-anchor.pem");
