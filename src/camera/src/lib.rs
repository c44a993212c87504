//! Where pictures come from: a video device (V4L2), as brightness; and files in folders, by their names.
//!
//! Opening, choosing a format and streaming are unproven on a device: no machine that ran these tests had one. The choice
//! of a format and the conversion of pixels are plain functions, and tested. Pictures that the camera compressed (MJPEG)
//! are not taken: a decoder for hostile JPEG has no place beside the HSM, and cameras that compress also have YUYV at a
//! lower rate.

mod device;
mod error;
mod folder;
mod pixels;

pub use device::Camera;
pub use error::Error;
pub use folder::pictures;
pub use pixels::{Pixels, Shape};

/// One picture's brightness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// From 0 (black) to 255, row by row.
    pub luma: Vec<u8>,
}
