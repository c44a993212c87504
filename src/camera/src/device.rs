//! The device: opened, set to a format, and read frame by frame. Unproven on a device.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use v4l::buffer::Type;
use v4l::capability::Flags;
use v4l::format::FourCC;
use v4l::io::mmap::Stream;
use v4l::io::traits::CaptureStream as _;
use v4l::video::Capture as _;
use v4l::{Device, Format};

use crate::Frame;
use crate::error::Error;
use crate::pixels::{Pixels, Shape};

/// A camera that sends frames. Nobody else can use it meanwhile.
pub struct Camera {
    stream: Stream<'static>,
    shape: Shape,
}

impl Camera {
    /// Opens a device and sets it to a format that is read, as near to 1280 x 720 as it can.
    ///
    /// # Errors
    /// There is none, it is no camera, it is busy, or it has no such format.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let device = Device::with_path(path).map_err(|cause| Error::Open {
            path: path.to_owned(),
            cause,
        })?;
        let no_camera = |cause: String| Error::NoCamera {
            path: path.to_owned(),
            cause,
        };
        let can = device.query_caps().map_err(|cause| no_camera(cause.to_string()))?;
        if !can.capabilities.contains(Flags::VIDEO_CAPTURE | Flags::STREAMING) {
            return Err(no_camera("it sends no stream of pictures".to_owned()));
        }
        let pixels = format(&device, path)?;
        let shape = set(&device, pixels)?;
        let mut stream = Stream::with_buffers(&device, Type::VideoCapture, BUFFERS).map_err(failed("making room"))?;
        stream.set_timeout(SILENCE);
        Ok(Self { stream, shape })
    }

    /// The format and size of its frames.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Waits for the next frame. Broken ones are left out.
    ///
    /// # Errors
    /// The device failed or was taken away, or sent nothing whole for ten seconds.
    pub fn frame(&mut self) -> Result<Frame, Error> {
        for _ in 0..BROKEN {
            let (octets, told) = match self.stream.next() {
                Ok(frame) => frame,
                Err(cause) if cause.kind() == ErrorKind::TimedOut => break,
                Err(cause) => return Err(failed("waiting for a picture")(cause)),
            };
            let filled = octets.get(..told.bytesused as usize).unwrap_or(octets);
            if let Some(luma) = self.shape.luma(filled) {
                return Ok(Frame {
                    width: self.shape.width,
                    height: self.shape.height,
                    luma,
                });
            }
        }
        Err(Error::Silent {
            seconds: SILENCE.as_secs(),
        })
    }
}

fn format(device: &Device, path: &Path) -> Result<Pixels, Error> {
    let offered = device.enum_formats().map_err(failed("listing its formats"))?;
    let letters: Vec<_> = offered.iter().map(|one| one.fourcc.repr).collect();
    let named = |letters: &[u8; 4]| {
        letters
            .iter()
            .copied()
            .filter(u8::is_ascii_alphanumeric)
            .map(char::from)
            .collect()
    };
    Pixels::choose(&letters).ok_or_else(|| Error::NoFormat {
        path: path.to_owned(),
        offered: letters.iter().map(named).collect(),
    })
}

/// The driver answers with what it did, which need not be what was asked for.
fn set(device: &Device, pixels: Pixels) -> Result<Shape, Error> {
    let wanted = Format::new(WIDTH, HEIGHT, FourCC::new(&pixels.letters()));
    let set = device.set_format(&wanted).map_err(failed("setting its format"))?;
    let shape = Shape {
        pixels,
        width: set.width as usize,
        height: set.height as usize,
        stride: set.stride as usize,
    };
    let as_asked = set.fourcc.repr == pixels.letters();
    match as_asked && shape.is_possible() {
        true => Ok(shape),
        false => Err(Error::Size {
            width: set.width,
            height: set.height,
        }),
    }
}

fn failed(doing: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |cause| Error::Failed { doing, cause }
}

/// What codes of a full screen need, and every camera has.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
/// Frames that the kernel holds for us.
const BUFFERS: u32 = 4;
/// Broken frames in a row.
const BROKEN: u32 = 100;
/// So long may a camera take to wake up.
const SILENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_named_and_a_file_is_no_camera() {
        let error = Camera::open(Path::new("/dev/no-such-camera")).err().expect("absent");
        assert!(
            error
                .to_string()
                .starts_with("cannot open the camera /dev/no-such-camera: "),
            "{error}"
        );
        assert!(error.hint().starts_with("is the camera plugged in?"));
        let error = Camera::open(Path::new("/dev/null")).err().expect("no camera");
        assert!(error.to_string().starts_with("/dev/null is no camera: "), "{error}");
    }
}
