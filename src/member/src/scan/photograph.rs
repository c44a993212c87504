//! Photographs: PNG and JPEG files, within bounds. JPEG is read here alone, on the member's own machine.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use transfer::{PICTURE_LIMIT, Picture};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::error::Error;
use crate::files;

/// Files as they are named, and what folders have of pictures, by their names.
///
/// # Errors
/// A folder cannot be read, or no picture is in any.
pub fn all(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let found =
        camera::pictures(paths, &["png", "jpg", "jpeg"]).map_err(|(path, cause)| Error::Read { path, cause })?;
    match (found.as_slice(), paths) {
        ([], [folder, ..]) => Err(Error::NoPicture { folder: folder.clone() }),
        _ => Ok(found),
    }
}

/// A picture's brightness.
///
/// # Errors
/// The file cannot be read, or is no picture.
pub fn read(path: &Path) -> Result<Picture, Error> {
    let file = files::read(path, FILE_LIMIT)?;
    let picture = match file.starts_with(&[0xff, 0xd8]) {
        true => from_jpeg(&file),
        false => Picture::from_png(&file).map_err(|error| error.to_string()),
    };
    picture.map_err(|what| Error::Photograph {
        path: path.into(),
        what,
    })
}

fn from_jpeg(file: &[u8]) -> Result<Picture, String> {
    let side = PICTURE_LIMIT as usize;
    let options = DecoderOptions::default()
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
    let luma = decoder.decode().map_err(|cause| cause.to_string())?;
    let info = decoder.info().ok_or("it has no size")?;
    let (width, height) = (info.width.into(), info.height.into());
    Ok(Picture { width, height, luma })
}

/// Octets of a picture's file.
const FILE_LIMIT: usize = 64 * 1024 * 1024;
