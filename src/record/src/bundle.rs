//! The envelope that every bundle has: type, version, rehearsal mark, body.

mod foreign;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::{Bytes, Digest, Error, Roster, cbor, cbor::depth, sshsig, text};

/// What a bundle can hold. The type's name and version never change their meaning; new needs get new types.
pub trait Body: Serialize + DeserializeOwned {
    /// The bundle's type, as written in it.
    const TYPE: &'static str;
    /// The version that this program writes and reads.
    const VERSION: u32 = 1;
    /// The SSHSIG namespace of signatures beside it.
    const NAMESPACE: &'static str;
    /// No bundle of this type has more octets.
    const LIMIT: usize = MESSAGE;

    /// What must hold of it beyond its shape. `rehearsal` is the mark of the envelope around it.
    ///
    /// # Errors
    /// What does not.
    fn check(&self, _rehearsal: bool) -> Result<(), Error> {
        Ok(())
    }
}

/// A message of one member, or to one: some hundred octets, and 500 more for each token; nine members' rosters have 12 KB.
pub const MESSAGE: usize = 64 * 1024;
/// What a window of tokens, or a bad day, makes longer. It still goes as codes.
pub const LIST: usize = 256 * 1024;

/// A file that crosses the gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle<B> {
    /// True in everything that belongs to a rehearsal.
    pub rehearsal: bool,
    /// What it says.
    pub body: B,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<B> {
    #[serde(rename = "type")]
    kind: String,
    version: u32,
    rehearsal: bool,
    body: B,
}

/// The envelope alone, to tell a wrong type from a damaged file.
#[derive(Deserialize)]
struct Label {
    #[serde(rename = "type")]
    kind: String,
    version: u32,
    rehearsal: bool,
    #[serde(rename = "body")]
    _body: IgnoredAny,
}

impl<B: Body> Bundle<B> {
    /// Puts a body into its envelope.
    #[must_use]
    pub fn new(rehearsal: bool, body: B) -> Self {
        Self { rehearsal, body }
    }

    /// The one encoding of this bundle.
    ///
    /// # Errors
    /// See [`cbor::encode`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        cbor::encode(&Envelope {
            kind: B::TYPE.to_owned(),
            version: B::VERSION,
            rehearsal: self.rehearsal,
            body: cbor_value(&self.body)?,
        })
    }

    /// Reads a bundle of this type, strictly.
    ///
    /// # Errors
    /// Another type or version, a damaged file, or an encoding that is not the one.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let bundle = Self::decode_shape(bytes)?;
        bundle.body.check(bundle.rehearsal)?;
        Ok(bundle)
    }

    /// The same, but for [`Body::check`].
    ///
    /// # Errors
    /// As [`Bundle::decode`].
    pub(crate) fn decode_shape(bytes: &[u8]) -> Result<Self, Error> {
        let (kind, version, _) = peek(bytes)?;
        if kind != B::TYPE {
            return Err(Error::OtherType {
                expected: B::TYPE,
                found: text::plain(&kind, 40),
            });
        }
        if version != B::VERSION {
            return Err(Error::OtherVersion {
                kind: B::TYPE,
                found: version,
            });
        }
        cbor::demand_size(bytes, B::LIMIT)?;
        let envelope: Envelope<B> = cbor::decode(bytes)?;
        Ok(Self {
            rehearsal: envelope.rehearsal,
            body: envelope.body,
        })
    }

    /// Reads a bundle of this type that must carry, or lack, the rehearsal mark.
    ///
    /// # Errors
    /// As [`Bundle::decode`], or the other mark.
    pub fn decode_marked(bytes: &[u8], rehearsal: bool) -> Result<B, Error> {
        let bundle = Self::decode(bytes)?;
        if bundle.rehearsal != rehearsal {
            return Err(Error::OtherMark {
                rehearsal: bundle.rehearsal,
            });
        }
        Ok(bundle.body)
    }
}

