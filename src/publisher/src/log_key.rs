//! The log's key: Ed25519 in a file, PKCS#8 sealed with a passphrase, as `openssl pkey` reads it; or in a token.

pub mod token;

use std::path::Path;

use pkcs8::der::asn1::{ObjectIdentifier, OctetStringRef};
use pkcs8::der::pem::PemLabel as _;
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoOwned, LineEnding, PrivateKeyInfoRef, SecretDocument};
use tlog::{Signer, VerifierKey};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::files;
use crate::passphrase::Passphrase;

/// What an attempt at the passphrase costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Little: a rehearsal's key guards nothing, and a rehearsal takes three seconds.
    Rehearsal,
    /// As much as `openssl pkey` takes.
    Production,
}

impl Cost {
    /// The logarithm to base 2 of scrypt's N, with r = 8 and p = 1 (RFC 7914). With 15 it takes 32 MiB, and
    /// `openssl pkey` refuses that.
    fn log2_n(self) -> u8 {
        match self {
            Self::Rehearsal => 10,
            Self::Production => 14,
        }
    }
}

/// Makes a key: its sealed file, and its public side under the log's origin.
///
/// # Errors
/// No randomness.
pub fn make(origin: &str, passphrase: &Passphrase, cost: Cost) -> Result<(Zeroizing<String>, VerifierKey), Error> {
    let failed = |what: getrandom::Error| Error::Key {
        doing: "making the log key",
        what: what.to_string(),
    };
    let mut seed = Zeroizing::new([0; SEED]);
    getrandom::fill(&mut *seed).map_err(failed)?;
    let pem = seal(&seed, passphrase, cost)?;
    Ok((pem, Signer::new(origin, seed)?.key().clone()))
}

/// Opens the key file and checks that it is the key that is expected.
///
/// # Errors
/// A file that is no sealed Ed25519 key, a wrong passphrase, or another key.
pub fn open(path: &Path, passphrase: &Passphrase, expected: &VerifierKey) -> Result<Signer, Error> {
    let damaged = |what: String| Error::DamagedKey {
        path: path.into(),
        what,
    };
    let pem = Zeroizing::new(files::read(path, LIMIT)?);
    let text = std::str::from_utf8(&pem).map_err(|e| damaged(e.to_string()))?;
    let (label, document) = SecretDocument::from_pem(text).map_err(|e| damaged(e.to_string()))?;
    if label != EncryptedPrivateKeyInfoOwned::PEM_LABEL {
        return Err(damaged(format!("it holds '{}'", record::text::plain(label, 40))));
    }
    let sealed = document
        .decode_msg::<EncryptedPrivateKeyInfoOwned>()
        .map_err(|e| damaged(e.to_string()))?;
    // AES-CBC has no checksum: a wrong passphrase gives bad padding or, once in 256 times, bytes that are no key.
    let plain = sealed.decrypt(passphrase.reveal()).ok();
    let seed = plain
        .and_then(|plain| seed(&plain))
        .ok_or_else(|| Error::WrongPassphrase { path: path.into() })?;
    let signer = Signer::new(expected.name(), seed)?;
    match signer.key() == expected {
        true => Ok(signer),
        false => {
            let (found, expected) = (signer.key().to_string(), expected.to_string());
            Err(Error::ForeignKey {
                path: path.into(),
                found,
                expected,
            })
        }
    }
}

fn seal(seed: &[u8; SEED], passphrase: &Passphrase, cost: Cost) -> Result<Zeroizing<String>, Error> {
    let failed = |what: String| Error::Key {
        doing: "sealing the log key",
        what,
    };
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    for random in [&mut salt, &mut iv] {
        getrandom::fill(random).map_err(|e| failed(e.to_string()))?;
    }
    let cost = scrypt::Params::new(cost.log2_n(), SCRYPT_R, SCRYPT_P).map_err(|e| failed(e.to_string()))?;
    let parameters =
        pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv).map_err(|e| failed(e.to_string()))?;
    // RFC 8410 section 7: the private key is an OCTET STRING inside the OCTET STRING, here by its two octets of header.
    let inner = Zeroizing::new([&HEADER[..], seed].concat());
    let key = OctetStringRef::new(&inner).map_err(|e| failed(e.to_string()))?;
    let plain = PrivateKeyInfoRef::new(
        AlgorithmIdentifierRef {
            oid: ED25519,
            parameters: None,
        },
        key,
    );
    let sealed = plain
        .encrypt_with_params(parameters, passphrase.reveal())
        .map_err(|e| failed(e.to_string()))?;
    sealed
        .to_pem(EncryptedPrivateKeyInfoOwned::PEM_LABEL, LineEnding::LF)
        .map_err(|e| failed(e.to_string()))
}

/// The 32 secret octets of an opened key; none if it is not an Ed25519 key.
fn seed(plain: &SecretDocument) -> Option<Zeroizing<[u8; SEED]>> {
    let key: PrivateKeyInfoRef<'_> = plain.decode_msg().ok()?;
    let seed = key.private_key.as_bytes().strip_prefix(&HEADER)?;
    let is_ours = key.algorithm.oid == ED25519 && key.algorithm.parameters.is_none();
    is_ours.then(|| seed.try_into().ok().map(Zeroizing::new))?
}

const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 1;

/// RFC 8410: id-Ed25519.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const SEED: usize = 32;
const HEADER: [u8; 2] = [0x04, SEED as u8];
/// No key file is larger.
const LIMIT: usize = 16 * 1024;
