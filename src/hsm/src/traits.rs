//! What an HSM does, and what holds on return.

use crate::{
    Approved, Error, KeyInfo, KeyPair, KeySpec, ListedToken, MfaToken, Mtls, MtlsEnforcement, Node, PasswordChange,
    QuorumService, QuorumValues, RegistrationToken, Role, Secret, Service, Token, TrustAnchor, User,
};

/// Who counts approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumKeeper {
    /// The HSM itself, per key.
    Hsm,
    /// Nobody but the console; the module has its own rule for the login, such as M-of-N cards.
    Login,
}

/// An HSM, driven by one user at a time.
///
/// A method that returns `Ok` had the HSM's own yes. After an error with [`Error::outcome_unknown`] the HSM may have done
/// what was asked, and nothing here tries again; if somebody was logged in, [`Hsm::logout`] comes next, because the
/// session is of no more use. An operation that a kind of HSM does not have is
/// [`Error::Unsupported`].
///
/// Any method may also fail as its way to the HSM does: [`Error::Disconnected`], [`Error::PlainText`], [`Error::Ended`],
/// [`Error::NoAnswer`], [`Error::Suspended`], [`Error::TooLong`], [`Error::Malformed`], [`Error::Usage`],
/// [`Error::Stopped`] and [`Error::Unrecorded`]; and in words that nobody documented, [`Error::Unknown`]. What is named below comes on top. Where `approved` is an argument, it is a
/// token of the service named, with its approvals; without one, an HSM that wants it says [`Error::ApprovalRequired`]
/// (admins' services) or [`Error::QuorumFailed`] (a key's), with too few of them [`Error::TooFewApprovals`], and with one
/// that does not count [`Error::ApprovalRefused`]. A token for something else is [`Error::BadToken`] before it leaves.
///
/// The command behind each method is that of AWS's page of the same name, such as `cloudhsm_cli-user-create`.
pub trait Hsm {
    /// Who counts approvals: the HSM, or only the console.
    fn quorum_keeper(&self) -> QuorumKeeper;

    /// The fewest HSMs that this kind needs for any use of a key; for [`crate::same_cluster`].
    fn least_nodes(&self) -> usize;

    /// The HSMs present now. Needs no login. `cluster hsm-info`.
    fn nodes(&mut self) -> Result<Vec<Node>, Error>;

    /// Activates a new cluster; its user `admin` then has this password of 8 to 32 characters. `cluster activate`.
    fn activate(&mut self, password: &Secret) -> Result<(), Error>;

    /// All users, the HSM's internal ones too. Needs no login. `user list`.
    fn users(&mut self) -> Result<Vec<User>, Error>;

    /// Logs in on a session of its own; [`Error::LoggedIn`] while somebody is. Never tried twice: the fifth wrong password
    /// locks the account, on each HSM for itself. What the HSM says of a wrong password or a locked account is
    /// undocumented, so it is [`Error::Unknown`]. `login`.
    fn login(&mut self, user: &str, role: Role, password: &Secret) -> Result<(), Error>;

    /// Logs out and ends the session; whatever it returns, nobody is logged in and every token of the login is gone.
    fn logout(&mut self) -> Result<(), Error>;

    /// Creates a user: name of 1 to 31 of a-z, 0-9 and `_`, password of 8 to 32 characters. As an admin, service `user`.
    /// `user create`.
    fn create_user(
        &mut self,
        user: &str,
        role: Role,
        password: &Secret,
        approved: Option<&Approved>,
    ) -> Result<(), Error>;

    /// Deletes a user who owns no key and is not logged in. As an admin, service `user`. `user delete`.
    fn delete_user(&mut self, user: &str, role: Role, approved: Option<&Approved>) -> Result<(), Error>;

    /// Changes one's own password, or, as an admin, that of a user who is not logged in; `also` takes away more. Service
    /// `user`. `user change-password`.
    fn change_password(
        &mut self,
        user: &str,
        role: Role,
        password: &Secret,
        also: PasswordChange,
        approved: Option<&Approved>,
    ) -> Result<(), Error>;

    /// First half of a login with a second factor: the HSMs' challenges, while the CLI waits at its prompt. Until
    /// [`Hsm::finish_login_mfa`] every other command is refused ([`Error::Waiting`]), and [`Hsm::logout`] gives it up.
    /// `login … mfa-token-sign`.
    fn begin_login_mfa(&mut self, user: &str, role: Role, password: &Secret) -> Result<MfaToken, Error>;