/// Type, version and mark of any bundle, with nothing said about its body.
///
/// # Errors
/// Too large, or no envelope.
pub fn peek(bytes: &[u8]) -> Result<(String, u32, bool), Error> {
    cbor::demand_size(bytes, cbor::BUNDLE_LIMIT)?;
    let read = || {
        depth::check(bytes)?;
        serde_cbor::from_slice(bytes).map_err(|e| Error::cbor(&e))
    };
    let label: Label = read().map_err(|cause| foreign::instead(bytes, cause))?;
    Ok((label.kind, label.version, label.rehearsal))
}

/// Type and version of any bundle, in its one encoding and with nothing beside the four that an envelope has; of its body
/// nothing else is said.
///
/// # Errors
/// As [`cbor::decode`].
pub(crate) fn envelope(bytes: &[u8]) -> Result<(String, u32), Error> {
    let envelope: Envelope<serde_cbor::Value> = cbor::decode(bytes)?;
    Ok((envelope.kind, envelope.version))
}

fn cbor_value<B: Serialize>(body: &B) -> Result<serde_cbor::Value, Error> {
    serde_cbor::value::to_value(body).map_err(|e| Error::encoding(&e))
}

/// A member's bundle with the signature that lay beside it, kept together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The bundle's file, byte for byte.
    pub bundle: Bytes,
    /// The SSHSIG file beside it, armoured.
    pub signature: String,
    /// Whose signature it is.
    pub member: String,
}

impl Signed {
    /// Reads the bundle and checks the member's signature with the key that the roster has.
    ///
    /// # Errors
    /// A bundle that is not of this type and mark, nobody of this name, or a bad signature.
    pub fn open<B: Body>(&self, roster: &Roster, rehearsal: bool) -> Result<B, Error> {
        let body = Bundle::<B>::decode_marked(&self.bundle, rehearsal)?;
        let member = roster.member(&self.member)?;
        sshsig::verify(
            &member.ssh_key()?,
            B::NAMESPACE,
            &self.bundle,
            self.signature.as_bytes(),
        )
        .map_err(|cause| Error::Signature {
            member: text::plain(&self.member, 63),
            cause,
        })?;
        Ok(body)
    }

    /// The digest of the bundle's file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bundle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::messages::Review;

    fn review() -> Bundle<Review> {
        let plan = Digest::of(b"plan");
        let member = "member-1".to_owned();
        Bundle::new(
            true,
            Review {
                event: "e".into(),
                plan,
                member,
                at: Time(5),
                compared: None,
            },
        )
    }

    #[test]
    fn a_bundle_survives_the_way_back() {
        let bytes = review().encode().expect("encodes");
        assert_eq!(Bundle::<Review>::decode(&bytes).expect("decodes"), review());
    }

    #[test]
    fn refuses_another_type_and_names_it() {
        let bytes = review().encode().expect("encodes");
        let error = Bundle::<crate::messages::Approval>::decode(&bytes).expect_err("another type");
        assert_eq!(error.to_string(), "this is a bundle of type 'review', not 'approval'");
    }

    #[test]
    fn refuses_a_rehearsal_bundle_in_production() {
        let bytes = review().encode().expect("encodes");
        let error = Bundle::<Review>::decode_marked(&bytes, false).expect_err("marked");
        assert_eq!(error.to_string(), "the bundle carries the rehearsal mark");
    }

    #[test]
    fn every_truncation_and_every_changed_byte_is_refused_or_shows() {
        let bytes = review().encode().expect("encodes");
        for n in 0..bytes.len() {
            assert!(Bundle::<Review>::decode(&bytes[..n]).is_err(), "cut at {n}");
            let mut changed = bytes.clone();
            changed[n] ^= 0x20;
            if let Ok(read) = Bundle::<Review>::decode(&changed) {
                assert_ne!(read, review(), "byte {n}");
            }
        }
    }
}
