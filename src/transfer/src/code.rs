//! A QR code (ISO/IEC 18004): a frame's octets as dark and light modules.

mod drawing;
mod screen;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::error::Error;

pub use self::screen::Screen;

/// One code: a square of modules, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    size: usize,
    dark: Vec<bool>,
}

/// How much of a code may be unreadable (ISO/IEC 18004, table 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// About 7 %: for a screen, where the next code comes at once.
    L,
    /// About 15 %: for paper.
    M,
    /// About 25 %: for paper that is folded and carried.
    Q,
}

impl Code {
    /// The smallest code that holds the octets, in byte mode.
    ///
    /// # Errors
    /// More octets than version 40 holds.
    pub fn of(frame: &[u8], level: Level) -> Result<Self, Error> {
        let no_code = |cause: String| Error::Frame {
            size: frame.len(),
            cause,
        };
        let fits = |version: &i16| frame.len() <= capacity(*version, level);
        let version = (1..=VERSIONS)
            .find(fits)
            .ok_or_else(|| no_code("version 40 is too small".to_owned()))?;
        // One segment of octets: nothing is left to a reader's guess about character sets.
        let mut bits = Bits::new(Version::Normal(version));
        let code = bits
            .push_byte_data(frame)
            .and_then(|()| bits.push_terminator(level.into()))
            .and_then(|()| QrCode::with_bits(bits, level.into()))
            .map_err(|cause| no_code(cause.to_string()))?;
        Ok(Self {
            size: code.width(),
            dark: code.to_colors().iter().map(|color| *color == Color::Dark).collect(),
        })
    }

    /// Modules on each side, the quiet zone not counted.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether a module is dark. Those outside are the quiet zone's.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark[y * self.size + x]
    }

    /// The same with the quiet zone counted in.
    fn is_dark_within(&self, x: usize, y: usize) -> bool {
        match (x.checked_sub(QUIET), y.checked_sub(QUIET)) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            _ => false,
        }
    }

    /// Modules on each side with the quiet zone.
    fn outer(&self) -> usize {
        self.size + 2 * QUIET
    }
}

/// The octets that a version holds in byte mode.
fn capacity(version: i16, level: Level) -> usize {
    let bits = Bits::new(Version::Normal(version)).max_len(level.into()).unwrap_or(0);
    // ISO/IEC 18004, tables 2 and 3: the mode takes four bits, the length 8 or, from version 10 on, 16.
    let head = if version < 10 { 12 } else { 20 };
    bits.saturating_sub(head) / 8
}

impl From<Level> for EcLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::L => Self::L,
            Level::M => Self::M,
            Level::Q => Self::Q,
        }
    }
}

/// ISO/IEC 18004 §6.3.8: four light modules on all sides.
const QUIET: usize = 4;
/// Versions of QR codes: 1 to 40.
const VERSIONS: i16 = 40;

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO/IEC 18004, table 7.
    #[test]
    fn capacities_are_those_of_the_standard() {
        for (version, level, octets) in [
            (1, Level::L, 17),
            (5, Level::L, 106),
            (9, Level::L, 230),
            (10, Level::L, 271),
            (19, Level::M, 624),
            (20, Level::Q, 482),
            (40, Level::L, 2953),
        ] {
            assert_eq!(capacity(version, level), octets, "version {version}");
        }
    }

    #[test]
    fn takes_the_smallest_version_and_refuses_what_fits_none() {
        assert_eq!(Code::of(&[0; 106], Level::L).expect("fits").size(), 37);
        assert_eq!(Code::of(&[0; 107], Level::L).expect("fits").size(), 41);
        let error = Code::of(&[0; 2954], Level::L).expect_err("too large");
        assert_eq!(
            error.to_string(),
            "a frame of 2954 octets fits no code: version 40 is too small"
        );
    }
}
