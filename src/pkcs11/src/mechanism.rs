//! What a token may offer, each by its name.

use cryptoki::mechanism::MechanismType;

/// What a token may offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Making keys on a NIST curve.
    EcKeys,
    /// Making keys on an Edwards curve.
    EdwardsKeys,
    /// ECDSA over a digest made outside.
    Ecdsa,
    /// EdDSA.
    Eddsa,
    /// Making RSA keys.
    RsaKeys,
    /// PKCS#1 v1.5 over a DigestInfo made outside.
    Rsa,
}

impl Mechanism {
    /// In the standard's words.
    pub fn as_str(self) -> &'static str {
        match self {
            Mechanism::EcKeys => "CKM_EC_KEY_PAIR_GEN",
            Mechanism::EdwardsKeys => "CKM_EC_EDWARDS_KEY_PAIR_GEN",
            Mechanism::Ecdsa => "CKM_ECDSA",
            Mechanism::Eddsa => "CKM_EDDSA",
            Mechanism::RsaKeys => "CKM_RSA_PKCS_KEY_PAIR_GEN",
            Mechanism::Rsa => "CKM_RSA_PKCS",
        }
    }

    /// Each is asked for by name: the whole list would have unknown names, and cryptoki logs each as an error.
    pub(crate) fn code(self) -> MechanismType {
        match self {
            Mechanism::EcKeys => MechanismType::ECC_KEY_PAIR_GEN,
            Mechanism::EdwardsKeys => MechanismType::ECC_EDWARDS_KEY_PAIR_GEN,
            Mechanism::Ecdsa => MechanismType::ECDSA,
            Mechanism::Eddsa => MechanismType::EDDSA,
            Mechanism::RsaKeys => MechanismType::RSA_PKCS_KEY_PAIR_GEN,
            Mechanism::Rsa => MechanismType::RSA_PKCS,
        }
    }
}