    /// Second half: one signature for each of [`MfaToken::entries`], RSA-2048, PKCS#1 v1.5, over the entry as an already
    /// computed SHA-256. [`Error::NothingWaits`] if the first half is over, [`Error::BadToken`] if the number is wrong.
    fn finish_login_mfa(&mut self, token: &MfaToken, signatures: &[Vec<u8>]) -> Result<(), Error>;

    /// First half of giving a user a second factor: challenges to be signed with its new key. Registers the user for
    /// approvals as well, with the same key. `password` becomes the user's password; it may be the one that the user has.
    /// CloudHSM's CLI asks for it, and [`Error::BadSecret`] if there is none, or does not ask, and nothing changes: see
    /// [`crate::Habits::mfa_password`]. For oneself, or as an admin, service `user`.
    /// `user change-mfa token-sign`.
    fn begin_change_mfa(
        &mut self,
        user: &str,
        role: Role,
        password: Option<&Secret>,
        approved: Option<&Approved>,
    ) -> Result<MfaToken, Error>;

    /// The same for a user who has registered another key for approvals: the new one replaces both, where
    /// [`Hsm::begin_change_mfa`] would be refused or leave two. `user change-mfa token-sign --change-quorum`.
    fn begin_replace_mfa(
        &mut self,
        _user: &str,
        _role: Role,
        _password: Option<&Secret>,
        _approved: Option<&Approved>,
    ) -> Result<MfaToken, Error> {
        Err(Error::Unsupported {
            operation: "replace a second factor",
        })
    }

    /// Second half: one signature by the new key for each entry, and the key in PEM.
    fn finish_change_mfa(
        &mut self,
        token: &MfaToken,
        public_key_pem: &str,
        signatures: &[Vec<u8>],
    ) -> Result<(), Error>;

    /// Takes a user's second factor away, and with it the registration for approvals. `password`, if given, becomes the
    /// user's password; it goes into the typed line, because no page is sure whether the CLI asks for it here.
    fn remove_mfa(
        &mut self,
        user: &str,
        role: Role,
        password: Option<&Secret>,
        approved: Option<&Approved>,
    ) -> Result<(), Error>;

    /// A token for registering the logged-in user's approval key; it lives as long as the login.
    /// `quorum token-sign generate --service registration`.
    fn registration_token(&mut self) -> Result<RegistrationToken, Error>;

    /// Registers the logged-in user's approval key, RSA-2048 in PEM, with one signature by it for each entry of `token`;
    /// [`Error::RegistrationRefused`] if one is wrong. `user change-quorum token-sign register`.
    fn register_approval_key(
        &mut self,
        public_key_pem: &str,
        token: &RegistrationToken,
        signatures: &[Vec<u8>],
    ) -> Result<(), Error>;

    /// How many admins each service needs. Needs no login. `quorum token-sign list-quorum-values`.
    fn quorum_values(&mut self) -> Result<QuorumValues, Error>;

    /// Sets how many admins a service needs: 1 for no quorum, or 2 to 8, and at most as many as there are
    /// ([`Error::QuorumAboveUsers`]). As an admin, service `quorum`. `quorum token-sign set-quorum-value`.
    fn set_quorum_value(
        &mut self,
        service: QuorumService,
        value: u64,
        approved: Option<&Approved>,
    ) -> Result<(), Error>;

    /// Makes a key pair in the HSM, owned by the logged-in crypto user. The labels on return are those asked for;
    /// whether the rest is as it must be is for [`crate::check_root_key`]. [`Error::QuorumBelowTwo`],
    /// [`Error::QuorumAboveUsers`], [`Error::KeyNotAvailable`], [`Error::WrongAnswer`].
    /// `key generate-asymmetric-pair ec`.
    fn generate_key_pair(&mut self, spec: &KeySpec) -> Result<KeyPair, Error>;

    /// All keys that the user sees: owned, shared, and every public key. The whole list was read, page after page; one
    /// that ends early is [`Error::Malformed`]. `key list --verbose`.
    fn keys(&mut self) -> Result<Vec<KeyInfo>, Error>;

