//! The keepers outside: a key each, as `openssl` reads it, and a PKCS#10 request that proves possession.

use der::asn1::{BitString, SetOfVec};
use der::pem::LineEnding;
use der::{Decode as _, Encode as _};
use ed25519_dalek::Signer as _;
use p384::ecdsa;
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, PrivateKeyInfoRef, SecretDocument};
use record::sshsig::{self, SshKey, namespace};
use spki::{AlgorithmIdentifierOwned, EncodePublicKey as _, ObjectIdentifier, SubjectPublicKeyInfoOwned};
use x509_cert::request::{CertReq, CertReqInfo, Version};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::secrets::{Secret, random};

/// A keeper's key and request, both PEM.
pub struct Made {
    /// PKCS#8.
    pub key: Zeroizing<String>,
    /// PKCS#10.
    pub request: String,
}

/// Makes a key and a request: Ed25519 for the transparency log, P-384 for the others.
pub fn make(name: &str) -> Result<Made, Error> {
    let key = Key::make(name)?;
    Ok(Made {
        key: key.pem().map_err(|error| bad(name, &error))?,
        request: request(name, &key).map_err(|error| bad(name, &error))?,
    })
}

/// What a signing service hands over of a file that it signed.
pub struct Signed {
    /// SHA-512 of the file.
    pub hash: Vec<u8>,
    /// SSHSIG, armoured, in the namespace of files.
    pub signature: String,
}

/// Signs a file with a keeper's P-384 key.
pub fn sign(name: &str, key: &[u8], file: &[u8]) -> Result<Signed, Error> {
    let bad = |what: &dyn ToString| bad(name, what);
    let text = std::str::from_utf8(key).map_err(|error| bad(&error))?;
    let key = p384::SecretKey::from_pkcs8_pem(text).map_err(|error| bad(&error))?;
    let key = ecdsa::SigningKey::from(&key);
    let spki = p384::PublicKey::from(key.verifying_key()).to_public_key_der();
    let public = SshKey::from_p384_spki(spki.map_err(|error| bad(&error))?.as_bytes()).map_err(|error| bad(&error))?;
    let signed = sshsig::to_be_signed(namespace::ARTIFACT, file);
    let raw: ecdsa::Signature = key.sign(&signed);
    let raw = <[u8; 96]>::try_from(raw.to_bytes().as_slice()).map_err(|error| bad(&error))?;
    let signature = sshsig::assemble_p384(&public, namespace::ARTIFACT, file, &raw).map_err(|error| bad(&error))?;
    // PROTOCOL.sshsig: what is signed ends in the file's hash.
    let hash = signed[signed.len().saturating_sub(SHA512)..].to_vec();
    Ok(Signed { hash, signature })
}

/// Seals a key file (PKCS#8) with a passphrase, at little cost: a rehearsal's key guards nothing.
pub fn seal(name: &str, key: &[u8], passphrase: &Secret) -> Result<Zeroizing<String>, Error> {
    let bad = |what: &dyn ToString| bad(name, what);
    let text = std::str::from_utf8(key).map_err(|error| bad(&error))?;
    let (_, plain) = SecretDocument::from_pem(text).map_err(|error| bad(&error))?;
    let plain: PrivateKeyInfoRef<'_> = plain.decode_msg().map_err(|error| bad(&error))?;
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random(&mut salt)?;
    random(&mut iv)?;
    let cost = scrypt::Params::new(10, 8, 1).map_err(|error| bad(&error))?;
    let parameters = pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv).map_err(|error| bad(&error))?;
    let sealed = plain.encrypt_with_params(parameters, passphrase.line().as_bytes());
    let sealed = sealed.map_err(|error| bad(&error))?;
    sealed
        .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)
        .map_err(|error| bad(&error))
}

fn bad(name: &str, what: &dyn ToString) -> Error {
    Error::Key {
        name: name.to_owned(),
        what: what.to_string(),
    }
}

