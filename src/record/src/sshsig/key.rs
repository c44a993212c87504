//! A public SSH key of one of the four algorithms that may sign here.

use ssh_key::public::{EcdsaPublicKey, Ed25519PublicKey, KeyData};
use ssh_key::{HashAlg, PrivateKey, PublicKey, SshSig};

use super::error::{SshsigError, plain};

/// A key that was checked: algorithm, point, and for a FIDO key the application.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SshKey {
    data: KeyData,
    line: String,
}

impl SshKey {
    /// Reads an OpenSSH public key line of at most 2 KiB, `algorithm base64 comment`; the comment is dropped.
    ///
    /// # Errors
    /// Another algorithm (named), another spelling than OpenSSH's, a point that is none.
    pub fn parse(line: &str) -> Result<Self, SshsigError> {
        if line.len() > MAX_LINE {
            return Err(SshsigError::TooLong {
                bytes: line.len(),
                limit: MAX_LINE,
            });
        }
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.chars().any(char::is_control) {
            return Err(SshsigError::NotOneLine);
        }
        known(line.split(' ').next().unwrap_or_default())?;
        let public = PublicKey::from_openssh(line).map_err(|reason| SshsigError::Malformed { reason })?;
        let key = Self::checked(public.key_data())?;
        let rest = line.strip_prefix(key.line()).ok_or(SshsigError::OtherSpelling)?;
        if rest.is_empty() || rest.starts_with(' ') {
            Ok(key)
        } else {
            Err(SshsigError::OtherSpelling)
        }
    }

    /// The public half of a key held in memory.
    ///
    /// # Errors
    /// As [`SshKey::parse`].
    pub fn from_private(private: &PrivateKey) -> Result<Self, SshsigError> {
        Self::checked(private.public_key().key_data())
    }

    /// The SSH key of a P-384 certificate: the point of its SubjectPublicKeyInfo (DER).
    ///
    /// # Errors
    /// Anything but RFC 5480's uncompressed form with the named curve.
    pub fn from_p384_spki(der: &[u8]) -> Result<Self, SshsigError> {
        let not_spki = SshsigError::NotSpki { algorithm: P384 };
        let point = der
            .strip_prefix(SPKI_P384)
            .filter(|point| point.len() == 97)
            .ok_or(not_spki)?;
        let public = EcdsaPublicKey::from_sec1_bytes(point).map_err(|_| SshsigError::BadPoint { algorithm: P384 })?;
        Self::checked(&KeyData::Ecdsa(public))
    }

    /// The SSH key of an Ed25519 certificate: the point of its SubjectPublicKeyInfo (DER).
    ///
    /// # Errors
    /// Anything but RFC 8410's form.
    pub fn from_ed25519_spki(der: &[u8]) -> Result<Self, SshsigError> {
        let point = der.strip_prefix(SPKI_ED25519).and_then(|point| point.try_into().ok());
        let point = point.ok_or(SshsigError::NotSpki { algorithm: ED25519 })?;
        Self::checked(&KeyData::Ed25519(Ed25519PublicKey(point)))
    }

    /// The key that a signature says it is of.
    pub(super) fn from_signature(sshsig: &SshSig) -> Result<Self, SshsigError> {
        Self::checked(sshsig.public_key())
    }

    /// The key as OpenSSH writes it, `algorithm base64`, without comment: one form for one key.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// `SHA256:` and base64, as `ssh-keygen -l` shows it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.data.fingerprint(HashAlg::Sha256).to_string()
    }

    /// OpenSSH's name of the algorithm.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match &self.data {
            KeyData::Ed25519(_) => ED25519,
            KeyData::SkEd25519(_) => SK_ED25519,
            KeyData::SkEcdsaSha2NistP256(_) => SK_P256,
            _ => P384,
        }
    }

    /// Whether the private key is in a FIDO token, which tells of every signature whether it was touched.
    #[must_use]
    pub fn is_fido(&self) -> bool {
        matches!(self.data, KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_))
    }

    pub(super) fn data(&self) -> &KeyData {
        &self.data
    }

    fn checked(data: &KeyData) -> Result<Self, SshsigError> {
        let algorithm = known(data.algorithm().as_str())?;
        if !has_good_point(data) {
            return Err(SshsigError::BadPoint { algorithm });
        }
        demand_ssh_application(data)?;
        let line = PublicKey::from(data.clone())
            .to_openssh()
            .map_err(|reason| SshsigError::Malformed { reason })?;
        Ok(Self {
            data: data.clone(),
            line,
        })
    }
}

impl std::fmt::Display for SshKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line)
    }
}

fn known(name: &str) -> Result<&'static str, SshsigError> {
    let known = ALGORITHMS.into_iter().find(|known| *known == name);
    known.ok_or_else(|| SshsigError::Algorithm { name: plain(name) })
}

/// ssh-key takes points as they come, and compressed ones, which OpenSSH does not.
fn has_good_point(data: &KeyData) -> bool {
    match data {
        KeyData::Ed25519(public) => is_good_ed25519(public),
        KeyData::SkEd25519(sk) => is_good_ed25519(sk.public_key()),
        KeyData::Ecdsa(public) => {
            public.as_sec1_bytes().len() == 97 && p384::ecdsa::VerifyingKey::try_from(public).is_ok()
        }
        KeyData::SkEcdsaSha2NistP256(sk) => {
            let point = sk.ec_point();
            !point.is_compressed() && p256::ecdsa::VerifyingKey::from_sec1_point(point).is_ok()
        }
        _ => false,
    }
}

fn is_good_ed25519(public: &Ed25519PublicKey) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(&public.0).is_ok_and(|key| !key.is_weak())
}

/// PROTOCOL.u2f: applications of SSH begin with `ssh:`; a token key of a web site is none of ours.
fn demand_ssh_application(data: &KeyData) -> Result<(), SshsigError> {
    let application = match data {
        KeyData::SkEd25519(sk) => sk.application(),
        KeyData::SkEcdsaSha2NistP256(sk) => sk.application(),
        _ => return Ok(()),
    };
    match application.starts_with("ssh:") {
        true => Ok(()),
        false => Err(SshsigError::Application {
            application: plain(application),
        }),
    }
}

pub(super) const P384: &str = "ecdsa-sha2-nistp384";
const ED25519: &str = "ssh-ed25519";
const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
const SK_P256: &str = "sk-ecdsa-sha2-nistp256@openssh.com";
const ALGORITHMS: [&str; 4] = [ED25519, SK_ED25519, P384, SK_P256];

const MAX_LINE: usize = 2 * 1024;

/// RFC 5480: id-ecPublicKey with secp384r1, then a BIT STRING of 97 octets without unused bits.
const SPKI_P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";

/// RFC 8410: id-Ed25519, then a BIT STRING of 32 octets without unused bits.
const SPKI_ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
