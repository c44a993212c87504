//! `access sign`: the delegate's key signs a batch, from a sealed file or in a token. `ssh-keygen -Y sign` does as well.

use std::path::{Path, PathBuf};

use ed25519_dalek::Signer as _;
use p384::pkcs8::DecodePrivateKey as _;
use pkcs8::pkcs5::pbes2;
use pkcs8::{EncryptedPrivateKeyInfoOwned, PrivateKeyInfoRef, SecretDocument};
use pkcs11::{Class, Key, Kind, Module, Pin, Token, TokenName};
use record::screen::Shown;
use record::sshsig::{self, SshKey, SshsigError, namespace};
use sha2::{Digest as _, Sha384};
use ssh_key::PrivateKey;
use verifier::access::Access;
use zeroize::Zeroizing;

use super::LIMIT;
use crate::error::Error;
use crate::passphrase::Passphrase;
use crate::{files, terminal};

/// What `access sign` is told. The passphrase or PIN is a line on standard input.
#[derive(clap::Args)]
pub struct Arguments {
    /// The batch; its signature is written beside it, with .sig at its end.
    #[arg(value_name = "BATCH")]
    batch: PathBuf,
    /// The key: PKCS#8 or OpenSSH's own format, sealed with a passphrase.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "token",
        conflicts_with = "token"
    )]
    key: Option<PathBuf>,
    /// The PKCS#11 module of the token that holds the key.
    #[arg(long, value_name = "MODULE", requires = "token_label", requires = "key_label")]
    token: Option<PathBuf>,
    /// The token's label, or `serial:` and its serial number.
    #[arg(long, value_name = "LABEL")]
    token_label: Option<String>,
    /// The label of the private key; its public half has the same, or the same
    /// with `-public` at its end.
    #[arg(long, value_name = "LABEL")]
    key_label: Option<String>,
}

/// Signs.
///
/// # Errors
/// No batch, no key, or a wrong passphrase.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let path = &arguments.batch;
    let bytes = files::read(path, LIMIT)?;
    let wrong = |cause| Error::Bundle {
        path: path.clone(),
        cause: Box::new(cause),
    };
    let (.., rehearsal) = record::bundle::peek(&bytes).map_err(wrong)?;
    Access::read(&bytes, rehearsal).map_err(wrong)?;
    let out = PathBuf::from(format!("{}.sig", path.display()));
    files::demand_absent(&out)?;
    let signature = match (&arguments.key, &arguments.token) {
        (Some(key), _) => with_file(key, &bytes)?,
        (None, Some(module)) => with_token(module, arguments, &bytes)?,
        (None, None) => {
            return Err(Error::Usage {
                what: "name --key or --token".into(),
            });
        }
    };
    files::create(&out, signature.as_bytes(), files::PUBLIC)?;
    let claim = sshsig::claim(signature.as_bytes()).map_err(refused)?;
    terminal::show(&Shown::Wrote {
        path: out.display().to_string(),
        what: format!("signature by {}", claim.key),
    });
    Ok(())
}

fn with_file(path: &Path, message: &[u8]) -> Result<String, Error> {
    let damaged = |what: String| Error::DamagedSigner {
        path: path.into(),
        what,
    };
    let text = Zeroizing::new(files::read(path, KEY_LIMIT)?);
    let text = std::str::from_utf8(&text).map_err(|error| damaged(error.to_string()))?;
    if text.starts_with(OPENSSH) {
        let key = PrivateKey::from_openssh(text).map_err(|error| damaged(error.to_string()))?;
        if !key.is_encrypted() {
            return Err(damaged("it is not sealed with a passphrase".into()));
        }
        let key = key.decrypt(terminal::passphrase_of(KEY)?.reveal());
        let key = key.map_err(|_| Error::WrongPassphrase { path: path.into() })?;
        return sshsig::sign(&key, namespace::ACCESS, message).map_err(refused);
    }
    let (label, document) = SecretDocument::from_pem(text).map_err(|error| damaged(error.to_string()))?;
    match label {
        "ENCRYPTED PRIVATE KEY" => {}
        "PRIVATE KEY" => return Err(damaged("it is not sealed with a passphrase".into())),
        other => return Err(damaged(format!("it holds '{}'", record::text::plain(other, 40)))),
    }
    let sealed = document
        .decode_msg::<EncryptedPrivateKeyInfoOwned>()
        .map_err(|_| damaged(SEALED_ANEW.into()))?;
    demand_cost(&sealed).map_err(damaged)?;
    pkcs8(path, &sealed, &terminal::passphrase_of(KEY)?, message)
}

/// A file could ask for more memory or time than any key needs.
fn demand_cost(sealed: &EncryptedPrivateKeyInfoOwned) -> Result<(), String> {
    let Some(parameters) = sealed.encryption_algorithm.pbes2() else {
        return Err(SEALED_ANEW.into());
    };
    let fair = match &parameters.kdf {
        pbes2::Kdf::Scrypt(scrypt) => scrypt.cost_parameter <= 1 << 20 && scrypt.block_size <= 16,
        pbes2::Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= 10_000_000,
        _ => false,
    };
    match fair {
        true => Ok(()),
        false => Err("what seals it costs more than any key's does".into()),
    }
}

