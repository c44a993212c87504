//! `age1tag1…`, opened by hand: the crate that seals to it cannot open it, and the `age` program here does not know it. So this
//! is C2SP age.md ("The p256tag recipient stanza") and RFC 9180 (base mode), written once more from their texts, on a P-256 of
//! another version than that which sealed.

use std::iter;

use age_core::format::{FileKey, Stanza};
use base64ct::{Base64Unpadded, Encoding as _};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey};
use sha2::{Digest as _, Sha256};

use crate::support::{SECRET, sealed};

/// A key as hardware would hold it.
struct Key(SecretKey);

impl Key {
    fn new() -> Self {
        let mut octets = [0; 32];
        getrandom::fill(&mut octets).expect("random octets");
        // Below the group's order.
        octets[0] = 0;
        Self(SecretKey::from_slice(&octets).expect("a key"))
    }

    fn compressed(&self) -> Vec<u8> {
        self.0.public_key().to_sec1_point(true).as_bytes().to_vec()
    }

    fn recipient(&self) -> String {
        bech32("age1tag", &self.compressed())
    }

    /// The file key, by RFC 9180 §4.1 and §5.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
    fn decapsulated(&self, enc: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let theirs = PublicKey::from_sec1_bytes(enc).ok()?;
        let dh = self.0.diffie_hellman(&theirs);
        let own = self.0.public_key().to_sec1_point(false).as_bytes().to_vec();
        let kem = b"KEM\x00\x10".to_vec();
        let prk = labeled_extract(&kem, b"", b"eae_prk", dh.raw_secret_bytes());
        let shared = labeled_expand(&kem, &prk, b"shared_secret", &[enc, &own].concat(), 32);
        let suite = b"HPKE\x00\x10\x00\x01\x00\x03".to_vec();
        let psk_id = labeled_extract(&suite, b"", b"psk_id_hash", b"");
        let info = labeled_extract(&suite, b"", b"info_hash", INFO);
        let context = [&[0][..], &psk_id, &info].concat();
        let secret = labeled_extract(&suite, &shared, b"secret", b"");
        let key = labeled_expand(&suite, &secret, b"key", &context, 32);
        let nonce = labeled_expand(&suite, &secret, b"base_nonce", &context, 12);
        let cipher = ChaCha20Poly1305::new_from_slice(&key).ok()?;
        let payload = Payload { msg: sealed, aad: b"" };
        cipher.decrypt(Nonce::from_slice(&nonce), payload).ok()
    }
}

impl age::Identity for Key {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag != "p256tag" {
            return None;
        }
        let [tag, enc] = &stanza.args[..] else { return None };
        let (tag, enc) = (
            Base64Unpadded::decode_vec(tag).ok()?,
            Base64Unpadded::decode_vec(enc).ok()?,
        );
        // The first four octets, by which hardware knows what is for it without a touch.
        let ikm = [&enc[..], &Sha256::digest(self.compressed())[..4]].concat();
        if hmac(INFO, &ikm)[..4] != tag[..] {
            return None;
        }
        let key: [u8; 16] = self.decapsulated(&enc, &stanza.body)?.try_into().ok()?;
        Some(Ok(FileKey::new(Box::new(key))))
    }
}

fn opened(key: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let decryptor = age::Decryptor::new_buffered(sealed).expect("an age file");
    let mut reader = decryptor.decrypt(iter::once(key as &dyn age::Identity)).ok()?;
    let mut opened = Vec::new();
    reader.read_to_end(&mut opened).expect("whole");
    Some(opened)
}

#[test]
fn a_hardware_keys_other_half_opens_what_was_sealed_to_its_tag() {
    for _ in 0..8 {
        let key = Key::new();
        assert_eq!(opened(&key, &sealed(&key.recipient(), SECRET)).as_deref(), Some(SECRET));
    }
}

#[test]
fn another_hardware_key_does_not_know_the_tag() {
    let (key, other) = (Key::new(), Key::new());
    assert_eq!(opened(&other, &sealed(&key.recipient(), SECRET)), None);
}

/// RFC 9180 §4: a label and the suite are part of everything that is derived.
fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Vec<u8> {
    hmac(salt, &[b"HPKE-v1", suite, label, ikm].concat())
}

fn labeled_expand(suite: &[u8], prk: &[u8], label: &[u8], info: &[u8], length: u16) -> Vec<u8> {
    let info = [&length.to_be_bytes()[..], b"HPKE-v1", suite, label, info].concat();
    // RFC 5869 §2.3, for no more than one block.
    let mut block = hmac(prk, &[&info[..], &[1]].concat());
    block.truncate(usize::from(length));
    block
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

/// BIP 173, to write a recipient.
fn bech32(name: &str, octets: &[u8]) -> String {
    let mut digits = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for octet in octets {
        held = held << 8 | u32::from(*octet);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            digits.push((held >> bits & 31) as u8);
        }
    }
    if bits > 0 {
        digits.push((held << (5 - bits) & 31) as u8);
    }
    let high = name.bytes().map(|letter| letter >> 5);
    let low = name.bytes().map(|letter| letter & 31);
    let expanded: Vec<u8> = high.chain([0]).chain(low).collect();
    let check = polymod(&[&expanded[..], &digits, &[0; 6]].concat()) ^ 1;
    digits.extend((0..6).map(|n| (check >> (5 * (5 - n)) & 31) as u8));
    let letters = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let data: String = digits
        .iter()
        .map(|digit| char::from(letters[usize::from(*digit)]))
        .collect();
    format!("{name}1{data}")
}

fn polymod(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(*value);
        let terms = GENERATOR.iter().enumerate().filter(|(n, _)| top >> n & 1 == 1);
        terms.fold(next, |sum, (_, term)| sum ^ term)
    })
}

const INFO: &[u8] = b"age-encryption.org/p256tag";
