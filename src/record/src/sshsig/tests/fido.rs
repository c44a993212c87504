//! FIDO keys: a token is played by a key from a seed; `ssh-keygen` judges whether we play it well.

use p256::ecdsa::signature::Signer as _;
use ssh_key::public::{Ed25519PublicKey, KeyData, SkEcdsaSha2NistP256, SkEd25519};
use ssh_key::{Algorithm, Mpint, PublicKey};

use super::super::check::{TOUCH, USER_PRESENT};
use super::super::*;
use super::bench::Bench;
use super::{MESSAGE, text};

#[test]
fn a_touched_fido_key_is_accepted_with_its_counter() {
    for token in [Token::ed25519("ssh:"), Token::p256("ssh:"), Token::ed25519("ssh:pki")] {
        let key = token.key().unwrap();
        let armored = token.sign(USER_PRESENT, 7);
        assert!(key.is_fido());
        let verified = verify(&key, namespace::RECORD, MESSAGE, armored.as_bytes());
        assert_eq!(verified, Ok(Verified { fido_counter: Some(7) }));

        let bench = Bench::new();
        let line = allowed_signers_line("member-1", &key, &[namespace::RECORD], None, None).unwrap();
        bench.write("allowed_signers", line.as_bytes());
        bench
            .verify("member-1", namespace::RECORD, MESSAGE, &armored, None)
            .unwrap();
    }
}

#[test]
fn refuses_a_fido_key_that_nobody_touched() {
    for token in [Token::ed25519("ssh:"), Token::p256("ssh:")] {
        // 0x04: a PIN was given (user verification), which is no touch.
        for flags in [0x00, 0x04, 0xfe] {
            let refusal = verify(
                &token.key().unwrap(),
                namespace::RECORD,
                MESSAGE,
                token.sign(flags, 7).as_bytes(),
            );
            let expected = format!("nobody touched the FIDO key for this signature (flags 0x{flags:02x})");
            assert_eq!(text(refusal), expected);
        }
        let with_pin = verify(
            &token.key().unwrap(),
            namespace::RECORD,
            MESSAGE,
            token.sign(0x05, 0).as_bytes(),
        );
        assert_eq!(with_pin, Ok(Verified { fido_counter: Some(0) }));
    }
}

#[test]
fn refuses_a_touch_or_a_counter_that_was_added_later() {
    for token in [Token::ed25519("ssh:"), Token::p256("ssh:")] {
        let signature = token.signature(0x00, 7);
        let body = signature.as_bytes().split_last_chunk::<TOUCH>().unwrap().0;
        for touch in [[0x01, 0, 0, 0, 7], [0x00, 0, 0, 0, 8]] {
            let forged = Signature::new(signature.algorithm(), [body, &touch].concat()).unwrap();
            let refusal = verify(
                &token.key().unwrap(),
                namespace::RECORD,
                MESSAGE,
                token.armor(forged).as_bytes(),
            );
            assert_eq!(text(refusal), "the signature does not fit the key and what is signed");
        }
    }
}

#[test]
fn refuses_a_fido_key_made_for_a_web_site() {
    for token in [Token::ed25519("example.org"), Token::p256("example.org")] {
        let expected = "the FIDO key was made for 'example.org', not for 'ssh:' or a name that begins so";
        assert_eq!(text(token.key()), expected);
    }
}

#[test]
fn the_same_token_key_for_another_application_is_another_key() {
    let (token, other) = (Token::ed25519("ssh:"), Token::ed25519("ssh:other"));
    let refusal = verify(
        &other.key().unwrap(),
        namespace::RECORD,
        MESSAGE,
        token.sign(1, 1).as_bytes(),
    );
    assert!(matches!(refusal, Err(SshsigError::OtherKey { .. })), "{refusal:?}");
}

