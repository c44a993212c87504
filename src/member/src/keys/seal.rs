//! RSA key files: PKCS#8 sealed with a passphrase (RFC 8018: PBES2, scrypt, AES-256-CBC), as `openssl pkey` reads them.

use pkcs8::der::pem::PemLabel as _;
use pkcs8::pkcs5::pbes2;
use pkcs8::pkcs5::scrypt;
use pkcs8::{EncryptedPrivateKeyInfoOwned, LineEnding, PrivateKeyInfoRef, SecretDocument};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use zeroize::Zeroizing;

use super::Cost;
use crate::error::Error;
use crate::passphrase::Passphrase;

/// Seals a key into PEM.
///
/// # Errors
/// No randomness, or a cost that scrypt cannot have.
pub fn seal(key: &RsaPrivateKey, passphrase: &Passphrase, cost: Cost) -> Result<Zeroizing<String>, Error> {
    let failed = |what: String| Error::Key {
        doing: "sealing the RSA key",
        what,
    };
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    for random in [&mut salt, &mut iv] {
        getrandom::fill(random).map_err(|e| failed(e.to_string()))?;
    }
    let scrypt = scrypt::Params::new(cost.scrypt_log2_n, SCRYPT_R, SCRYPT_P).map_err(|e| failed(e.to_string()))?;
    let parameters =
        pbes2::Parameters::generate_scrypt_aes256cbc(scrypt, &salt, iv).map_err(|e| failed(e.to_string()))?;
    let plain = key.to_pkcs8_der().map_err(|e| failed(e.to_string()))?;
    let plain = PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|e| failed(e.to_string()))?;
    let sealed = plain
        .encrypt_with_params(parameters, passphrase.reveal())
        .map_err(|e| failed(e.to_string()))?;
    sealed
        .to_pem(EncryptedPrivateKeyInfoOwned::PEM_LABEL, LineEnding::LF)
        .map_err(|e| failed(e.to_string()))
}

/// Opens a sealed key; none if the passphrase does not.
///
/// # Errors
/// Not a sealed key, in words.
pub fn open(pem: &[u8], passphrase: &Passphrase) -> Result<Option<RsaPrivateKey>, String> {
    let text = std::str::from_utf8(pem).map_err(|e| e.to_string())?;
    let (label, document) = SecretDocument::from_pem(text).map_err(|e| e.to_string())?;
    if label != EncryptedPrivateKeyInfoOwned::PEM_LABEL {
        return Err(format!("it holds '{}'", record::text::plain(label, 40)));
    }
    let sealed = document
        .decode_msg::<EncryptedPrivateKeyInfoOwned>()
        .map_err(|e| e.to_string())?;
    // AES-CBC has no checksum: a wrong passphrase gives bad padding or, once in 256 times, bytes that are no key.
    let plain = sealed.decrypt(passphrase.reveal()).ok();
    Ok(plain.and_then(|plain| RsaPrivateKey::from_pkcs8_der(plain.as_bytes()).ok()))
}

/// No key file is larger: RSA-2048 takes 1.9 KB.
pub const LIMIT: usize = 16 * 1024;
/// RFC 7914's block size.
const SCRYPT_R: u32 = 8;
/// No parallelism: one attacker's core is as good as another.
const SCRYPT_P: u32 = 1;
