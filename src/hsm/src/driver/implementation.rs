//! [`Hsm`] for CloudHSM: which of the driver's parts does what.

use super::{CloudHsm, keys, mfa, mtls, quorum, sharing, signing, users};
use crate::{
    Approved, Error, Hsm, KeyInfo, KeyPair, KeySpec, ListedToken, MINIMUM_NODES, MfaToken, Mtls, MtlsEnforcement, Node,
    PasswordChange, QuorumKeeper, QuorumService, QuorumValues, RegistrationToken, Role, Secret, Service, Token,
    TrustAnchor, User,
};

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

    fn begin_login_mfa(&mut self, user: &str, role: Role, password: &Secret) -> Result<MfaToken, Error> {
        mfa::begin_login(self, user, role, password)
    }

    fn finish_login_mfa(&mut self, token: &MfaToken, signatures: &[Vec<u8>]) -> Result<(), Error> {
        mfa::finish_login(self, token, signatures)
    }

    fn begin_change_mfa(
        &mut self,
        user: &str,
        role: Role,
        password: Option<&Secret>,
        approved: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        mfa::begin_change(self, user, role, password, false, approved)
    }

    fn begin_replace_mfa(
        &mut self,
        user: &str,
        role: Role,
        password: Option<&Secret>,
        approved: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        mfa::begin_change(self, user, role, password, true, approved)
    }

    fn finish_change_mfa(
        &mut self,
        token: &MfaToken,
        public_key_pem: &str,
        signatures: &[Vec<u8>],
    ) -> Result<(), Error> {
        mfa::finish_change(self, token, public_key_pem, signatures)
    }

    fn remove_mfa(
        &mut self,
        user: &str,
        role: Role,
        password: Option<&Secret>,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        mfa::remove(self, user, role, password, approved)
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
        keys::list(self)
    }

    fn share_key(&mut self, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error> {
        sharing::share(self, key, user, approved)
    }

    fn unshare_key(&mut self, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error> {
        sharing::unshare(self, key, user, approved)
    }

    fn set_attribute(
        &mut self,
        key: &KeyInfo,
        name: &str,
        value: &str,
        approved: Option<&Approved>,
    ) -> Result<(), Error> {
        sharing::set_attribute(self, key, name, value, approved)
    }

    fn delete_key(&mut self, key: &KeyInfo) -> Result<(), Error> {
        sharing::delete(self, key)
    }

    fn verify_ecdsa(&mut self, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error> {
        signing::verify(self, key, message, signature)
    }

    fn mtls(&mut self) -> Result<Mtls, Error> {
        mtls::state(self)
    }

    fn register_trust_anchor(&mut self, pem: &str, approved: Option<&Approved>) -> Result<TrustAnchor, Error> {
        mtls::register(self, pem, approved)
    }

    fn deregister_trust_anchor(&mut self, reference: &str, approved: Option<&Approved>) -> Result<(), Error> {
        mtls::deregister(self, reference, approved)
    }

    fn set_mtls_enforcement(&mut self, level: MtlsEnforcement, approved: Option<&Approved>) -> Result<(), Error> {
        mtls::set_enforcement(self, level, approved)
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
        signing::sign(self, key, message, approved)
    }

    fn sign_ed25519(&mut self, _: &KeyInfo, _: &[u8], _: Option<&Approved>) -> Result<[u8; 64], Error> {
        Err(keys::NO_ED25519)
    }

    fn list_tokens(&mut self) -> Result<Vec<ListedToken>, Error> {
        quorum::list(self)
    }

    fn delete_tokens(&mut self, everybodys: bool) -> Result<(), Error> {
        quorum::delete(self, everybodys)
    }
}
