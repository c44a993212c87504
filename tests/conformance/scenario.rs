//! Scenarios as data: what is done, by whom, and what the contract says must come of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One file of scenarios.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// The rules that the file is about.
    #[expect(dead_code, reason = "for readers of the file")]
    pub about: String,
    /// The contract's sections that the expected answers were transcribed from.
    pub sections: Vec<u8>,
    /// The scenarios.
    pub scenario: Vec<Scenario>,
}

/// One story, told from a fresh HSM on.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The rule.
    pub name: String,
    /// What it is played over; driver and lines where nothing is said.
    #[serde(default = "both")]
    pub over: Vec<Over>,
    /// What comes before, by its name in setups.toml.
    #[serde(default)]
    pub setup: Option<String>,
    /// HSMs in the cluster.
    #[serde(default = "three")]
    pub nodes: u8,
    /// The steps.
    pub steps: Vec<Step>,
}

/// What a scenario is played over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Our driver of the CLI, over the stand-in's binary.
    Driver,
    /// Lines typed into the stand-in's binary.
    Lines,
    /// Our PKCS#11 driver, over SoftHSM2.
    Pkcs11,
}

/// One step: one thing done, and what must come of it. With none of `says`, `lost` and `shows` it must succeed, and
/// the answer must have the form of answers.toml.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// What is done.
    #[serde(rename = "do")]
    pub deed: Do,
    /// In which login; they are processes of their own.
    #[serde(rename = "in", default = "first")]
    pub place: String,
    /// The HSM refuses with these words; `?` where no page gives them, `*` where even plain text may come.
    pub says: Option<String>,
    /// The driver refuses before the HSM can: the beginning of its error's name.
    pub driver: Option<String>,
    /// No answer comes, but these words of plain text, or nothing at all.
    pub lost: Option<String>,
    /// Parts of the answer, by their path.
    #[serde(default)]
    pub shows: BTreeMap<String, Value>,
    /// Only where a question is answered so; see switches.
    pub when: Option<String>,
    /// Only over these.
    pub over: Option<Vec<Over>>,
}

/// What can be done: an operation of the trait `hsm::Hsm`, something members do, or something that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Do {
    HsmInfo,
    Activate,
    Users,
    Login(String),
    /// With another password than the usual one.
    LoginWith {
        user: String,
        password: String,
    },
    /// With a second factor, signed with that RSA key.
    LoginMfa {
        user: String,
        key: String,
    },
    Logout,
    CreateUser {
        user: String,
        password: Option<String>,
        token: Option<String>,
    },
    DeleteUser {
        user: String,
        token: Option<String>,
    },
    ChangePassword {
        user: String,
        token: Option<String>,
        #[serde(default)]
        deregister_mfa: bool,
        #[serde(default)]
        deregister_quorum: bool,
    },
    ChangeMfa {
        user: String,
        key: String,
        signed_with: Option<String>,
        token: Option<String>,
    },
    RemoveMfa {
        user: String,
        token: Option<String>,
    },
    /// Registers an RSA key as the logged-in user's approval key; `signed-with` is another key, for liars.
    Register {
        key: String,
        signed_with: Option<String>,
        #[serde(default)]
        form: Form,
    },
    Values,
    SetValue {
        service: String,
        value: u64,
        token: Option<String>,
    },
    Generate {
        key: String,
        quorum: Option<[u64; 2]>,
        #[serde(default)]
        share: Vec<String>,
    },
    FindKey(String),
    AllKeys,
    Spki(String),
    Share {
        key: String,
        user: String,
        token: Option<String>,
    },
    Unshare {
        key: String,
        user: String,
        token: Option<String>,
    },
    SetAttribute {
        key: String,
        name: String,
        value: String,
        token: Option<String>,
    },
    DeleteKey(String),
    Mint {
        token: String,
        service: String,
        key: Option<String>,
    },
    ListTokens,
    DeleteTokens(String),
    Sign {
        key: String,
        token: Option<String>,
        data: Option<String>,
    },
    /// The HSM checks the last signature of the key.
    Verify(String),
    Mtls,
    RegisterAnchor {
        certificate: String,
        token: Option<String>,
    },
    DeregisterAnchor {
        certificate: String,
        token: Option<String>,
    },
    Enforce {
        level: String,
        token: Option<String>,
    },
    /// Members approve a token; each name is a user, whose RSA key has the same name.
    Approve {
        token: String,
        by: Vec<String>,
        with: Option<String>,
        #[serde(default)]
        form: Form,
        #[serde(default = "yes")]
        role: bool,
    },
    /// `openssl` checks the last signature of the key.
    Judge(String),
    /// An order to the stand-in: `["clock", "--advance", "601"]`.
    Standin(Vec<String>),
    /// The session's process ends without a word.
    HangUp,
    /// A line as it is typed; `{q}` is a key's reference, `{q.public}` that of its other half, `<t>` a token's file.
    Line(String),
    /// A command in single-command mode, as that user.
    Single {
        user: String,
        line: String,
    },
    /// Lines into a process of their own, to its end; it shows `out`, `err` and `code`.
    Feed(Vec<String>),
    /// The same for a command in single-command mode.
    Run {
        user: String,
        line: String,
    },
    /// Members sign each entry of a registration's file with that RSA key; its public half goes to `<KEY.pub>`.
    SignFile {
        file: String,
        key: String,
    },
    /// A file of the scenario; it shows `text`.
    File(String),
    /// The token's file holds this JSON at that path.
    TokenHas {
        token: String,
        has: BTreeMap<String, Value>,
    },
}

/// How an RSA signature is made; anything but the first is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// PKCS#1 v1.5 over the SHA-256 digest that the token gives.
    #[default]
    Right,
    /// PSS.
    Pss,
    /// SHA-384.
    Sha384,
    /// PKCS#1 v1.5 over the 32 bytes, without saying which digest they are.
    Bare,
    /// Over another token's digest.
    OtherDigest,
}

impl Scenario {
    /// The scenarios of a file, whose text is given.
    pub fn all(file: &str, text: &str) -> Vec<Self> {
        let parsed: File = toml::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(!parsed.sections.is_empty(), "{file} names no section of the contract");
        parsed.scenario
    }
}

fn both() -> Vec<Over> {
    vec![Over::Driver, Over::Lines]
}

fn three() -> u8 {
    3
}

fn first() -> String {
    "a".into()
}

fn yes() -> bool {
    true
}
