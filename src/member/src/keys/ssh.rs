//! The SSH key's file: OpenSSH's own format, sealed with bcrypt and AES-256-CTR, as `ssh-keygen` reads it.

use record::sshsig::SshKey;
use ssh_key::{Cipher, Kdf, LineEnding, PrivateKey};
use zeroize::Zeroizing;

use super::Cost;
use crate::error::Error;
use crate::files;
use crate::home::Home;
use crate::passphrase::Passphrase;

/// Seals a key.
///
/// # Errors
/// No randomness.
pub fn seal(key: &PrivateKey, passphrase: &Passphrase, cost: Cost) -> Result<Zeroizing<String>, Error> {
    let failed = |what: String| Error::Key {
        doing: "sealing the SSH key",
        what,
    };
    let (mut salt, mut check) = (vec![0; 16], [0; 4]);
    getrandom::fill(&mut salt)
        .and_then(|()| getrandom::fill(&mut check))
        .map_err(|e| failed(e.to_string()))?;
    let kdf = Kdf::Bcrypt {
        salt,
        rounds: cost.bcrypt_rounds,
    };
    let check = u32::from_be_bytes(check);
    let sealed = key.encrypt_with(Cipher::Aes256Ctr, kdf, check, passphrase.reveal());
    sealed
        .and_then(|sealed| sealed.to_openssh(LineEnding::LF))
        .map_err(|e| failed(e.to_string()))
}

/// Makes an Ed25519 key.
///
/// # Errors
/// No randomness.
pub fn make() -> Result<PrivateKey, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut seed[..]).map_err(|e| Error::Key {
        doing: "making the SSH key",
        what: e.to_string(),
    })?;
    let pair = ssh_key::private::Ed25519Keypair::from_seed(&seed);
    PrivateKey::new(pair.into(), "").map_err(|e| Error::Key {
        doing: "making the SSH key",
        what: e.to_string(),
    })
}

/// Unlocks the home's SSH key, and checks that it is the one made at setup.
///
/// # Errors
/// A file that cannot be read, a wrong passphrase, or another key.
pub fn unlock(home: &Home, passphrase: &Passphrase) -> Result<PrivateKey, Error> {
    let path = home.ssh_file();
    let pem = Zeroizing::new(files::read(&path, LIMIT)?);
    let damaged = |what: String| Error::DamagedKey {
        path: path.clone(),
        what,
    };
    let sealed = PrivateKey::from_openssh(&pem[..]).map_err(|e| damaged(e.to_string()))?;
    let public = SshKey::from_private(&sealed).map_err(|e| damaged(e.to_string()))?;
    if public.line() != home.member().ssh_key {
        return Err(Error::ForeignKey { path });
    }
    if !sealed.is_encrypted() {
        return Err(damaged("it is not sealed with a passphrase".into()));
    }
    sealed.decrypt(passphrase.reveal()).map_err(|_| Error::WrongPassphrase {
        member: home.member().id.clone(),
    })
}

/// No key file is larger.
const LIMIT: usize = 16 * 1024;
