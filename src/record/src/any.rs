//! Bundles of any type: the one place that knows all types, and reads each by its own rules.

mod named;
mod whose;

use crate::access::{ConsoleBatch, HsmBatch};
use crate::messages::{
    Acknowledgement, Approval, ApprovalRequest, Attendance, Exceptions, HandOver, ImageManifest, KeyAnswer, KeyRequest,
    Opening, Recipient, Refusal, Registration, Review,
};
use crate::parcel::Parcel;
use crate::plan::PlanBundle;
use crate::record::Record;
use crate::results::Results;
use crate::{Body, Bundle, Error, Roster, Standing, bundle, cbor, text};

pub use whose::Signer;

/// What is known of a type before a bundle of it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// As written in the bundle.
    pub name: &'static str,
    /// The one version of it that this program reads.
    pub version: u32,
    /// The SSHSIG namespace of signatures beside it.
    pub namespace: &'static str,
    /// No bundle of this type has more octets.
    pub limit: usize,
    /// What it is, in words.
    pub about: &'static str,
    /// Who makes it.
    pub maker: Maker,
}

/// Who makes bundles of a type: what decides which way they cross the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// The console: they leave it.
    Console,
    /// A member or somebody else outside: they are brought to it.
    Outside,
    /// Whoever shows codes, on either side: they cross as codes alone.
    Codes,
    /// Whoever publishes: they cross in neither direction.
    Publisher,
}

macro_rules! types {
    ($($variant:ident($body:ty) $maker:ident $about:literal)*) => {
        /// A bundle of any type, read by that type's rules: canonical, of its version, within its size.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named like the body in it")]
        // One is read at a time; boxes would be in the way of whoever matches.
        #[allow(clippy::large_enum_variant)]
        pub enum AnyBundle {
            $($variant(Bundle<$body>),)*
        }

        /// Every type that there is.
        pub const TYPES: &[Type] = &[$(Type {
            name: <$body>::TYPE,
            version: <$body>::VERSION,
            namespace: <$body>::NAMESPACE,
            limit: <$body>::LIMIT,
            about: $about,
            maker: Maker::$maker,
        },)*];

        impl AnyBundle {
            /// Reads a bundle, strictly, by the rules of the type that it says it has.
            ///
            /// # Errors
            /// A type or version that is not known, more octets than its type has, a damaged file, or an encoding that
            /// is not the one.
            pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
                let (name, _, _) = bundle::peek(bytes)?;
                match name.as_str() {
                    $(<$body>::TYPE => Bundle::decode(bytes).map(Self::$variant),)*
                    other => Err(Error::UnknownType { found: text::plain(other, 40) }),
                }
            }

            /// Its one encoding.
            ///
            /// # Errors
            /// See [`crate::cbor::encode`].
            pub fn encode(&self) -> Result<Vec<u8>, Error> {
                match self {
                    $(Self::$variant(bundle) => bundle.encode(),)*
                }
            }

            /// Whether it carries the rehearsal mark.
            #[must_use]
            pub fn rehearsal(&self) -> bool {
                match self {
                    $(Self::$variant(bundle) => bundle.rehearsal,)*
                }
            }

            fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => <$body>::TYPE,)*
                }
            }
        }
    };
}

types! {
    Plan(PlanBundle) Outside "a plan with all that it lists: the inbound bundle"
    Standing(Standing) Outside "what stands before an event, made from the public store"
    Registration(Registration) Outside "the keys that a member will use"
    Recipient(Recipient) Outside "to whom secrets for a member are sealed"
    Roster(Roster) Outside "the members in office"
    KeyRequest(KeyRequest) Console "what a member's RSA keys are asked to sign"
    KeyAnswer(KeyAnswer) Outside "a member's answer to a key request"
    Review(Review) Outside "a member's word to have read and re-derived a plan"
    Opening(Opening) Console "a console's word that an event is open"
    Attendance(Attendance) Outside "a member's word to be present"
    ApprovalRequest(ApprovalRequest) Console "what a window of approvals would allow"
    Approval(Approval) Outside "a member's consent to actions"
    Exceptions(Exceptions) Console "what went otherwise than planned so far"
    Acknowledgement(Acknowledgement) Outside "a member's word to know of exceptions"
    Refusal(Refusal) Outside "a member's refusal, and why"
    Record(Record) Console "the written record of an event"
    Results(Results) Console "all that an event made, for the publisher"
    HandOver(HandOver) Console "a secret that one member alone can open"
    ImageManifest(ImageManifest) Outside "what an image is, to the octet"
    Parcel(Parcel) Codes "a bundle with the signatures beside it, to cross as codes"
    AccessConsole(ConsoleBatch) Publisher "who came to the console in a stretch of time"
    AccessHsm(HsmBatch) Publisher "who came to the HSM in a stretch of time"
}

impl Type {
    /// The type that a bundle says it has, by its envelope alone, for the scanner page: the rules of all types would make
    /// that several times as large.
    ///
    /// # Errors
    /// No envelope in its one encoding; a type or version that is not known; more octets than its type has.
    pub fn of(bytes: &[u8]) -> Result<&'static Self, Error> {
        let (name, version) = bundle::envelope(bytes)?;
        let known = TYPES.iter().find(|one| one.name == name);
        let known = known.ok_or_else(|| Error::UnknownType {
            found: text::plain(&name, 40),
        })?;
        if version != known.version {
            return Err(Error::OtherVersion {
                kind: known.name,
                found: version,
            });
        }
        cbor::demand_size(bytes, known.limit)?;
        Ok(known)
    }
}

impl AnyBundle {
    /// What is known of its type.
    #[must_use]
    pub fn kind(&self) -> &'static Type {
        let name = self.type_name();
        let found = TYPES.iter().find(|one| one.name == name);
        found.unwrap_or_else(|| unreachable!("the table and the enumeration are made of the same list"))
    }

    /// Refuses the other rehearsal mark.
    ///
    /// # Errors
    /// [`Error::OtherMark`].
    pub fn demand_mark(&self, rehearsal: bool) -> Result<(), Error> {
        match self.rehearsal() == rehearsal {
            true => Ok(()),
            false => Err(Error::OtherMark {
                rehearsal: self.rehearsal(),
            }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
