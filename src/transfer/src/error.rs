//! What cannot be made into codes, or read as a picture.

use crate::stills::STILL_LIMIT;

/// Why there are no codes, or no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is nothing to send.
    Empty,
    /// The bundle is larger than codes may carry.
    TooLarge {
        /// Its octets.
        size: usize,
        /// The most that goes.
        limit: usize,
        /// Whether an animation would still carry it.
        animate: bool,
    },
    /// A symbol's size that no animation has.
    Symbol {
        /// What was asked for, in octets.
        size: u16,
    },
    /// A frame that no code holds at this level of error correction.
    Frame {
        /// Its octets.
        size: usize,
        /// What the encoder says.
        cause: String,
    },
    /// A picture could not be written.
    Drawing {
        /// What the encoder says.
        cause: String,
    },
    /// A picture is larger than any that is looked at.
    PictureTooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// A picture's file is none, or is damaged.
    Picture {
        /// What the decoder says.
        cause: String,
    },
    /// No code fits on a screen.
    Screen {
        /// Signs in a line.
        columns: u16,
        /// Lines.
        lines: u16,
    },
    /// Parts of the bundle did not arrive.
    Incomplete {
        /// Which did, and what is needed, in words.
        progress: String,
    },
    /// All parts are there, and their octets are not those that they name.
    Mismatch,
}

impl Error {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "name a bundle that has something in it",
            Self::TooLarge {
                limit, animate: true, ..
            } if *limit < STILL_LIMIT => {
                "make the window larger, show it as an animation, or write it into files (--png, --sheet)"
            }
            Self::TooLarge { animate: true, .. } => "show it as an animation, or take it along as a signed file",
            Self::TooLarge { .. } => "take it along as a signed file",
            Self::Symbol { .. } => "a screen that shows less than 45 modules each way is too small for codes",
            Self::Frame { .. } => "choose a lower level of error correction, or smaller frames",
            Self::Drawing { .. } => "choose a smaller scale",
            Self::PictureTooLarge { .. } => "take the picture again with fewer pixels: no side above 8192",
            Self::Picture { .. } => "take the picture again, and save it as PNG",
            Self::Screen { .. } => "make the window larger or its letters smaller: 80 x 24 is enough; or write a file",
            Self::Incomplete { .. } => {
                "scan again with what is missing: all still codes, or a longer look at the animation"
            }
            Self::Mismatch => "begin again, with nothing but the one bundle's codes in sight",
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("there is nothing to show as codes: 0 octets"),
            Self::TooLarge { size, limit, .. } => {
                write!(f, "{size} octets are too many for these codes: at most {limit} go")
            }
            Self::Symbol { size } => write!(f, "no animation has symbols of {size} octets"),
            Self::Frame { size, cause } => write!(f, "a frame of {size} octets fits no code: {cause}"),
            Self::Drawing { cause } => write!(f, "the picture of a code cannot be written: {cause}"),
            Self::PictureTooLarge { width, height } => {
                write!(f, "the picture is too large: {width} x {height} pixels")
            }
            Self::Screen { columns, lines } => {
                write!(f, "a screen of {columns} x {lines} signs is too small for codes")
            }
            Self::Incomplete { progress } => write!(f, "the bundle did not arrive whole: {progress}"),
            Self::Mismatch => f.write_str("all parts arrived, and they are not of the bundle that they name"),
            Self::Picture { cause } => write!(f, "this is no picture that can be read: {cause}"),
        }
    }
}

impl std::error::Error for Error {}
