//! SSHSIG (OpenSSH's PROTOCOL.sshsig): the one signature format for files, as `ssh-keygen -Y` reads and writes it.
//!
//! Stricter than `ssh-keygen`: one spelling of each signature, few algorithms, and a touch demanded of FIDO keys.

mod allowed_signers;
mod check;
mod error;
mod key;
pub mod namespace;

pub use self::allowed_signers::allowed_signers_line;
pub use self::error::SshsigError;
pub use self::key::SshKey;
/// The one version of ssh-key that this workspace speaks.
pub use ssh_key;

use sha2::{Digest as _, Sha256, Sha512};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, Signature, SshSig};

/// What a good signature says besides being good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The signature counter of a FIDO key, as its token tells it; `None` of other keys.
    pub fido_counter: Option<u32>,
}

/// Checks that `armored` is `key`'s signature of `message` in `namespace`; a FIDO key must have been touched for it.
///
/// # Errors
/// [`SshsigError`]: what does not fit, with what was found.
pub fn verify(key: &SshKey, namespace: &str, message: &[u8], armored: &[u8]) -> Result<Verified, SshsigError> {
    let sshsig = parse(armored)?;
    if sshsig.public_key() != key.data() {
        let found = sshsig.public_key().fingerprint(HashAlg::Sha256).to_string();
        return Err(SshsigError::OtherKey {
            expected: key.fingerprint(),
            found,
        });
    }
    if sshsig.namespace() != namespace {
        let found = error::plain(sshsig.namespace());
        return Err(SshsigError::OtherNamespace {
            expected: namespace.to_owned(),
            found,
        });
    }
    check::check_signature(key, &blob(namespace, sshsig.hash_alg(), message), sshsig.signature())
}

/// What an armoured signature says of itself; nothing of it is proved before [`verify`] was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Fingerprint of the key in it, as `ssh-keygen -l` shows it.
    pub key: String,
    /// The namespace in it, made plain.
    pub namespace: String,
}

/// Reads an armoured signature without checking it: whether it is one at all, and by which key it says that it is.
///
/// # Errors
/// Not in the one spelling that OpenSSH has.
pub fn claim(armored: &[u8]) -> Result<Claim, SshsigError> {
    let sshsig = parse(armored)?;
    Ok(Claim {
        key: sshsig.public_key().fingerprint(HashAlg::Sha256).to_string(),
        namespace: error::plain(sshsig.namespace()),
    })
}

/// Checks that it is a signature of `message` in `namespace`, by the key that it has itself: whose that is stays open.
///
/// # Errors
/// As [`verify`].
pub fn holds(namespace: &str, message: &[u8], armored: &[u8]) -> Result<Verified, SshsigError> {
    let key = SshKey::from_signature(&parse(armored)?)?;
    verify(&key, namespace, message, armored)
}

/// The bytes that are signed: namespace and SHA-512 of the message, in SSHSIG's frame.
#[must_use]
pub fn to_be_signed(namespace: &str, message: &[u8]) -> Vec<u8> {
    blob(namespace, HashAlg::Sha512, message)
}

/// Signs with a key held in memory. The armoured signature was checked before it is returned.
///
/// # Errors
/// [`SshsigError::NoNamespace`], an algorithm or a key that [`SshKey`] refuses, a key file still locked.
pub fn sign(private: &PrivateKey, namespace: &str, message: &[u8]) -> Result<String, SshsigError> {
    let key = SshKey::from_private(private)?;
    demand_namespace(namespace)?;
    let sshsig = private
        .sign(namespace, HashAlg::Sha512, message)
        .map_err(SshsigError::cannot_sign)?;
    armor_checked(&key, namespace, message, &sshsig)
}

