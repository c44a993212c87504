//! A dry run: every command is built and shown as it would be typed, none is run, and the answers are made up.

mod cluster;
pub(crate) mod made_up;
mod pretend;

pub use self::cluster::DryCluster;
use self::pretend::Pretend;
use crate::{
    Approved, CloudHsm, Error, Habits, Hsm, KeyInfo, KeyPair, KeySpec, ListedToken, MfaToken, Mtls, MtlsEnforcement,
    Node, PasswordChange, QuorumKeeper, QuorumService, QuorumValues, RegistrationToken, Role, Secret, Service, Token,
    TrustAnchor, Unobserved, User,
};

/// An HSM that is not there, so that a whole event can be walked through and read beforehand.
///
/// The same code builds the commands and reads the answers as for a real cluster. What is made up: two HSMs, no keys but
/// those asked for (references from `0x0000000000000000`), public keys that are small multiples of P-384's generator,
/// tokens whose hash fits, and **signatures of 96 zeros, which verify with no key**. Users and quorum values are kept, so
/// that what was created is listed. Passwords, approvals and signatures are not looked at.
pub struct DryHsm(CloudHsm);

impl DryHsm {
    /// Shows each command to `show`, secrets blanked.
    pub fn new(show: impl FnMut(&str) + 'static) -> DryHsm {
        DryHsm::with_users(show, Vec::new(), ONE_EACH)
    }

    /// The same with the users and quorum values that the event expects to find.
    pub fn with_users(show: impl FnMut(&str) + 'static, users: Vec<User>, values: QuorumValues) -> DryHsm {
        DryHsm::with_keys(show, users, values, &[])
    }

    /// The same on a cluster that has keys already.
    pub fn with_keys(
        show: impl FnMut(&str) + 'static,
        users: Vec<User>,
        values: QuorumValues,
        keys: &[StandingKey],
    ) -> DryHsm {
        let mut cluster = DryCluster::new(users, values);
        keys.iter().for_each(|key| cluster.has(key));
        DryHsm(CloudHsm::new(Pretend::new(show, cluster), Unobserved))
    }

    /// The same with other habits of the CLI than the documents suggest.
    pub fn with_habits(self, habits: Habits) -> DryHsm {
        DryHsm(self.0.with_habits(habits))
    }
}

/// A key pair that a dry run finds on the cluster.
#[derive(Clone, Debug)]
pub struct StandingKey {
    /// The private half's label.
    pub label: String,
    /// The public half's.
    pub public_label: String,
    /// SubjectPublicKeyInfo, DER, of a P-384 key.
    pub spki: Vec<u8>,
    /// The crypto user who owns it.
    pub owner: String,
    /// Those with whom the private half is shared.
    pub shared_with: Vec<String>,
    /// How many must agree to its use and to its administration; none if no quorum guards it.
    pub quorum: Option<u64>,
}

macro_rules! passed_on {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $returned:ty;)*) => {
        $(fn $name(&mut self, $($argument: $type),*) -> Result<$returned, Error> {
            self.0.$name($($argument),*)
        })*
    };
}

impl Hsm for DryHsm {
    fn quorum_keeper(&self) -> QuorumKeeper {
        self.0.quorum_keeper()
    }

    fn least_nodes(&self) -> usize {
        self.0.least_nodes()
    }

    passed_on! {
        fn nodes() -> Vec<Node>;
        fn activate(password: &Secret) -> ();
        fn users() -> Vec<User>;
        fn login(user: &str, role: Role, password: &Secret) -> ();
        fn logout() -> ();
        fn create_user(user: &str, role: Role, password: &Secret, approved: Option<&Approved>) -> ();
        fn delete_user(user: &str, role: Role, approved: Option<&Approved>) -> ();
        fn change_password(
            user: &str, role: Role, password: &Secret, also: PasswordChange, approved: Option<&Approved>
        ) -> ();
        fn begin_login_mfa(user: &str, role: Role, password: &Secret) -> MfaToken;
        fn finish_login_mfa(token: &MfaToken, signatures: &[Vec<u8>]) -> ();
        fn begin_change_mfa(
            user: &str, role: Role, password: Option<&Secret>, approved: Option<&Approved>
        ) -> MfaToken;
        fn begin_replace_mfa(
            user: &str, role: Role, password: Option<&Secret>, approved: Option<&Approved>
        ) -> MfaToken;
        fn finish_change_mfa(token: &MfaToken, public_key_pem: &str, signatures: &[Vec<u8>]) -> ();
        fn remove_mfa(user: &str, role: Role, password: Option<&Secret>, approved: Option<&Approved>) -> ();
        fn registration_token() -> RegistrationToken;
        fn register_approval_key(public_key_pem: &str, token: &RegistrationToken, signatures: &[Vec<u8>]) -> ();
        fn quorum_values() -> QuorumValues;
        fn set_quorum_value(service: QuorumService, value: u64, approved: Option<&Approved>) -> ();
        fn generate_key_pair(spec: &KeySpec) -> KeyPair;
        fn keys() -> Vec<KeyInfo>;
        fn find_key(label: &str) -> Option<KeyInfo>;
        fn share_key(key: &KeyInfo, user: &str, approved: Option<&Approved>) -> ();
        fn unshare_key(key: &KeyInfo, user: &str, approved: Option<&Approved>) -> ();
        fn set_attribute(key: &KeyInfo, name: &str, value: &str, approved: Option<&Approved>) -> ();
        fn delete_key(key: &KeyInfo) -> ();
        fn public_key_spki(key: &KeyInfo) -> Vec<u8>;
        fn mint(service: Service, key: Option<&KeyInfo>) -> Token;
        fn sign_ecdsa(key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> [u8; 96];
        fn sign_ed25519(key: &KeyInfo, message: &[u8], approved: Option<&Approved>) -> [u8; 64];
        fn verify_ecdsa(key: &KeyInfo, message: &[u8], signature: &[u8; 96]) -> bool;
        fn list_tokens() -> Vec<ListedToken>;
        fn delete_tokens(everybodys: bool) -> ();
        fn mtls() -> Mtls;
        fn register_trust_anchor(pem: &str, approved: Option<&Approved>) -> TrustAnchor;
        fn deregister_trust_anchor(reference: &str, approved: Option<&Approved>) -> ();
        fn set_mtls_enforcement(level: MtlsEnforcement, approved: Option<&Approved>) -> ();
    }
}

const ONE_EACH: QuorumValues = QuorumValues {
    user: 1,
    quorum: 1,
    cluster: Some(1),
};