fn pkcs8(
    path: &Path,
    sealed: &EncryptedPrivateKeyInfoOwned,
    passphrase: &Passphrase,
    message: &[u8],
) -> Result<String, Error> {
    let wrong = || Error::WrongPassphrase { path: path.into() };
    let other = || Error::DamagedSigner {
        path: path.into(),
        what: "it is neither an Ed25519 nor a P-384 key".into(),
    };
    let plain = sealed.decrypt(passphrase.reveal()).map_err(|_| wrong())?;
    let signed = sshsig::to_be_signed(namespace::ACCESS, message);
    let info: PrivateKeyInfoRef<'_> = plain.decode_msg().map_err(|_| wrong())?;
    let seed = info.private_key.as_bytes().strip_prefix(&SEED_HEADER);
    if let Some(seed) = seed.and_then(|seed| <&[u8; 32]>::try_from(seed).ok()) {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let spki = [SPKI_ED25519, key.verifying_key().as_bytes()].concat();
        let public = SshKey::from_ed25519_spki(&spki).map_err(refused)?;
        let raw = key.sign(&signed).to_bytes();
        return sshsig::assemble_ed25519(&public, namespace::ACCESS, message, &raw).map_err(refused);
    }
    let key = p384::SecretKey::from_pkcs8_der(plain.as_bytes()).map_err(|_| other())?;
    let key = p384::ecdsa::SigningKey::from(&key);
    let raw: p384::ecdsa::Signature = key.sign(&signed);
    let point = key.verifying_key().to_sec1_point(false);
    let public = SshKey::from_p384_spki(&[SPKI_P384, point.as_bytes()].concat()).map_err(refused)?;
    let raw = <[u8; 96]>::try_from(raw.to_bytes().as_slice()).map_err(|_| other())?;
    sshsig::assemble_p384(&public, namespace::ACCESS, message, &raw).map_err(refused)
}

fn with_token(module: &Path, arguments: &Arguments, message: &[u8]) -> Result<String, Error> {
    let failed = |error: pkcs11::Error| Error::Signer {
        what: error.to_string(),
    };
    let name: TokenName = arguments
        .token_label
        .as_deref()
        .unwrap_or_default()
        .parse()
        .map_err(failed)?;
    let label = arguments.key_label.as_deref().unwrap_or_default();
    let mut token = Module::load(module)
        .and_then(|module| module.open(&name))
        .map_err(failed)?;
    let pin = terminal::passphrase_of("PIN of the token: ")?;
    let pin = std::str::from_utf8(pin.reveal()).map_err(|_| Error::Signer {
        what: "the PIN is not text".into(),
    })?;
    token.login(&Pin::new(pin)).map_err(failed)?;
    let made = signed_by(&mut token, label, message, &failed);
    // The signature counts, whatever the logout comes to.
    let _ = token.logout();
    made
}

fn signed_by(
    token: &mut Token,
    label: &str,
    message: &[u8],
    failed: &dyn Fn(pkcs11::Error) -> Error,
) -> Result<String, Error> {
    let private = token.find(label, Class::Private).map_err(failed)?;
    let public: Option<Key> = token.look(label, Class::Public).map_err(failed)?;
    let public = match public {
        Some(public) => public,
        None => token.find(&format!("{label}-public"), Class::Public).map_err(failed)?,
    };
    let spki = token.public_key_spki(&public).map_err(failed)?;
    let signed = sshsig::to_be_signed(namespace::ACCESS, message);
    match private.attributes.kind {
        Kind::Ed25519 => {
            let key = SshKey::from_ed25519_spki(&spki).map_err(refused)?;
            let raw = token.sign_eddsa(&private, &signed).map_err(failed)?;
            sshsig::assemble_ed25519(&key, namespace::ACCESS, message, &raw).map_err(refused)
        }
        Kind::P384 => {
            let key = SshKey::from_p384_spki(&spki).map_err(refused)?;
            let raw = token
                .sign_ecdsa(&private, &Sha384::digest(&signed).into())
                .map_err(failed)?;
            sshsig::assemble_p384(&key, namespace::ACCESS, message, &raw).map_err(refused)
        }
        _ => Err(Error::Signer {
            what: "the key is neither Ed25519 nor P-384".into(),
        }),
    }
}

fn refused(error: SshsigError) -> Error {
    Error::Signer {
        what: error.to_string(),
    }
}

/// PBES1 and PKCS#12's own schemes are not read, nor is PBES2 with other ciphers than AES.
const SEALED_ANEW: &str =
    "how it is sealed is not known here: seal it again with `openssl pkcs8 -topk8 -v2 aes-256-cbc`";
const KEY: &str = "Passphrase of the key for transparency: ";
const OPENSSH: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
/// RFC 8410, section 7: the seed is an OCTET STRING.
const SEED_HEADER: [u8; 2] = [0x04, 32];
/// RFC 8410 and RFC 5480, as certificates have them.
const SPKI_ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
const SPKI_P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
/// No key file is larger.
const KEY_LIMIT: usize = 16 * 1024;