#[test]
fn refuses_p256_points_that_are_compressed_or_not_on_the_curve() {
    let expected = "the sk-ecdsa-sha2-nistp256@openssh.com key is not a usable point of its curve";
    let Token::P256 { private, .. } = Token::p256("ssh:") else {
        unreachable!()
    };
    let line = |point| {
        PublicKey::from(KeyData::from(SkEcdsaSha2NistP256::new(point, "ssh:")))
            .to_openssh()
            .unwrap()
    };
    let point = private.verifying_key().to_sec1_point(false);
    assert!(SshKey::parse(&line(point)).is_ok());
    assert_eq!(
        text(SshKey::parse(&line(private.verifying_key().to_sec1_point(true)))),
        expected
    );
    let mut moved = point.as_bytes().to_vec();
    moved[64] ^= 1;
    let moved = ssh_key::sec1::EncodedPoint::from_bytes(&moved).unwrap();
    assert_eq!(text(SshKey::parse(&line(moved))), expected);
}

/// An authenticator, synthesised.
pub enum Token {
    /// With a key of Ed25519.
    Ed25519 {
        private: ed25519_dalek::SigningKey,
        public: SkEd25519,
    },
    /// With a key of P-256.
    P256 {
        private: p256::ecdsa::SigningKey,
        public: SkEcdsaSha2NistP256,
    },
}

impl Token {
    pub fn ed25519(application: &str) -> Self {
        let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let point = Ed25519PublicKey(private.verifying_key().to_bytes());
        Self::Ed25519 {
            private,
            public: SkEd25519::new(point, application),
        }
    }

    pub fn p256(application: &str) -> Self {
        let private = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let point = private.verifying_key().to_sec1_point(false);
        Self::P256 {
            private,
            public: SkEcdsaSha2NistP256::new(point, application),
        }
    }

    fn data(&self) -> KeyData {
        match self {
            Self::Ed25519 { public, .. } => public.clone().into(),
            Self::P256 { public, .. } => public.clone().into(),
        }
    }

    pub fn key(&self) -> Result<SshKey, SshsigError> {
        SshKey::parse(&PublicKey::from(self.data()).to_openssh().unwrap())
    }

    fn sign(&self, flags: u8, counter: u32) -> String {
        self.armor(self.signature(flags, counter))
    }

    fn armor(&self, signature: Signature) -> String {
        self.armor_for(namespace::RECORD, signature)
    }

    fn armor_for(&self, namespace: &str, signature: Signature) -> String {
        let sshsig = SshSig::new(self.data(), namespace, HashAlg::Sha512, signature).unwrap();
        sshsig.to_pem(LineEnding::LF).unwrap()
    }

    /// Of any message, in any namespace.
    pub fn sign_for(&self, namespace: &str, message: &[u8], flags: u8) -> String {
        self.armor_for(namespace, self.signature_of(namespace, message, flags, 7))
    }

    fn signature(&self, flags: u8, counter: u32) -> Signature {
        self.signature_of(namespace::RECORD, MESSAGE, flags, counter)
    }

    /// Written from PROTOCOL.u2f, not with the code under test.
    fn signature_of(&self, namespace: &str, message: &[u8], flags: u8, counter: u32) -> Signature {
        let touch = [&[flags][..], &counter.to_be_bytes()].concat();
        let blob = SshSig::signed_data(namespace, HashAlg::Sha512, message).unwrap();
        let signed = |application: &str| {
            [
                &Sha256::digest(application.as_bytes())[..],
                &touch,
                &Sha256::digest(&blob)[..],
            ]
            .concat()
        };
        let (algorithm, body) = match self {
            Self::Ed25519 { private, public } => (
                Algorithm::SkEd25519,
                private.sign(&signed(public.application())).to_vec(),
            ),
            Self::P256 { private, public } => {
                let signature: p256::ecdsa::Signature = private.sign(&signed(public.application()));
                let (r, s) = signature.split_bytes();
                (Algorithm::SkEcdsaSha2NistP256, [mpint(&r), mpint(&s)].concat())
            }
        };
        Signature::new(algorithm, [body, touch].concat()).unwrap()
    }
}

fn mpint(bytes: &[u8]) -> Vec<u8> {
    ssh_key::encoding::Encode::encode_vec(&Mpint::from_positive_bytes(bytes)).unwrap()
}
