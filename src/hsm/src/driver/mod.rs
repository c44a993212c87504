//! The driver of `cloudhsm-cli`: each method of [`Hsm`] as commands, and each command through one door.

mod keys;
mod quorum;
mod users;

use serde_json::Value;

use crate::{
    Answer, Approved, Channel, Error, File, Habits, Hsm, KeyInfo, KeyPair, KeySpec, ListedToken, MINIMUM_NODES,
    MfaToken, Mtls, MtlsEnforcement, Node, Observer, PasswordChange, QuorumKeeper, QuorumService, QuorumValues,
    RegistrationToken, Request, Role, Secret, Service, Token, TrustAnchor, User, wire,
};

/// An AWS CloudHSM cluster, reached through its CLI.
pub struct CloudHsm {
    channel: Box<dyn Channel>,
    observer: Box<dyn Observer>,
    logged_in: Option<String>,
    habits: Habits,
}

impl CloudHsm {
    /// Drives the CLI behind `channel`; `observer` sees every command before and after.
    pub fn new(channel: impl Channel + 'static, observer: impl Observer + 'static) -> CloudHsm {
        CloudHsm {
            channel: Box::new(channel),
            observer: Box::new(observer),
            logged_in: None,
            habits: Habits::default(),
        }
    }

    /// The same with other habits of the CLI than the documents suggest.
    pub fn with_habits(mut self, habits: Habits) -> CloudHsm {
        self.habits = habits;
        self
    }

    /// The CLI's habits, as they were given.
    pub fn habits(&self) -> Habits {
        self.habits
    }

    /// The one door: shows the command, lets the observer write, runs it, lets the observer write, reads the answer.
    fn ask(&mut self, request: Request) -> Result<Answered, Error> {
        request.check()?;
        let shown = request.shown();
        let stopped = |why| Error::Stopped {
            shown: shown.clone(),
            why,
        };
        self.observer.before(&shown).map_err(stopped)?;
        let reply = match self.channel.exchange(&request) {
            Ok(reply) => reply,
            Err(error) => {
                // The loss is what the caller must learn, even if it could not be written down.
                let _ = self.observer.after(&shown, &Answer::Lost { error: &error });
                if self.logged_in.is_none() {
                    // No login and no token is lost by beginning again.
                    self.channel.close();
                }
                return Err(error);
            }
        };
        let files: Vec<File> = request
            .inputs()
            .iter()
            .chain(written(&request, &reply.files))
            .cloned()
            .collect();
        let seen = self.observer.after(
            &shown,
            &Answer::Came {
                text: &reply.text,
                files: &files,
            },
        );
        seen.map_err(|why| Error::Unrecorded {
            shown: shown.clone(),
            why,
            answer: reply.text.clone(),
        })?;
        let data = wire::data(&shown, &reply.text)?;
        Ok(Answered { shown, data, files })
    }

    /// A command whose answer carries nothing beyond its yes.
    fn tell(&mut self, request: Request) -> Result<(), Error> {
        self.ask(request).map(|_| ())
    }
}

/// The files that the command was to write; a recording also holds those it read.
fn written<'a>(request: &'a Request, files: &'a [File]) -> impl Iterator<Item = &'a File> {
    files.iter().filter(|file| request.outputs().contains(&file.name))
}

/// A yes of the HSM.
struct Answered {
    shown: String,
    data: Value,
    files: Vec<File>,
}

impl Answered {
    fn typed<T: serde::de::DeserializeOwned>(self) -> Result<T, Error> {
        wire::typed(&self.shown, self.data)
    }

    fn file(&self, name: &str) -> Result<&[u8], Error> {
        let missing = || Error::MissingFile {
            shown: self.shown.clone(),
            name: name.to_owned(),
        };
        self.files
            .iter()
            .find(|file| file.name == name)
            .map(|file| file.bytes.as_slice())
            .ok_or_else(missing)
    }
}

/// Adds the approved token's file, where the command takes one.
fn with_approval(request: Request, approved: Option<&Approved>) -> Request {
    match approved {
        Some(approved) => request.with_input("--approval", "approval.json", approved.file()),
        None => request,
    }
}

const UNSUPPORTED: Error = Error::Unsupported { operation: "do this" };