/// Makes an armoured signature of what an HSM gave: `r` and `s`, 48 bytes each, of ECDSA P-384 with SHA-384 over
/// [`to_be_signed`]. It was checked before it is returned.
///
/// # Errors
/// [`SshsigError::NotP384`] for another key, [`SshsigError::BadSignature`] for `r` and `s` that do not fit.
pub fn assemble_p384(key: &SshKey, namespace: &str, message: &[u8], raw_rs: &[u8; 96]) -> Result<String, SshsigError> {
    if key.algorithm() != key::P384 {
        return Err(SshsigError::NotP384 {
            algorithm: key.algorithm(),
        });
    }
    demand_namespace(namespace)?;
    let scalars = p384::ecdsa::Signature::from_slice(raw_rs).map_err(|_| SshsigError::BadSignature)?;
    let signature = Signature::try_from(scalars).map_err(SshsigError::cannot_sign)?;
    let sshsig = SshSig::new(key.data().clone(), namespace, HashAlg::Sha512, signature);
    armor_checked(key, namespace, message, &sshsig.map_err(SshsigError::cannot_sign)?)
}

/// The same of an Ed25519 key that a token holds: its signature over [`to_be_signed`], 64 octets (RFC 8032).
///
/// # Errors
/// [`SshsigError::BadSignature`] for a signature or a key that do not fit.
pub fn assemble_ed25519(key: &SshKey, namespace: &str, message: &[u8], raw: &[u8; 64]) -> Result<String, SshsigError> {
    demand_namespace(namespace)?;
    let signature = Signature::new(Algorithm::Ed25519, raw.as_slice()).map_err(SshsigError::cannot_sign)?;
    let sshsig = SshSig::new(key.data().clone(), namespace, HashAlg::Sha512, signature);
    armor_checked(key, namespace, message, &sshsig.map_err(SshsigError::cannot_sign)?)
}

/// Reads the armour that `ssh-keygen` writes, and refuses every other spelling of it.
fn parse(armored: &[u8]) -> Result<SshSig, SshsigError> {
    if armored.len() > MAX_ARMOR {
        return Err(SshsigError::TooLong {
            bytes: armored.len(),
            limit: MAX_ARMOR,
        });
    }
    if !armored.windows(BEGIN.len()).any(|part| part == BEGIN) {
        return Err(SshsigError::NoSignature);
    }
    let malformed = |reason| SshsigError::Malformed { reason };
    let sshsig = SshSig::from_pem(armored).map_err(malformed)?;
    // ssh-key takes version 0 as well, and what it skips (text around the armour, other line lengths, padded integers)
    // shows when it writes the signature again.
    if sshsig.version() != SshSig::VERSION {
        return Err(SshsigError::Version {
            found: sshsig.version(),
        });
    }
    if !sshsig.reserved().is_empty() {
        return Err(SshsigError::Reserved {
            bytes: sshsig.reserved().len(),
        });
    }
    let again = sshsig.to_pem(LineEnding::LF).map_err(malformed)?;
    if again.as_bytes() == armored {
        Ok(sshsig)
    } else {
        Err(SshsigError::OtherSpelling)
    }
}

fn demand_namespace(namespace: &str) -> Result<(), SshsigError> {
    if namespace.is_empty() {
        Err(SshsigError::NoNamespace)
    } else {
        Ok(())
    }
}

fn armor_checked(key: &SshKey, namespace: &str, message: &[u8], sshsig: &SshSig) -> Result<String, SshsigError> {
    let armored = sshsig.to_pem(LineEnding::LF).map_err(SshsigError::cannot_sign)?;
    verify(key, namespace, message, armored.as_bytes())?;
    Ok(armored)
}

/// PROTOCOL.sshsig section 3: the magic, then namespace, reserved, hash name and hash as strings.
fn blob(namespace: &str, hash: HashAlg, message: &[u8]) -> Vec<u8> {
    let digest = match hash {
        HashAlg::Sha256 => Sha256::digest(message).to_vec(),
        _ => Sha512::digest(message).to_vec(),
    };
    let mut blob = b"SSHSIG".to_vec();
    for string in [namespace.as_bytes(), b"", hash.as_str().as_bytes(), &digest] {
        // RFC 4251 section 5: a length of four octets; ours are far below 2^32.
        blob.extend((string.len() as u32).to_be_bytes());
        blob.extend(string);
    }
    blob
}

/// PROTOCOL.sshsig, "Armored Signature".
pub(crate) const BEGIN: &[u8] = b"-----BEGIN SSH SIGNATURE-----";
/// A FIDO signature of P-256 is 0.6 KiB armoured; an application name may make it longer.
pub const MAX_ARMOR: usize = 8 * 1024;

#[cfg(test)]
mod tests;
