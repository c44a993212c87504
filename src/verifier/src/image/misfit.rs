//! Why an image is not its manifest's.

use std::{fmt, io};

use record::Digest;

/// The image is another one, or the manifest contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The manifest contradicts itself or its own image.
    Manifest {
        /// In what.
        what: String,
    },
    /// The image is shorter or longer.
    Size {
        /// Octets that the manifest says.
        expected: u64,
        /// Octets that are there.
        found: u64,
    },
    /// A partition of the image is another one.
    Partition {
        /// Its number in the table, from 1.
        number: u32,
        /// Its name.
        label: String,
        /// SHA-256 as the manifest says.
        expected: Digest,
        /// SHA-256 of what is there.
        found: Digest,
    },
    /// The image differs, in no partition.
    Image {
        /// Where.
        what: String,
        /// SHA-256 as the manifest says.
        expected: Digest,
        /// SHA-256 of what is there.
        found: Digest,
    },
}

/// An image that is not the manifest's, or that cannot be read.
#[derive(Debug)]
pub enum Unfit {
    /// It is another one.
    Misfit(Misfit),
    /// It is a folder.
    Folder,
    /// It cannot be read.
    Read(io::Error),
}

impl Misfit {
    /// The rule that it breaks.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Manifest { .. } => "manifest-bad",
            _ => "image-differs",
        }
    }

    /// What to do.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Manifest { .. } => "do not boot the image; show the manifest to those who signed it",
            Self::Size { .. } => "fetch or write the image anew; if it stays so, do not boot it, and tell infra",
            Self::Partition { .. } | Self::Image { .. } => {
                "do not boot this image; fetch it anew, and if it stays so keep it and show it to the other members"
            }
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest { what } => write!(f, "the manifest is wrong: {what}"),
            Self::Size { expected, found } => {
                let how = if found < expected { "cut off" } else { "longer" };
                write!(
                    f,
                    "the image is {how}: it has {found} octets, and the manifest says {expected}"
                )
            }
            Self::Partition {
                number,
                label,
                expected,
                found,
            } => write!(
                f,
                "partition {number}, '{label}', is another one: its SHA-256 is {found}, and the manifest says {expected}"
            ),
            Self::Image { what, expected, found } => write!(
                f,
                "{what}; the image's SHA-256 is {found}, and the manifest says {expected}"
            ),
        }
    }
}

impl From<Misfit> for Unfit {
    fn from(misfit: Misfit) -> Self {
        Self::Misfit(misfit)
    }
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}
