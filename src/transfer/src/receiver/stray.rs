//! Strays: why a code does not belong to the bundle that is collected.

use crate::frame::NoFrame;

/// Why a frame was put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stray {
    /// A code of somebody else.
    Foreign,
    /// One of ours whose checksum is wrong.
    Damaged,
    /// One of ours, of a kind that this program does not know.
    Unknown,
    /// Its fields cannot be: sizes beyond the bounds, or a part that there is not.
    Impossible,
    /// A frame of another bundle.
    OtherBundle,
    /// A frame of this bundle, cut in another way: stills among an animation, or other sizes.
    OtherShape,
}

impl From<NoFrame> for Stray {
    fn from(cause: NoFrame) -> Self {
        match cause {
            NoFrame::Foreign => Self::Foreign,
            NoFrame::Damaged => Self::Damaged,
            NoFrame::Unknown => Self::Unknown,
        }
    }
}

impl std::fmt::Display for Stray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Foreign => "not one of our codes",
            Self::Damaged => "damaged",
            Self::Unknown => "of a kind that this program does not know",
            Self::Impossible => "with sizes that cannot be",
            Self::OtherBundle => "of another bundle",
            Self::OtherShape => "of this bundle, cut in another way",
        })
    }
}