    /// The one key with this label among those the user sees. `None` proves its absence: the whole list was read. Two
    /// are [`Error::LabelNotUnique`].
    fn find_key(&mut self, label: &str) -> Result<Option<KeyInfo>, Error>;

    /// Shares a key of one's own with a crypto user, who can then use it and approve its use. Service `key-management`.
    /// `key share`.
    fn share_key(&mut self, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error>;

    /// Takes a share back. Service `key-management`. `key unshare`.
    fn unshare_key(&mut self, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error>;

    /// Sets one attribute of a key of one's own; `name` and `value` in the HSM's words. [`Error::AttributeForbidden`].
    /// Service `key-management`. `key set-attribute`.
    fn set_attribute(
        &mut self,
        key: &KeyInfo,
        name: &str,
        value: &str,
        approved: Option<&Approved>,
    ) -> Result<(), Error>;

    /// Deletes a key of one's own for good. No quorum guards this; `destroyable=false` is thought to. `key delete`.
    fn delete_key(&mut self, key: &KeyInfo) -> Result<(), Error>;

    /// The SubjectPublicKeyInfo (DER; 120 bytes, of Ed25519 44) of a public key, checked to be of its kind and the point
    /// that `key` lists; otherwise [`Error::BadPublicKey`]. `key generate-file --encoding pem`.
    fn public_key_spki(&mut self, key: &KeyInfo) -> Result<Vec<u8>, Error>;

    /// A token of this login, for 600 seconds: for one use of `key`, or, for admin services, without one. Its hash has
    /// been recomputed; [`Error::BadToken`] if it contradicts itself or what was asked. `quorum token-sign generate`.
    fn mint(&mut self, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error>;

    /// Signs `message` (at most a mebibyte) with ECDSA over SHA-384; `r ‖ s`, 48 bytes each, big-endian. Whether it
    /// verifies is for the caller to check. Service `key-usage`. [`Error::KeyNotAvailable`], [`Error::WrongAnswer`].
    /// `crypto sign ecdsa`.
    fn sign_ecdsa(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 96], Error>;

    /// Signs `message` with Ed25519 (RFC 8032, without prehash). Whether it verifies is for the caller to check. Service
    /// `key-usage`. CloudHSM: [`Error::Unsupported`], because no page says that its `crypto sign ed25519`, which needs
    /// hsm2m.medium without FIPS mode, takes part in a key's quorum. PKCS#11: where the module offers it.
    fn sign_ed25519(&mut self, key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> Result<[u8; 64], Error>;

    /// Does `signature` (`r ‖ s`) over `message` verify with the public key `key`, in the HSM's own judgement?
    /// `crypto verify ecdsa`.
    fn verify_ecdsa(&mut self, key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> Result<bool, Error>;

    /// The trust anchors and the level of mTLS. `cluster mtls list-trust-anchors` needs no login; of
    /// `cluster mtls get-enforcement` no page says.
    fn mtls(&mut self) -> Result<Mtls, Error>;

    /// Registers a trust anchor, given in PEM. As an admin. The state is read back: registering an anchor again repairs
    /// HSMs that differ, and yet the answer may say no. Service `cluster`. [`Error::BadTrustAnchor`],
    /// [`Error::WrongAnswer`]. `cluster mtls register-trust-anchor`.
    fn register_trust_anchor(&mut self, pem: &str, approved: Option<&Approved>) -> Result<TrustAnchor, Error>;

    /// Removes a trust anchor by its reference, such as `0x01`. As an admin, service `cluster`.
    /// `cluster mtls deregister-trust-anchor`.
    fn deregister_trust_anchor(&mut self, reference: &str, approved: Option<&Approved>) -> Result<(), Error>;

    /// Sets how far mTLS is enforced. As the user named `admin`, over a connection that is mTLS already
    /// ([`Error::EnforcementNeedsMtls`]). Service `cluster`. `cluster mtls set-enforcement`.
    fn set_mtls_enforcement(&mut self, level: MtlsEnforcement, approved: Option<&Approved>) -> Result<(), Error>;

    /// The tokens that wait. `quorum token-sign list`.
    fn list_tokens(&mut self) -> Result<Vec<ListedToken>, Error>;

    /// Deletes one's own tokens, or everybody's. As an admin. `quorum token-sign delete`.
    fn delete_tokens(&mut self, everybodys: bool) -> Result<(), Error>;
}