enum Key {
    P384(ecdsa::SigningKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl Key {
    fn make(name: &str) -> Result<Self, Error> {
        if name == "transparency" {
            let mut seed = Zeroizing::new([0; 32]);
            random(seed.as_mut_slice())?;
            return Ok(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed))));
        }
        let mut scalar = Zeroizing::new([0; 48]);
        // Almost never a second time: FIPS 186-5 A.2.2, testing candidates.
        loop {
            random(scalar.as_mut_slice())?;
            if let Ok(key) = ecdsa::SigningKey::from_slice(scalar.as_slice()) {
                return Ok(Self::P384(key));
            }
        }
    }

    fn pem(&self) -> pkcs8::Result<Zeroizing<String>> {
        match self {
            Self::P384(key) => p384::SecretKey::from(key).to_pkcs8_pem(LineEnding::LF),
            Self::Ed25519(key) => {
                // RFC 8410 §7: version 0, the algorithm, and the seed in an octet string within an octet string.
                let mut der = Zeroizing::new(ED25519_PKCS8.to_vec());
                der.extend_from_slice(key.as_bytes());
                Ok(Zeroizing::new(
                    der::pem::encode_string("PRIVATE KEY", LineEnding::LF, &der).unwrap_or_default(),
                ))
            }
        }
    }

    fn public(&self) -> der::Result<SubjectPublicKeyInfoOwned> {
        match self {
            Self::P384(key) => {
                let spki = p384::PublicKey::from(key.verifying_key()).to_public_key_der();
                let spki = spki.map_err(|_| der::ErrorKind::Failed)?;
                SubjectPublicKeyInfoOwned::from_der(spki.as_bytes())
            }
            Self::Ed25519(key) => Ok(SubjectPublicKeyInfoOwned {
                algorithm: algorithm(ED25519),
                subject_public_key: BitString::from_bytes(key.verifying_key().as_bytes())?,
            }),
        }
    }

    fn sign(&self, message: &[u8]) -> der::Result<(AlgorithmIdentifierOwned, BitString)> {
        match self {
            Self::P384(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                Ok((
                    algorithm(ECDSA_SHA384),
                    BitString::from_bytes(signature.to_der().as_bytes())?,
                ))
            }
            Self::Ed25519(key) => Ok((
                algorithm(ED25519),
                BitString::from_bytes(&key.sign(message).to_bytes())?,
            )),
        }
    }
}

fn request(name: &str, key: &Key) -> der::Result<String> {
    let info = CertReqInfo {
        version: Version::V1,
        // The plan decides the subject; this name is shown to people only.
        subject: format!("CN=Rehearsal keeper of {name}").parse()?,
        public_key: key.public()?,
        attributes: SetOfVec::new(),
    };
    let (algorithm, signature) = key.sign(&info.to_der()?)?;
    let der = CertReq {
        info,
        algorithm,
        signature,
    }
    .to_der()?;
    Ok(der::pem::encode_string("CERTIFICATE REQUEST", LineEnding::LF, &der).unwrap_or_default())
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

/// RFC 5758 §3.2.
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
/// RFC 8410 §3.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// Octets of a SHA-512.
const SHA512: usize = 64;
/// RFC 8410 §7: all but the seed.
const ED25519_PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    fn openssl(words: &[&str], input: &str) -> String {
        let command = Command::new("openssl")
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = command.expect("openssl is here");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(input.as_bytes())
            .expect("takes it");
        let output = child.wait_with_output().expect("ends");
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    #[test]
    fn openssl_reads_key_and_request_as_one_pair() {
        for name in crate::cli::KEEPERS {
            let made = make(name).expect("makes");
            let from_key = openssl(&["pkey", "-pubout"], &made.key);
            let from_request = openssl(&["req", "-verify", "-noout", "-pubkey"], &made.request);
            assert_eq!(from_key, from_request, "{name}");
        }
    }

    #[test]
    fn the_engine_s_reader_takes_the_request_and_shows_its_name() {
        let request = x509::Csr::parse(make("release").expect("makes").request.as_bytes()).expect("reads");
        assert_eq!(request.subject(), "CN=Rehearsal keeper of release");
    }
}
