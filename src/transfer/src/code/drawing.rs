//! Codes drawn: for a terminal, as SVG, as PNG. All have the quiet zone of four modules.

use std::fmt::Write as _;

use super::Code;
use crate::error::Error;

impl Code {
    /// Half blocks for a terminal with light letters on a dark ground, line by line.
    ///
    /// The letters draw what is light, so that the code is dark on light as the standard wants it.
    #[must_use]
    pub fn terminal(&self) -> String {
        self.half_blocks(false)
    }

    /// The same for a terminal with dark letters on a light ground.
    #[must_use]
    pub fn terminal_light(&self) -> String {
        self.half_blocks(true)
    }

    fn half_blocks(&self, letters: bool) -> String {
        let outer = self.outer();
        let mut text = String::new();
        for y in (0..outer).step_by(2) {
            for x in 0..outer {
                let above = self.is_dark_within(x, y) == letters;
                // Below the last line there is nothing of the code: the terminal's own ground.
                let below = y + 1 < outer && self.is_dark_within(x, y + 1) == letters;
                text.push(match (above, below) {
                    (true, true) => '\u{2588}',
                    (true, false) => '\u{2580}',
                    (false, true) => '\u{2584}',
                    (false, false) => ' ',
                });
            }
            text.push('\n');
        }
        text
    }

    /// A picture without size of its own, in black on white.
    #[must_use]
    pub fn svg(&self) -> String {
        let outer = self.outer();
        let mut path = String::new();
        for y in 0..outer {
            let mut x = 0;
            while x < outer {
                let run = (x..outer).take_while(|x| self.is_dark_within(*x, y)).count();
                if run > 0 {
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {outer} {outer}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{outer}v{outer}h-{outer}z\"/><path d=\"{path}\"/></svg>\n"
        )
    }

    /// A PNG picture, `scale` pixels a module (1 to 64), in black on white.
    ///
    /// # Errors
    /// The encoder's; none is known.
    pub fn png(&self, scale: u32) -> Result<Vec<u8>, Error> {
        let failed = |cause: png::EncodingError| Error::Drawing {
            cause: cause.to_string(),
        };
        let (side, luma) = self.luma(scale as usize);
        let side = u32::try_from(side).unwrap_or(u32::MAX);
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&luma).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(out)
    }

    /// The picture's side in pixels, and its pixels from 0 (black) to 255, row by row.
    #[must_use]
    pub fn luma(&self, scale: usize) -> (usize, Vec<u8>) {
        let scale = scale.clamp(1, 64);
        let side = self.outer() * scale;
        let pixel = |n: usize| match self.is_dark_within(n % side / scale, n / side / scale) {
            true => 0,
            false => 255,
        };
        (side, (0..side * side).map(pixel).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn code() -> Code {
        Code::of(b"bundle", Level::L).expect("fits")
    }

    /// ISO/IEC 18004 §6.3: the finder pattern's first row, seven dark modules after the quiet zone.
    #[test]
    fn a_terminal_with_dark_letters_draws_what_is_dark() {
        let drawn = code().terminal_light();
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), 15);
        assert!(lines.iter().all(|line| line.chars().count() == 29));
        assert!(lines[2].starts_with("    \u{2588}\u{2580}\u{2580}\u{2580}\u{2580}\u{2580}\u{2588} "));
        assert_eq!(lines[0].trim(), "", "the quiet zone");
    }

    #[test]
    fn a_terminal_with_light_letters_draws_what_is_light() {
        let drawn = code().terminal();
        let first = drawn.lines().next().expect("a line");
        assert_eq!(first, "\u{2588}".repeat(29));
        let last = drawn.lines().last().expect("a line");
        assert_eq!(last, "\u{2580}".repeat(29), "29 modules end in the middle of a sign");
    }

    #[test]
    fn the_svg_loads_nothing_and_has_each_dark_module_once() {
        let svg = code().svg();
        let runs = svg.split("<path d=\"").nth(1).expect("the code").split('M').skip(1);
        let width = |run: &str| -> usize {
            run.split(['h', 'v'])
                .nth(1)
                .expect("a width")
                .parse()
                .expect("a number")
        };
        let dark = code().dark.iter().filter(|dark| **dark).count();
        assert_eq!(runs.map(width).sum::<usize>(), dark);
        assert!(!svg.contains("href") && !svg.contains("script"));
    }
}
