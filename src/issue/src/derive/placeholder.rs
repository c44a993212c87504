//! Keys that stand for those that an event will make, so that everything else can be derived and linted before.

use record::Digest;
use x509::PublicKey;

use crate::Error;

/// A P-384 key that nobody has kept: its private part is a digest of the name, and public.
pub fn key(name: &str) -> Result<PublicKey, Error> {
    use p384::pkcs8::EncodePublicKey as _;
    let [a, b] = [1, 2].map(|n| Digest::of(format!("placeholder {n} {name}").as_bytes()).0);
    let fault = |what: String| Error::Plan(format!("no placeholder key for {name}: {what}"));
    let secret = p384::SecretKey::from_slice(&[&a[..], &b[..16]].concat()).map_err(|e| fault(e.to_string()))?;
    let spki = secret
        .public_key()
        .to_public_key_der()
        .map_err(|e| fault(e.to_string()))?;
    PublicKey::from_spki_der(spki.as_bytes()).map_err(|e| fault(e.to_string()))
}
