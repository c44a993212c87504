//! A spare token behind the driver, and what tests do with it.

use hsm::{Algorithm, Approval, Approved, Hsm, KeyInfo, KeySpec, Observer, Pkcs11Hsm, Role, Secret, Token, TokenName};

use crate::token::{LABEL, OFFICER, PIN, module, module_path, name};

/// A fresh token behind the driver.
pub fn opened(observer: impl Observer + 'static) -> Pkcs11Hsm {
    let (officer, user) = (pkcs11::Pin::new(OFFICER), pkcs11::Pin::new(PIN));
    module()
        .initialise_token(LABEL, &officer, &user)
        .expect("a spare token");
    let label: TokenName = name(LABEL);
    Pkcs11Hsm::open(&module_path(), &label, observer).expect("the token")
}

pub fn logged_in(observer: impl Observer + 'static) -> Pkcs11Hsm {
    let mut hsm = opened(observer);
    hsm.login(LABEL, Role::CryptoUser, &Secret::new(PIN.into()))
        .expect("the PIN");
    hsm
}

pub fn root(hsm: &mut Pkcs11Hsm) -> KeyInfo {
    make(hsm, "root-1")
}

pub fn make(hsm: &mut Pkcs11Hsm, label: &str) -> KeyInfo {
    hsm.generate_key_pair(&spec(label)).expect("a key").private
}

pub fn spec(label: &str) -> KeySpec {
    KeySpec {
        algorithm: Algorithm::P384,
        label: label.into(),
        public_label: format!("{label}-public"),
        id: Some(vec![7]),
        shared_with: Vec::new(),
        quorum: None,
    }
}

/// Whether signatures verify is for those who know the members' keys.
pub fn approved(token: Token) -> Approved {
    let approval = Approval {
        user: "approver_member_1".into(),
        role: Role::CryptoUser,
        signature: vec![1; 256],
    };
    Approved::new(token, vec![approval]).expect("one approval")
}
