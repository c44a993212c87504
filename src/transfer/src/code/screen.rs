//! What a terminal shows: which codes fit, and how large symbols may be.

use super::{Code, Level, QUIET, VERSIONS, capacity};
use crate::animation::{SYMBOL_MAX, SYMBOL_MIN};
use crate::frame::{FOUNTAIN_OVERHEAD, STILL_OVERHEAD};
use crate::stills::STILL_PART;

/// A terminal's size, in signs. Each sign shows two modules, one above the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Signs in a line.
    pub columns: u16,
    /// Lines.
    pub lines: u16,
}

impl Screen {
    /// The largest symbol of an animation that fits, with a line left below for words. A screen of 80 x 24 shows codes of
    /// version 5, whose symbols have 80 octets; a large one is not used beyond what cameras read well.
    #[must_use]
    pub fn symbol(&self) -> Option<u16> {
        let octets = capacity(self.version()?, Level::L).checked_sub(FOUNTAIN_OVERHEAD)?;
        let symbol = u16::try_from(octets).unwrap_or(SYMBOL_MAX).min(GOOD_SYMBOL);
        (symbol >= SYMBOL_MIN).then_some(symbol)
    }

    /// The largest part of a still code that fits likewise.
    #[must_use]
    pub fn still_part(&self) -> Option<usize> {
        let octets = capacity(self.version()?, Level::M).checked_sub(STILL_OVERHEAD)?;
        (octets > 0).then_some(octets.min(STILL_PART))
    }

    /// Whether a code fits, with a line left below.
    #[must_use]
    pub fn shows(&self, code: &Code) -> bool {
        code.outer() <= self.modules()
    }

    fn version(&self) -> Option<i16> {
        let size = self.modules().checked_sub(2 * QUIET + 17)?;
        let version = i16::try_from(size / 4).unwrap_or(VERSIONS).min(VERSIONS);
        (version > 0).then_some(version)
    }

    /// The square's side, in modules.
    fn modules(&self) -> usize {
        usize::from(self.columns).min(2 * usize::from(self.lines.saturating_sub(1)))
    }
}

/// Octets in a symbol that a camera at arm's length still reads: with the frame's own, version 22.
const GOOD_SYMBOL: u16 = 976;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_terminal_shows_version_5_and_a_large_one_no_more_than_is_read_well() {
        let screen = |columns, lines| Screen { columns, lines };
        assert_eq!(screen(80, 24).symbol(), Some(80));
        assert_eq!(screen(120, 40).symbol(), Some(425 - 26));
        assert_eq!(screen(400, 120).symbol(), Some(GOOD_SYMBOL));
        assert_eq!(screen(80, 20).symbol(), None, "version 3 holds 53 octets");
        assert_eq!(screen(0, 0).symbol(), None);
        assert_eq!(screen(80, 24).still_part(), Some(84 - 22));
    }

    #[test]
    fn what_it_names_does_fit() {
        for lines in 21..120 {
            let screen = Screen { columns: 200, lines };
            let Some(symbol) = screen.symbol() else { continue };
            let frame = vec![0; usize::from(symbol) + FOUNTAIN_OVERHEAD];
            let code = Code::of(&frame, Level::L).expect("fits");
            assert!(screen.shows(&code), "{lines} lines");
            assert!(code.terminal().lines().count() < usize::from(lines), "{lines} lines");
        }
    }
}
