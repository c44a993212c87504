//! The seal: what is secret in the state folder is encrypted with a key that is kept elsewhere.
//!
//! PBES2 (RFC 8018: PBKDF2 with HMAC-SHA-256, AES-256 in CBC mode), so that `openssl pkcs8` opens a sealed private
//! key. The password is 32 random bytes in hexadecimal: there is nothing to guess, so one iteration is enough, and a
//! command stays quick. CBC does not show tampering; whoever opens a key compares it with its public half.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use pkcs8::EncryptedPrivateKeyInfoOwned;
use pkcs8::der::asn1::OctetString;
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::pbes2::Parameters;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::Broken;
use crate::files;
use crate::words::{hex, random};

/// 64 hexadecimal digits.
pub struct SealKey(Zeroizing<String>);

impl SealKey {
    /// Reads the key, or makes one, durably and for its owner alone.
    pub fn read_or_make(path: &Path) -> Result<SealKey, Broken> {
        match SealKey::read(path) {
            Err(Broken::NoSealKey { .. }) => SealKey::make(path),
            read => read,
        }
    }

    pub fn read(path: &Path) -> Result<SealKey, Broken> {
        let mut text = Zeroizing::new(String::new());
        match files::open(path).and_then(|file| file.take(DIGITS as u64 + 2).read_to_string(&mut text)) {
            Ok(_) => {}
            Err(source) if source.kind() == ErrorKind::NotFound => return Err(Broken::NoSealKey { path: path.into() }),
            Err(source) if source.kind() == ErrorKind::InvalidData => {
                return Err(Broken::NotASealKey { path: path.into() });
            }
            Err(source) => return Err(Broken::file(path, source)),
        }
        let digits = Zeroizing::new(text.trim_end_matches('\n').to_owned());
        match digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            true => Ok(SealKey(digits)),
            false => Err(Broken::NotASealKey { path: path.into() }),
        }
    }

    fn make(path: &Path) -> Result<SealKey, Broken> {
        let drawn = Zeroizing::new(random::<{ DIGITS / 2 }>()?);
        let digits = Zeroizing::new(hex(&drawn[..]).trim_start_matches("0x").to_owned());
        let made = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
        made.and_then(|mut file| {
            file.write_all(format!("{}\n", *digits).as_bytes())
                .and_then(|()| file.sync_all())
        })
        .map_err(|source| Broken::file(path, source))?;
        Ok(SealKey(digits))
    }

    /// Tells this key from another, and says nothing else of it.
    pub fn check(&self) -> String {
        hex(&Sha256::digest(format!("cloudhsm-standin seal key {}", *self.0))[..16])
    }

    /// The secret as an `EncryptedPrivateKeyInfo` in DER, whatever it is.
    pub fn seal(&self, secret: &[u8]) -> Result<Vec<u8>, Broken> {
        let scheme = Parameters::generate_pbkdf2_sha256_aes256cbc(ITERATIONS, &random::<16>()?, random()?);
        let sealed = scheme.and_then(|scheme| Ok((scheme.encrypt(&*self.0, secret)?, scheme)));
        let (data, scheme) = sealed.map_err(|_| Broken::Randomness)?;
        let sealed = EncryptedPrivateKeyInfoOwned {
            encryption_algorithm: scheme.into(),
            encrypted_data: OctetString::new(data).map_err(|_| Broken::Randomness)?,
        };
        sealed.to_der().map_err(|_| Broken::Randomness)
    }

    /// None: it was not sealed with this key, or it is damaged. A damaged secret may also come out as nonsense.
    pub fn open(&self, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = EncryptedPrivateKeyInfoOwned::from_der(sealed).ok()?;
        // A file that asks for other work than ours is not ours.
        let pbes2 = sealed.encryption_algorithm.pbes2()?;
        let iterations = pbes2.kdf.pbkdf2().map(|kdf| kdf.iteration_count);
        if iterations != Some(ITERATIONS) {
            return None;
        }
        let opened = sealed
            .encryption_algorithm
            .decrypt(&*self.0, sealed.encrypted_data.as_bytes());
        opened.ok().map(Zeroizing::new)
    }
}

const DIGITS: usize = 64;
const ITERATIONS: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: char) -> SealKey {
        SealKey(Zeroizing::new(digit.to_string().repeat(DIGITS)))
    }

    #[test]
    fn opens_what_it_sealed_and_never_seals_twice_alike() {
        let (one, two) = (key('a').seal(b"secret").unwrap(), key('a').seal(b"secret").unwrap());
        assert_ne!(one, two);
        assert_eq!(&key('a').open(&one).unwrap()[..], b"secret");
        assert!(!one.windows(6).any(|part| part == b"secret"));
    }

    #[test]
    fn does_not_open_with_another_key() {
        // CBC's padding may fit by chance, one time in 256: then what comes out is nonsense.
        let opened = key('b').open(&key('a').seal(b"secret").unwrap());
        assert!(opened.is_none_or(|opened| &opened[..] != b"secret"));
        assert_ne!(key('a').check(), key('b').check());
    }

    #[test]
    fn refuses_a_file_that_asks_for_endless_work() {
        let scheme = Parameters::generate_pbkdf2_sha256_aes256cbc(100_000_000, &[0; 16], [0; 16]).unwrap();
        let costly = EncryptedPrivateKeyInfoOwned {
            encryption_algorithm: scheme.into(),
            encrypted_data: OctetString::new([0; 16]).unwrap(),
        };
        assert!(key('a').open(&costly.to_der().unwrap()).is_none());
    }

    #[test]
    fn takes_no_other_bytes_for_sealed() {
        for bytes in [&b""[..], b"0", b"\x30\x03\x02\x01\x00", &[0x30; 300]] {
            assert!(key('a').open(bytes).is_none());
        }
    }
}
