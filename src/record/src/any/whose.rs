//! Whose signature a bundle needs, and at which moment they must be in office.

use super::AnyBundle;
use crate::{Time, facts};

/// Who signs the file beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer<'a> {
    /// Nobody, and why that is enough.
    Nobody(&'static str),
    /// One member, with the key that the roster has.
    Member(&'a str),
    /// One member, with the key that the bundle itself has: it shows that they hold it.
    Itself {
        /// The member's id.
        member: &'a str,
        /// The OpenSSH public key line.
        key: &'a str,
    },
    /// Several members of the roster before this one.
    Predecessors,
    /// Several: those who were present.
    Present(&'a [String]),
    /// Several: members in office.
    Members,
    /// The console, with its key in the HSM.
    Console,
}

impl AnyBundle {
    /// Whose signature it needs.
    #[must_use]
    pub fn signer(&self) -> Signer<'_> {
        match self {
            Self::Plan(_) => Signer::Nobody("members sign its digest in their reviews"),
            Self::Standing(_) => Signer::Nobody("everybody makes the same bytes from the public store, and compares"),
            Self::KeyRequest(_) | Self::Opening(_) | Self::ApprovalRequest(_) | Self::Exceptions(_) => {
                Signer::Nobody("members compare what it says with what the console shows, and sign their answers")
            }
            Self::HandOver(_) => Signer::Nobody("whether what is sealed in it is right, the HSM says"),
            Self::AccessConsole(_) | Self::AccessHsm(_) => {
                Signer::Nobody("the delegate for transparency signs it, and `ceremony-verify store` checks that")
            }
            Self::Parcel(_) => Signer::Nobody("the signatures in it are of the bundle in it"),
            Self::Registration(bundle) => Signer::Itself {
                member: &bundle.body.member,
                key: &bundle.body.ssh_key,
            },
            Self::Roster(_) => Signer::Predecessors,
            Self::Record(bundle) => match bundle.body.facts.contains_key(facts::ABORTED) {
                // Few may have been there when it ended early; the others read the record afterwards.
                true => Signer::Members,
                false => Signer::Present(&bundle.body.present),
            },
            Self::Results(_) => Signer::Console,
            Self::ImageManifest(_) => Signer::Members,
            _ => self.member().map_or(Signer::Members, Signer::Member),
        }
    }

    /// The member whom it is from, or for.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        Some(match self {
            Self::Registration(bundle) => &bundle.body.member,
            Self::Recipient(bundle) => &bundle.body.member,
            Self::KeyRequest(bundle) => &bundle.body.member,
            Self::KeyAnswer(bundle) => &bundle.body.member,
            Self::Review(bundle) => &bundle.body.member,
            Self::Attendance(bundle) => &bundle.body.member,
            Self::Approval(bundle) => &bundle.body.member,
            Self::Acknowledgement(bundle) => &bundle.body.member,
            Self::Refusal(bundle) => &bundle.body.member,
            Self::HandOver(bundle) => &bundle.body.member,
            _ => return None,
        })
    }

    /// The moment that it says it was made, by its maker's clock; of an event's record the end. It is the one at which its
    /// signer must be in office; but a review, a refusal and a recipient may be said before a first term.
    #[must_use]
    pub fn at(&self) -> Option<Time> {
        Some(match self {
            Self::Recipient(bundle) => bundle.body.at,
            Self::Review(bundle) => bundle.body.at,
            Self::Opening(bundle) => bundle.body.at,
            Self::Attendance(bundle) => bundle.body.at,
            Self::ApprovalRequest(bundle) => bundle.body.at,
            Self::Approval(bundle) => bundle.body.at,
            Self::Acknowledgement(bundle) => bundle.body.at,
            Self::Refusal(bundle) => bundle.body.at,
            Self::Record(bundle) => bundle.body.ended,
            Self::HandOver(bundle) => bundle.body.at,
            _ => return None,
        })
    }
}
