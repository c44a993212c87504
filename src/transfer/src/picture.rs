//! Pictures from outside: PNG files as brightness, within bounds.

use std::io::Cursor;

use png::{ColorType, DecodeOptions, Decoder, Limits, Transformations};

use crate::error::Error;

/// A picture's brightness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// From 0 (black) to 255, row by row.
    pub luma: Vec<u8>,
}

impl Picture {
    /// Reads a PNG file of any colour type; of an animated one, the first picture. What is transparent is white.
    ///
    /// # Errors
    /// No PNG, a damaged one, or more pixels than are looked at.
    pub fn from_png(file: &[u8]) -> Result<Self, Error> {
        let mut options = DecodeOptions::default();
        // Comments and colour profiles may unpack to any size.
        options.set_ignore_text_chunk(true);
        options.set_ignore_iccp_chunk(true);
        let mut decoder = Decoder::new_with_options(Cursor::new(file), options);
        decoder.set_limits(Limits { bytes: 8 * PIXELS });
        decoder.set_transformations(Transformations::normalize_to_color8());
        let header = decoder.read_header_info().map_err(damaged)?;
        check_size(header.width, header.height)?;
        let mut reader = decoder.read_info().map_err(damaged)?;
        let size = reader.output_buffer_size().unwrap_or(usize::MAX);
        if size > 4 * PIXELS {
            return Err(Error::Picture {
                cause: format!("it unpacks to {size} octets"),
            });
        }
        let mut octets = vec![0; size];
        let info = reader.next_frame(&mut octets).map_err(damaged)?;
        let octets = octets.get(..info.buffer_size()).unwrap_or_default();
        Ok(Self {
            width: info.width as usize,
            height: info.height as usize,
            luma: brightness(info.color_type, octets),
        })
    }

    /// The octets of every code in it.
    #[must_use]
    pub fn read(&self) -> Vec<Vec<u8>> {
        crate::read(&self.luma, self.width, self.height)
    }
}

/// Whether a picture is one that is looked at.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), Error> {
    let within = width <= PICTURE_LIMIT && height <= PICTURE_LIMIT && width as usize * height as usize <= PIXELS;
    match within && width > 0 && height > 0 {
        true => Ok(()),
        false => Err(Error::PictureTooLarge { width, height }),
    }
}

fn brightness(color: ColorType, octets: &[u8]) -> Vec<u8> {
    let samples = color.samples();
    let pixel = |pixel: &[u8]| match *pixel {
        [grey] => grey,
        [grey, alpha] => over_white(grey, alpha),
        [r, g, b] => luma(r, g, b),
        [r, g, b, alpha] => over_white(luma(r, g, b), alpha),
        _ => 255,
    };
    octets.chunks_exact(samples).map(pixel).collect()
}

/// ITU-R BT.601.
fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000) as u8
}

fn over_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
}

fn damaged(cause: png::DecodingError) -> Error {
    Error::Picture {
        cause: cause.to_string(),
    }
}

/// The longest side of a picture, in pixels.
pub const PICTURE_LIMIT: u32 = 8192;
/// Pixels of the largest picture: telephones make 12 to 50 million.
const PIXELS: usize = 50_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn png(color: ColorType, width: u32, height: u32, octets: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(color);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(octets).expect("pixels");
        writer.finish().expect("an end");
        out
    }

    #[test]
    fn colours_become_brightness_and_nothing_becomes_white() {
        let file = png(ColorType::Rgb, 2, 1, &[255, 0, 0, 0, 255, 0]);
        assert_eq!(Picture::from_png(&file).expect("a picture").luma, [76, 149]);
        let file = png(ColorType::Rgba, 2, 1, &[0, 0, 0, 0, 0, 0, 0, 255]);
        assert_eq!(Picture::from_png(&file).expect("a picture").luma, [255, 0]);
        let file = png(ColorType::GrayscaleAlpha, 1, 1, &[0, 128]);
        assert_eq!(Picture::from_png(&file).expect("a picture").luma, [127]);
    }

    #[test]
    fn refuses_a_picture_that_claims_to_be_too_large_before_it_makes_room() {
        let mut file = png(ColorType::Grayscale, 1, 1, &[0]);
        // The header's width is at octet 16, its checksum at 29.
        file[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        let sum = crc32fast::hash(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        let error = Picture::from_png(&file).expect_err("too large");
        assert_eq!(error.to_string(), "the picture is too large: 100000 x 1 pixels");
    }

    #[test]
    fn every_truncation_and_every_changed_octet_is_refused_or_read_without_a_panic() {
        let file = png(ColorType::Grayscale, 4, 4, &[9; 16]);
        for n in 0..file.len() {
            let _ = Picture::from_png(&file[..n]);
            let mut changed = file.clone();
            changed[n] ^= 0x11;
            let _ = Picture::from_png(&changed);
        }
        let error = Picture::from_png(b"GIF89a").expect_err("no PNG");
        assert!(
            error.to_string().starts_with("this is no picture that can be read: "),
            "{error}"
        );
    }
}
