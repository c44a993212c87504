//! The probe's keys, the tokens for them, and what is done with both.

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use super::Probe;
use super::people::{OWNER, SECOND};
use super::said::{Heard, Line};
use super::session::Session;
use super::trouble::{Stop, Trouble};

/// A key of the probe.
#[derive(Clone, Debug)]
pub struct Key {
    /// The private key's reference.
    pub reference: String,
    /// Both halves as they were described when made.
    pub made: Value,
}

/// A token as the CLI wrote it.
#[derive(Clone, Debug)]
pub struct Token {
    /// The file.
    pub file: Value,
    /// What approvers sign.
    pub digest: [u8; 32],
    /// The answer to `generate`.
    pub answer: Value,
}

impl Probe<'_> {
    /// Makes the key of most questions once: quorum values 2 and 2, of the owner, shared with the second user.
    pub fn quorum_key(&mut self) -> Result<Key, Stop> {
        if let Some(key) = &self.quorum_key {
            return Ok(key.clone());
        }
        self.register(&[OWNER, SECOND])?;
        let mut session = self.login(OWNER)?;
        let key = self.make_key(&mut session, "probe_quorum", true, &[SECOND])?;
        self.find_approval_form(&mut session, &key)?;
        session.quit();
        self.quorum_key = Some(key.clone());
        Ok(key)
    }

    /// Approvals name the role, as was measured, or else do not: whichever form changes the label of this key. Without
    /// one that works, no question that needs approvals can be answered.
    pub fn find_approval_form(&mut self, session: &mut Session, key: &Key) -> Result<(), Stop> {
        let mut heard = None;
        for with_role in [self.approvals_name_role, !self.approvals_name_role] {
            let token = self.mint(session, "key-management", Some(key))?;
            self.put_approval(&token, &[OWNER, SECOND], with_role)?;
            let line = format!(
                "key set-attribute --filter key-reference={} --name label --value probe_quorum --approval {APPROVAL}",
                key.reference
            );
            let found = session.ask(&Line::new(line))?;
            if found.yes().is_some() {
                self.approvals_name_role = with_role;
                return Ok(());
            }
            heard.get_or_insert(found);
        }
        match heard {
            Some(heard) => Err(Trouble::refused(&heard).into()),
            None => Ok(()),
        }
    }

    /// Makes a key of the logged-in owner that signs.
    pub fn make_key(&mut self, session: &mut Session, label: &str, quorum: bool, shared: &[&str]) -> Result<Key, Stop> {
        let heard = self.try_key(session, label, quorum, shared, "")?;
        self.key_of(&heard)
    }

    /// The same, whatever the HSM says; `more` goes with the private attributes.
    pub fn try_key(
        &mut self,
        session: &mut Session,
        label: &str,
        quorum: bool,
        shared: &[&str],
        more: &str,
    ) -> Result<Heard, Stop> {
        let mut line = format!(
            "key generate-asymmetric-pair ec --curve secp384r1 --public-label {label}_public --private-label {label} \
             --public-attributes verify=true --private-attributes sign=true{more}"
        );
        if !shared.is_empty() {
            line += &format!(" --share-crypto-users {}", shared.join(" "));
        }
        if quorum {
            line += " --manage-private-key-quorum-value 2 --use-private-key-quorum-value 2";
        }
        Ok(session.ask(&Line::new(line))?)
    }

    /// The private key of an answer.
    pub fn key_of(&self, heard: &Heard) -> Result<Key, Stop> {
        let data = heard.yes().ok_or_else(|| Trouble::refused(heard))?;
        match data["private_key"]["key-reference"].as_str() {
            Some(reference) if is_reference(reference) => Ok(Key {
                reference: reference.to_owned(),
                made: data.clone(),
            }),
            _ => Err(Trouble::lacks("key reference", heard).into()),
        }
    }

    /// A token of this session for a service and, if it is a key's service, for a key.
    pub fn mint(&mut self, session: &mut Session, service: &str, key: Option<&Key>) -> Result<Token, Stop> {
        let heard = self.try_mint(session, service, key)?;
        self.token_of(&heard)
    }

    /// The same, whatever the HSM says.
    pub fn try_mint(&mut self, session: &mut Session, service: &str, key: Option<&Key>) -> Result<Heard, Stop> {
        let mut line = format!("quorum token-sign generate --service {service} --token {TOKEN}");
        if let Some(key) = key {
            line += &format!(" --filter key-reference={}", key.reference);
        }
        // A refusal writes no file, and one of before must not be taken for it.
        let _ = self.cli.take(TOKEN);
        Ok(session.ask(&Line::new(line))?)
    }

    /// The token that an answer tells of.
    pub fn token_of(&self, heard: &Heard) -> Result<Token, Stop> {
        let answer = heard.yes().ok_or_else(|| Trouble::refused(heard))?.clone();
        let bytes = self.cli.take(TOKEN)?;
        let wrong = || Trouble::File {
            name: TOKEN.into(),
            why: "it is no token".into(),
        };
        let file: Value = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        let token = file["token"].as_str().and_then(|text| Base64::decode_vec(text).ok());
        let digest = token.and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
        Ok(Token { file, digest, answer })
    }

    /// Puts the token with these users' approvals where `--approval approval.json` finds it.
    pub fn put_approval(&mut self, token: &Token, approvers: &[&str], with_role: bool) -> Result<(), Stop> {
        let mut signatures = Vec::new();
        for name in approvers {
            let key = self.person(name)?.approval_key.clone();
            let key = key.ok_or_else(|| Trouble::ApprovalKey {
                why: format!("{name} has none"),
            })?;
            let mut approval = json!({ "username": name, "signature": key.sign_base64(&token.digest)? });
            if with_role {
                approval["role"] = json!(super::people::role(name).as_str());
            }
            signatures.push(approval);
        }
        let mut file = token.file.clone();
        file["signatures"] = Value::Array(signatures);
        Ok(self.cli.put(APPROVAL, file.to_string().as_bytes())?)
    }

    /// Signs a fixed message under the key with the token, shown with these users' approvals.
    pub fn sign_with(
        &mut self,
        session: &mut Session,
        key: &Key,
        token: &Token,
        approvers: &[&str],
    ) -> Result<Heard, Stop> {
        self.put_approval(token, approvers, self.approvals_name_role)?;
        let line = sign_line(key, "raw").and(&format!("--approval {APPROVAL}"));
        self.see(
            session,
            &line.remark(&format!("approved by {}", approvers.join(" and "))),
        )
    }

    /// A token of the key, shown with both approvals: what must work before anything else says something.
    pub fn sign_once(&mut self, session: &mut Session, key: &Key) -> Result<(), Stop> {
        let token = self.mint(session, "key-usage", Some(key))?;
        let heard = self.sign_with(session, key, &token, &[OWNER, SECOND])?;
        match heard.yes() {
            Some(_) => Ok(()),
            None => Err(Trouble::refused(&heard).into()),
        }
    }
}

/// `crypto sign` of a fixed message of 48 octets, which is as long as a SHA-384.
pub fn sign_line(key: &Key, data_type: &str) -> Line {
    let data_type = match data_type {
        "" => String::new(),
        given => format!(" --data-type {given}"),
    };
    let line = |data: &str| {
        let reference = &key.reference;
        format!(
            "crypto sign ecdsa --key-filter key-reference={reference} --hash-function sha384 --data {data}{data_type}"
        )
    };
    Line::shown_as(line(&Base64::encode_string(&MESSAGE)), line("[48 bytes]"))
}

fn is_reference(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// What the probe has signed.
pub const MESSAGE: [u8; 48] = *b"a probe of a throw-away cluster signs this text.";
const TOKEN: &str = "token.json";
const APPROVAL: &str = "approval.json";
