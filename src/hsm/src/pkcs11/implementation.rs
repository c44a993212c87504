//! [`Hsm`] over a PKCS#11 token.

use serde::Deserialize;

use super::{Pkcs11Hsm, call::Call, keys, signing, tokens::Tokens, unsupported};
use crate::{
    Approved, Error, Hsm, KeyInfo, KeyPair, KeySpec, ListedToken, MfaToken, Mtls, MtlsEnforcement, Node,
    PasswordChange, QuorumKeeper, QuorumService, QuorumValues, RegistrationToken, Role, Secret, Service, Token,
    TrustAnchor, User,
};

impl Hsm for Pkcs11Hsm {
    fn quorum_keeper(&self) -> QuorumKeeper {
        QuorumKeeper::Login
    }

    fn least_nodes(&self) -> usize {
        1
    }

    fn nodes(&mut self) -> Result<Vec<Node>, Error> {
        #[derive(Deserialize)]
        struct Info {
            hsms: Vec<Node>,
        }
        let info: Info = self.ask(&Call::Info)?.typed()?;
        Ok(info.hsms)
    }

    fn login(&mut self, user: &str, role: Role, password: &Secret) -> Result<(), Error> {
        if let Some((user, _)) = &self.login {
            return Err(Error::LoggedIn { user: user.clone() });
        }
        if role == Role::Admin {
            return Err(unsupported("log in an admin"));
        }
        let login = self.ask(&Call::Login { user, pin: password });
        if login.is_err() {
            self.carrier.close();
        }
        login?;
        self.login = Some((user.to_owned(), Tokens::default()));
        Ok(())
    }

    fn logout(&mut self) -> Result<(), Error> {
        let answer = self.ask(&Call::Logout);
        self.login = None;
        self.carrier.close();
        answer.map(|_| ())
    }

    fn generate_key_pair(&mut self, spec: &KeySpec) -> Result<KeyPair, Error> {
        keys::generate(self, spec)
    }

    fn keys(&mut self) -> Result<Vec<KeyInfo>, Error> {
        keys::all(self)
    }

    fn find_key(&mut self, label: &str) -> Result<Option<KeyInfo>, Error> {
        keys::find(self, label)
    }

    fn set_attribute(
        &mut self,
        key: &KeyInfo,
        name: &str,
        value: &str,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        keys::set(self, key, name, value, approved)
    }

    fn delete_key(&mut self, key: &KeyInfo) -> Result<(), Error> {
        self.ask(&Call::Destroy(key)).map(|_| ())
    }

    fn public_key_spki(&mut self, key: &KeyInfo) -> Result<Vec<u8>, Error> {
        keys::public_key(self, key)
    }

    fn mint(&mut self, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error> {
        signing::mint(self, service, key)
    }

    fn sign_ecdsa(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 96], Error> {
        signing::sign(self, key, &Call::Sign { key, message }, approved)
    }

    fn sign_ed25519(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 64], Error> {
        signing::sign(self, key, &Call::SignEd25519 { key, message }, approved)
    }

    fn verify_ecdsa(&mut self, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error> {
        signing::verify(self, key, message, signature)
    }

    /// Tokens are the console's, and nothing that an HSM could be asked for.
    fn list_tokens(&mut self) -> Result<Vec<ListedToken>, Error> {
        Err(unsupported("list tokens"))
    }

    fn activate(&mut self, _: &Secret) -> Result<(), Error> {
        Err(unsupported("activate a cluster"))
    }

    fn users(&mut self) -> Result<Vec<User>, Error> {
        Err(unsupported("list users"))
    }

    fn create_user(&mut self, _: &str, _: Role, _: &Secret, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("create a user"))
    }

    fn delete_user(&mut self, _: &str, _: Role, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("delete a user"))
    }

    fn change_password(
        &mut self,
        _: &str,
        _: Role,
        _: &Secret,
        _: PasswordChange,
        _: Option<&Approved>,
    ) -> Result<(), Error> {
        Err(unsupported("change a password"))
    }

    fn begin_login_mfa(&mut self, _: &str, _: Role, _: &Secret) -> Result<MfaToken, Error> {
        Err(unsupported("log in with a second factor"))
    }

    fn finish_login_mfa(&mut self, _: &MfaToken, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("log in with a second factor"))
    }

    fn begin_change_mfa(
        &mut self,
        _: &str,
        _: Role,
        _: Option<&Secret>,
        _: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        Err(unsupported("have second factors"))
    }

    fn finish_change_mfa(&mut self, _: &MfaToken, _: &str, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("have second factors"))
    }

    fn remove_mfa(&mut self, _: &str, _: Role, _: Option<&Secret>, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have second factors"))
    }

    fn registration_token(&mut self) -> Result<RegistrationToken, Error> {
        Err(unsupported("register an approval key"))
    }

    fn register_approval_key(&mut self, _: &str, _: &RegistrationToken, _: &[Vec<u8>]) -> Result<(), Error> {
        Err(unsupported("register an approval key"))
    }

    fn quorum_values(&mut self) -> Result<QuorumValues, Error> {
        Err(unsupported("have quorum values"))
    }

    fn set_quorum_value(&mut self, _: QuorumService, _: u64, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have quorum values"))
    }

    fn share_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("share a key"))
    }

    fn unshare_key(&mut self, _: &KeyInfo, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("share a key"))
    }

    fn mtls(&mut self) -> Result<Mtls, Error> {
        Err(unsupported("have mTLS"))
    }

    fn register_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<TrustAnchor, Error> {
        Err(unsupported("have mTLS"))
    }

    fn deregister_trust_anchor(&mut self, _: &str, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have mTLS"))
    }

    fn set_mtls_enforcement(&mut self, _: MtlsEnforcement, _: Option<&Approved>) -> Result<(), Error> {
        Err(unsupported("have mTLS"))
    }

    fn delete_tokens(&mut self, _: bool) -> Result<(), Error> {
        Err(unsupported("delete tokens"))
    }
}