impl Hsm for CloudHsm {
    fn quorum_keeper(&self) -> QuorumKeeper {
        QuorumKeeper::Hsm
    }

    fn least_nodes(&self) -> usize {
        MINIMUM_NODES
    }

    fn nodes(&mut self) -> Result<Vec<Node>, Error> {
        users::nodes(self)
    }

    fn activate(&mut self, password: &Secret) -> Result<(), Error> {
        users::activate(self, password)
    }

    fn users(&mut self) -> Result<Vec<User>, Error> {
        users::list(self)
    }

    fn login(&mut self, user: &str, role: Role, password: &Secret) -> Result<(), Error> {
        users::login(self, user, role, password)
    }

    fn logout(&mut self) -> Result<(), Error> {
        users::logout(self)
    }

    fn create_user(
        &mut self,
        user: &str,
        role: Role,
        password: &Secret,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        users::create(self, user, role, password, approved)
    }

    fn delete_user(&mut self, user: &str, role: Role, approved: Option<&Approved>) -> Result<(), Error> {
        users::delete(self, user, role, approved)
    }

    fn change_password(
        &mut self,
        user: &str,
        role: Role,
        password: &Secret,
        also: PasswordChange,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        users::change_password(self, user, role, password, also, approved)
    }

    fn begin_login_mfa(&mut self, _: &str, _: Role, _: &Secret) -> Result<MfaToken, Error> {
        Err(UNSUPPORTED)
    }

    fn finish_login_mfa(&mut self, _: &MfaToken, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn begin_change_mfa(
        &mut self,
        _: &str,
        _: Role,
        _: Option<&Secret>,
        _: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        Err(UNSUPPORTED)
    }

    fn finish_change_mfa(&mut self, _: &MfaToken, _: &str, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn remove_mfa(&mut self, _: &str, _: Role, _: Option<&Secret>, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn registration_token(&mut self) -> Result<RegistrationToken, Error> {
        quorum::registration_token(self)
    }

    fn register_approval_key(
        &mut self,
        public_key_pem: &str,
        token: &RegistrationToken,
        signatures: &[Vec<u8>],
    ) -> Result<(), Error> {
        quorum::register(self, public_key_pem, token, signatures)
    }

    fn quorum_values(&mut self) -> Result<QuorumValues, Error> {
        quorum::values(self)
    }

    fn set_quorum_value(
        &mut self,
        service: QuorumService,
        value: u64,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        quorum::set_value(self, service, value, approved)
    }

    fn generate_key_pair(&mut self, spec: &KeySpec) -> Result<KeyPair, Error> {
        keys::generate(self, spec)
    }

    fn keys(&mut self) -> Result<Vec<KeyInfo>, Error> {
        Err(UNSUPPORTED)
    }

    fn share_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn unshare_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn set_attribute(&mut self, _: &KeyInfo, _: &str, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn delete_key(&mut self, _: &KeyInfo) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn verify_ecdsa(&mut self, _: &KeyInfo, _: &[u8], _: &[u8; 96]) -> Result<bool, Error> {
        Err(UNSUPPORTED)
    }

    fn mtls(&mut self) -> Result<Mtls, Error> {
        Err(UNSUPPORTED)
    }

    fn register_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<TrustAnchor, Error> {
        Err(UNSUPPORTED)
    }

    fn deregister_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn set_mtls_enforcement(&mut self, _: MtlsEnforcement, _: Option<&Approved>) -> Result<(), Error> {
        Err(UNSUPPORTED)
    }

    fn find_key(&mut self, label: &str) -> Result<Option<KeyInfo>, Error> {
        keys::find(self, label)
    }

    fn public_key_spki(&mut self, key: &KeyInfo) -> Result<Vec<u8>, Error> {
        keys::public_key(self, key)
    }

    fn mint(&mut self, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error> {
        quorum::mint(self, service, key)
    }

    fn sign_ecdsa(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 96], Error> {
        keys::sign(self, key, message, approved)
    }

    fn list_tokens(&mut self) -> Result<Vec<ListedToken>, Error> {
        quorum::list(self)
    }

    fn delete_tokens(&mut self, everybodys: bool) -> Result<(), Error> {
        quorum::delete(self, everybodys)
    }
}
