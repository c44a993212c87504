//! A file that is shown as codes: still ones, or an animation.

use transfer::{Animation, Code, Error, Level};

/// A file's codes.
pub enum Showing {
    /// A few, all of which are needed.
    Still(Vec<Vec<u8>>),
    /// Endlessly many, of which enough are needed.
    Animated(Box<Animation>),
}

impl Showing {
    /// Prepares a file, in symbols of so many octets; still where that is 0.
    ///
    /// # Errors
    /// An empty or too large file, or no such size.
    pub fn of(file: &[u8], symbol: u32) -> Result<Self, Error> {
        if symbol == 0 {
            return transfer::still(file).map(Self::Still);
        }
        let symbol = u16::try_from(symbol).unwrap_or(u16::MAX);
        Animation::new(file, symbol).map(|animation| Self::Animated(Box::new(animation)))
    }

    /// How many codes it takes at least.
    #[must_use]
    pub fn needed(&self) -> u32 {
        match self {
            Self::Still(frames) => u32::try_from(frames.len()).unwrap_or(u32::MAX),
            Self::Animated(animation) => animation.needed(),
        }
    }

    /// The modules on each side and each module's brightness; still codes begin again after the last.
    #[must_use]
    pub fn draw(&self, number: u32) -> Option<(usize, Vec<u8>)> {
        let code = match self {
            Self::Still(frames) => Code::of(&frames[number as usize % frames.len()], Level::M),
            Self::Animated(animation) => Code::of(&animation.frame(number), Level::L),
        };
        code.ok().map(|code| modules(&code))
    }
}

fn modules(code: &Code) -> (usize, Vec<u8>) {
    let outer = code.size() + 2 * QUIET;
    let is_dark = |n: usize| match ((n % outer).checked_sub(QUIET), (n / outer).checked_sub(QUIET)) {
        (Some(x), Some(y)) => code.is_dark(x, y),
        _ => false,
    };
    let brightness = |n| if is_dark(n) { 0 } else { 255 };
    (outer, (0..outer * outer).map(brightness).collect())
}

/// ISO/IEC 18004 §6.3.8: four light modules on all sides.
const QUIET: usize = 4;
