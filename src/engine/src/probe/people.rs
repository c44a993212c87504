//! The probe's users: made with random passwords that nobody keeps, registered where they approve, deleted at the end.

use hsm::{RegistrationToken, Role, Secret};

use super::Probe;
use super::approval_key::ApprovalKey;
use super::said::{Heard, Line};
use super::session::Session;
use super::trouble::{Stop, Trouble};
use crate::random;

/// Owns the keys and approves.
pub const OWNER: &str = "probe_owner";
/// Has the owner's keys shared and approves.
pub const SECOND: &str = "probe_second";
/// Has nothing shared and approves.
pub const OUTSIDER: &str = "probe_outsider";
/// Owns a key and mints tokens, but has registered no approval key.
pub const AUDITED: &str = "probe_audited";
/// Takes what else must be done to somebody.
pub const SPARE: &str = "probe_spare";
/// Admins who approve.
pub const ADMINS: [&str; 2] = ["probe_admin_1", "probe_admin_2"];
/// The cluster's own first admin, who is not the probe's to delete.
pub const FIRST: &str = "admin";

/// A user whose password we know.
pub struct Person {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// The approval key, once registered.
    pub approval_key: Option<ApprovalKey>,
    /// Is a second factor demanded?
    pub mfa: bool,
}

impl Person {
    /// A user without an approval key.
    pub fn new(name: &str, password: Secret) -> Person {
        Person {
            name: name.to_owned(),
            password,
            approval_key: None,
            mfa: false,
        }
    }
}

/// The role that the name stands for.
pub fn role(name: &str) -> Role {
    match name == FIRST || name.starts_with("probe_admin") {
        true => Role::Admin,
        false => Role::CryptoUser,
    }
}

/// `--username NAME --role ROLE`.
pub fn named(name: &str) -> String {
    format!("--username {name} --role {}", role(name))
}

impl Probe<'_> {
    /// The password goes where this CLI takes it; `times` is 2 where it is confirmed.
    pub fn with_password(&self, line: Line, password: &Secret, times: usize) -> Line {
        match self.prompt.in_line {
            true => line.with_password(password),
            false => line.told(password, times),
        }
    }

    /// A session in which this user is logged in.
    pub fn login(&mut self, name: &str) -> Result<Session, Stop> {
        let password = self.person(name)?.password.clone();
        let mut session = self.cli.interactive()?;
        let line = self.with_password(Line::new(format!("login {}", named(name))), &password, 1);
        let heard = session.ask(&line)?;
        match heard.yes() {
            Some(_) => Ok(session),
            None => Err(Trouble::refused(&heard).into()),
        }
    }

    /// A user of whom we know.
    pub fn person(&mut self, name: &str) -> Result<&mut Person, Trouble> {
        let unknown = || Trouble::ApprovalKey {
            why: format!("there is no user {name}"),
        };
        self.people
            .iter_mut()
            .find(|person| person.name == name)
            .ok_or_else(unknown)
    }

    /// Makes those of these users who do not exist yet.
    pub fn create(&mut self, names: &[&str]) -> Result<(), Stop> {
        for name in names {
            if self.people.iter().any(|person| person.name == *name) {
                continue;
            }
            let password = random::password().map_err(Stop::Probe)?;
            self.cli.keep_secret(&password);
            let line = Line::new(format!("user create {}", named(name)));
            let line = self.with_password(line, &password, 2);
            // Known from here on, so that it is deleted even if the answer is lost.
            self.people.push(Person::new(name, password));
            let heard = self.as_admin(&line)?;
            if heard.yes().is_none() {
                return Err(Trouble::refused(&heard).into());
            }
        }
        Ok(())
    }

    /// Makes these users and registers an approval key of each who has none.
    pub fn register(&mut self, names: &[&str]) -> Result<(), Stop> {
        self.create(names)?;
        let mut without = Vec::new();
        for name in names {
            if self.person(name)?.approval_key.is_none() {
                without.push(*name);
            }
        }
        for (name, key) in without.iter().zip(ApprovalKey::make(without.len())?) {
            let mut session = self.login(name)?;
            let token = self.registration_token(&mut session)?;
            let heard = self.send_registration(&mut session, &token, &key)?;
            session.quit();
            if heard.yes().is_none() {
                return Err(Trouble::refused(&heard).into());
            }
            self.person(name)?.approval_key = Some(key);
        }
        Ok(())
    }

    /// A registration token of this login.
    pub fn registration_token(&mut self, session: &mut Session) -> Result<RegistrationToken, Stop> {
        let line = format!("quorum token-sign generate --service registration --token {REGISTRATION}");
        self.must(session, &Line::new(line))?;
        let file = self.cli.take(REGISTRATION)?;
        RegistrationToken::parse(&file).map_err(|error| bad_file(REGISTRATION, &error).into())
    }

    /// Signs the token with the key and registers it in this session.
    pub fn send_registration(
        &mut self,
        session: &mut Session,
        token: &RegistrationToken,
        key: &ApprovalKey,
    ) -> Result<Heard, Stop> {
        let signatures: Vec<_> = token
            .tokens()
            .iter()
            .map(|entry| key.sign(&entry.digest))
            .collect::<Result<_, _>>()?;
        let signed = token
            .signed_file(&signatures)
            .map_err(|error| bad_file(REGISTRATION, &error))?;
        self.cli.put(REGISTRATION, &signed)?;
        self.cli.put(PUBLIC_KEY, key.public_pem()?.as_bytes())?;
        let line =
            format!("user change-quorum token-sign register --public-key {PUBLIC_KEY} --signed-token {REGISTRATION}");
        Ok(session.ask(&Line::new(line))?)
    }
}

/// A file of the CLI that is not of the expected form.
pub fn bad_file(name: &str, why: &hsm::Error) -> Trouble {
    Trouble::File {
        name: name.to_owned(),
        why: why.to_string(),
    }
}

const REGISTRATION: &str = "registration.json";
const PUBLIC_KEY: &str = "approval-key.pem";
