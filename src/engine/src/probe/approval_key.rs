//! Approval keys that live in memory for the length of a probe: they guard nothing but throw-away users.

use base64ct::{Base64, Encoding as _};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::Sha256;

use super::trouble::Trouble;

/// An RSA-2048 key of a throw-away user.
#[derive(Clone)]
pub struct ApprovalKey(RsaPrivateKey);

impl ApprovalKey {
    /// `count` new keys; each takes a while, so they are made side by side.
    pub fn make(count: usize) -> Result<Vec<ApprovalKey>, Trouble> {
        let failed = |why: String| Trouble::ApprovalKey { why };
        let one = || RsaPrivateKey::new(&mut UnwrapErr(SysRng), BITS).map(ApprovalKey);
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(one)).collect();
            let made = threads.into_iter().map(|thread| match thread.join() {
                Ok(made) => made.map_err(|cause| failed(cause.to_string())),
                Err(_) => Err(failed("its thread stopped".into())),
            });
            made.collect()
        })
    }

    /// The public half in PEM.
    pub fn public_pem(&self) -> Result<String, Trouble> {
        let failed = |cause: rsa::pkcs8::spki::Error| Trouble::ApprovalKey { why: cause.to_string() };
        self.0.to_public_key().to_public_key_pem(LineEnding::LF).map_err(failed)
    }

    /// Signs 32 bytes as an already computed SHA-256 with PKCS#1 v1.5, as the HSM demands.
    pub fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Trouble> {
        let signed = self
            .0
            .sign_with_rng(&mut UnwrapErr(SysRng), Pkcs1v15Sign::new::<Sha256>(), digest);
        signed.map_err(|cause| Trouble::ApprovalKey { why: cause.to_string() })
    }

    /// The same in base64 without line breaks, as an approval holds it.
    pub fn sign_base64(&self, digest: &[u8; 32]) -> Result<String, Trouble> {
        self.sign(digest).map(|signature| Base64::encode_string(&signature))
    }
}

const BITS: usize = 2048;
