//! What is shown of a bundle: a few codes or an animation, of a size that the screen has room for; and how fast.

use crate::animation::Animation;
use crate::code::{Code, Level, Screen};
use crate::error::Error;
use crate::stills::{STILL_LIMIT, still_of};

/// How a bundle is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Still codes if it is small enough and they fit, else an animation.
    Either,
    /// Still codes, or nothing.
    Still,
    /// An animation.
    Animate,
}

/// What is shown.
pub enum Display {
    /// All of these, one after another.
    Stills(Vec<Code>),
    /// Frames without end.
    Animation(Box<Animation>),
}

impl Display {
    /// Settles what is shown on a screen.
    ///
    /// # Errors
    /// An empty or too large bundle, or too small a screen.
    pub fn on(screen: Screen, bundle: &[u8], way: Way) -> Result<Self, Error> {
        let small = Error::Screen {
            columns: screen.columns,
            lines: screen.lines,
        };
        let stills = || -> Result<Self, Error> {
            let part = screen.still_part().ok_or_else(|| small.clone())?;
            let codes = still_of(bundle, part)?;
            let codes = codes.iter().map(|frame| Code::of(frame, Level::M));
            Ok(Self::Stills(codes.collect::<Result<_, _>>()?))
        };
        let animation = || -> Result<Self, Error> {
            let symbol = screen.symbol().ok_or_else(|| small.clone())?;
            Ok(Self::Animation(Box::new(Animation::new(bundle, symbol)?)))
        };
        match way {
            Way::Still => stills(),
            Way::Animate => animation(),
            Way::Either if bundle.len() > STILL_LIMIT => animation(),
            Way::Either => stills().or_else(|_| animation()),
        }
    }
}

/// Frames a second, changed by lines that somebody types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u32);

impl Speed {
    /// From 1 to 20 frames a second.
    #[must_use]
    pub fn new(frames: u32) -> Self {
        Self(frames.clamp(1, 20))
    }

    /// Milliseconds from one frame to the next.
    #[must_use]
    pub fn pause(self) -> u64 {
        1000 / u64::from(self.0)
    }

    /// `+` is faster, `-` slower; another line changes nothing, and an empty one is the end: None.
    #[must_use]
    pub fn typed(self, line: &str) -> Option<Self> {
        match line.trim() {
            "" => None,
            "+" => Some(Self::new(self.0 + 1)),
            "-" => Some(Self::new(self.0 - 1)),
            _ => Some(self),
        }
    }

    /// The line below an animation's frame, within 80 columns.
    #[must_use]
    pub fn caption(self, number: u32, needed: u32) -> String {
        let Self(frames) = self;
        format!(
            "frame {} of {needed} or more, {frames} a second; + - Enter: speed; Enter: end",
            number.wrapping_add(1)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Screen = Screen { columns: 80, lines: 24 };
    const LARGE: Screen = Screen {
        columns: 200,
        lines: 60,
    };

    fn stills(screen: Screen, size: usize, way: Way) -> Option<usize> {
        match Display::on(screen, &vec![1; size], way) {
            Ok(Display::Stills(codes)) => Some(codes.len()),
            Ok(Display::Animation(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_small_bundle_stands_still_where_its_codes_fit() {
        assert_eq!(stills(LARGE, 6000, Way::Either), Some(10));
        assert_eq!(stills(SMALL, 620, Way::Either), Some(10));
        assert_eq!(stills(SMALL, 621, Way::Either), None, "eleven codes on this screen");
        assert_eq!(stills(LARGE, 6001, Way::Either), None);
        assert_eq!(stills(LARGE, 10, Way::Animate), None);
    }

    #[test]
    fn says_when_a_screen_is_too_small_and_when_a_bundle_is_too_large_for_it() {
        let tiny = Screen { columns: 20, lines: 10 };
        let error = Display::on(tiny, b"x", Way::Either).err().expect("too small");
        assert_eq!(error.to_string(), "a screen of 20 x 10 signs is too small for codes");
        assert!(error.hint().contains("80 x 24"));
        let error = Display::on(SMALL, &[1; 621], Way::Still).err().expect("too large");
        assert_eq!(
            error.to_string(),
            "621 octets are too many for these codes: at most 620 go"
        );
        assert!(error.hint().starts_with("make the window larger, "), "{}", error.hint());
    }

    #[test]
    fn speed_is_changed_by_lines_and_stays_within_bounds() {
        let speed = Speed::new(5);
        assert_eq!(speed.typed("+"), Some(Speed::new(6)));
        assert_eq!(speed.typed("-\n"), Some(Speed::new(4)));
        assert_eq!(speed.typed("what?"), Some(speed));
        assert_eq!(speed.typed(""), None);
        assert_eq!(Speed::new(1).typed("-"), Some(Speed::new(1)));
        assert_eq!(Speed::new(99).pause(), 50);
        assert!(speed.caption(u32::MAX - 1, 99_999).len() <= 80);
    }
}
