//! Pixels: the formats in which brightness lies open, and how it is taken out of them.

/// A format that is read. In each of them brightness is a byte of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// Brightness alone.
    Grey,
    /// Brightness in every first byte of two, colour between.
    Yuyv,
    /// All brightness first, then the colours at half the size.
    Nv12,
}

/// How a frame lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The format.
    pub pixels: Pixels,
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Octets from one row's begin to the next one's.
    pub stride: usize,
}

impl Pixels {
    /// The best of those that a camera has, by their four letters.
    #[must_use]
    pub fn choose(offered: &[[u8; 4]]) -> Option<Self> {
        // The fewer octets a frame has, the more frames come through a cable.
        let all = [Self::Grey, Self::Nv12, Self::Yuyv];
        all.into_iter().find(|one| offered.contains(&one.letters()))
    }

    /// V4L2's name for it.
    #[must_use]
    pub fn letters(self) -> [u8; 4] {
        match self {
            Self::Grey => *b"GREY",
            Self::Yuyv => *b"YUYV",
            Self::Nv12 => *b"NV12",
        }
    }

    /// The octets of a row's brightness, with what lies between.
    fn row(self, width: usize) -> usize {
        match self {
            Self::Grey | Self::Nv12 => width,
            Self::Yuyv => 2 * width,
        }
    }
}

impl Shape {
    /// Whether a camera's numbers make a frame: no side is 0 or above 4096, and a row fits into its stride.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        let side = 1..=SIDE;
        side.contains(&self.width)
            && side.contains(&self.height)
            && (self.pixels.row(self.width)..=8 * SIDE).contains(&self.stride)
    }

    /// The brightness of a frame, row by row. None if octets are missing: cameras send a broken frame now and then.
    #[must_use]
    pub fn luma(&self, octets: &[u8]) -> Option<Vec<u8>> {
        if !self.is_possible() {
            return None;
        }
        let row = self.pixels.row(self.width);
        // The last row need not be filled up.
        let needed = (self.height - 1) * self.stride + row;
        let rows = octets.get(..needed)?.chunks(self.stride).map(|line| &line[..row]);
        Some(match self.pixels {
            Pixels::Grey | Pixels::Nv12 => rows.flatten().copied().collect(),
            Pixels::Yuyv => rows.flat_map(|row| row.iter().step_by(2)).copied().collect(),
        })
    }
}

/// The longest side, in pixels.
const SIDE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(pixels: Pixels, stride: usize) -> Shape {
        Shape {
            pixels,
            width: 2,
            height: 2,
            stride,
        }
    }

    #[test]
    fn chooses_a_format_with_open_brightness_and_none_else() {
        assert_eq!(Pixels::choose(&[*b"MJPG", *b"YUYV", *b"NV12"]), Some(Pixels::Nv12));
        assert_eq!(Pixels::choose(&[*b"YUYV"]), Some(Pixels::Yuyv));
        assert_eq!(Pixels::choose(&[*b"YUYV", *b"GREY"]), Some(Pixels::Grey));
        assert_eq!(Pixels::choose(&[*b"MJPG", *b"H264"]), None);
    }

    #[test]
    fn brightness_is_taken_without_colour_and_filling() {
        assert_eq!(shape(Pixels::Grey, 3).luma(&[1, 2, 0, 3, 4]), Some(vec![1, 2, 3, 4]));
        assert_eq!(
            shape(Pixels::Yuyv, 4).luma(&[1, 99, 2, 99, 3, 99, 4, 99]),
            Some(vec![1, 2, 3, 4])
        );
        assert_eq!(
            shape(Pixels::Nv12, 2).luma(&[1, 2, 3, 4, 99, 99]),
            Some(vec![1, 2, 3, 4])
        );
    }

    #[test]
    fn a_short_frame_and_an_impossible_shape_are_no_picture() {
        assert_eq!(shape(Pixels::Grey, 2).luma(&[1, 2, 3]), None);
        assert_eq!(shape(Pixels::Yuyv, 3).luma(&[0; 100]), None, "a row needs four octets");
        let huge = Shape {
            width: usize::MAX,
            ..shape(Pixels::Grey, usize::MAX)
        };
        assert_eq!(huge.luma(&[0; 100]), None);
        let none = Shape {
            height: 0,
            ..shape(Pixels::Grey, 2)
        };
        assert_eq!(none.luma(&[]), None);
    }
}
