//! Making a member's three keys: the two of RSA side by side, since each takes a while.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use record::approval_key::ApprovalKey;
use rsa::RsaPrivateKey;
use ssh_key::PrivateKey;
use zeroize::Zeroizing;

use super::files::FileKey;
use super::{Cost, seal, ssh};
use crate::error::Error;
use crate::passphrase::Passphrase;

/// A member's new keys, sealed, with their public halves.
pub struct New {
    /// The approval key's file, and its public half.
    pub approval: Sealed,
    /// The admin key's file, and its public half.
    pub admin: Sealed,
    /// The SSH key's file.
    pub ssh_file: Zeroizing<String>,
    /// The SSH key, to sign the registration with.
    pub ssh: PrivateKey,
}

/// A new RSA key.
pub struct Sealed {
    /// PEM.
    pub file: Zeroizing<String>,
    /// The public half.
    pub public: ApprovalKey,
}

/// Makes all three, on two threads.
///
/// # Errors
/// No randomness, or a cost that cannot be had.
pub fn make(passphrase: &Passphrase, cost: Cost) -> Result<New, Error> {
    let (approval, admin) = std::thread::scope(|scope| {
        let approval = scope.spawn(|| rsa(passphrase, cost));
        let admin = rsa(passphrase, cost);
        let stopped = |_| {
            Err(Error::Key {
                doing: "making the RSA key",
                what: "its thread stopped".into(),
            })
        };
        (approval.join().unwrap_or_else(stopped), admin)
    });
    let ssh = ssh::make()?;
    let ssh_file = ssh::seal(&ssh, passphrase, cost)?;
    Ok(New {
        approval: approval?,
        admin: admin?,
        ssh_file,
        ssh,
    })
}

/// CloudHSM takes RSA-2048 for quorum tokens, and no other size.
fn rsa(passphrase: &Passphrase, cost: Cost) -> Result<Sealed, Error> {
    let failed = |what: String| Error::Key {
        doing: "making the RSA key",
        what,
    };
    // A system without randomness stops here with a message of the library; nothing was written yet.
    let mut random = UnwrapErr(SysRng);
    let secret = RsaPrivateKey::new(&mut random, BITS).map_err(|e| failed(e.to_string()))?;
    let file = seal::seal(&secret, passphrase, cost)?;
    Ok(Sealed {
        file,
        public: FileKey::new(secret)?.public().clone(),
    })
}

const BITS: usize = 2048;
