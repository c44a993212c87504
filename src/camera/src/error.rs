//! Why there are no frames.

use std::io;
use std::path::PathBuf;

/// Why there are no frames.
#[derive(Debug)]
pub enum Error {
    /// The device cannot be opened.
    Open {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// It is no device that takes pictures.
    NoCamera {
        /// Its path.
        path: PathBuf,
        /// What the system says, or what it lacks.
        cause: String,
    },
    /// It has no format that is read here.
    NoFormat {
        /// Its path.
        path: PathBuf,
        /// The formats that it has, by their four letters.
        offered: Vec<String>,
    },
    /// Its pictures have a size that is not read.
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// It was open, and failed.
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        cause: io::Error,
    },
    /// It sends no pictures.
    Silent {
        /// For so many seconds.
        seconds: u64,
    },
}

impl Error {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Open { cause, .. } | Self::Failed { cause, .. } => hint_of(cause),
            Self::NoCamera { .. } => {
                "`v4l2-ctl --list-devices` names the cameras; a camera's second device has no pictures"
            }
            Self::NoFormat { .. } => {
                "use a camera that sends GREY, YUYV or NV12; from one that only sends MJPEG, save photographs and scan those"
            }
            Self::Size { .. } => "choose another camera: pictures up to 4096 pixels each way are read",
            Self::Silent { .. } => "is its shutter open? plug it out and in, and begin again",
        }
    }
}

/// errno(3): of what V4L2 says, what a person can mend.
fn hint_of(cause: &io::Error) -> &'static str {
    const EBUSY: i32 = 16;
    match (cause.kind(), cause.raw_os_error()) {
        (io::ErrorKind::NotFound, _) => "is the camera plugged in? `v4l2-ctl --list-devices` names those that are",
        (io::ErrorKind::PermissionDenied, _) => "whoever runs this must be in the group `video`",
        (_, Some(EBUSY)) => "another program has the camera: end it",
        _ => "plug the camera out and in, and begin again",
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open { path, cause } => write!(f, "cannot open the camera {}: {cause}", path.display()),
            Self::NoCamera { path, cause } => write!(f, "{} is no camera: {cause}", path.display()),
            Self::NoFormat { path, offered } => write!(
                f,
                "the camera {} has no format that is read here: it has {}",
                path.display(),
                if offered.is_empty() {
                    "none".to_owned()
                } else {
                    offered.join(", ")
                }
            ),
            Self::Size { width, height } => {
                write!(f, "the camera's pictures cannot be read: {width} x {height} pixels")
            }
            Self::Failed { doing, cause } => write!(f, "the camera failed while {doing}: {cause}"),
            Self::Silent { seconds } => write!(f, "the camera sent no picture for {seconds} seconds"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(cause: io::Error) -> Error {
        Error::Open {
            path: "/dev/video0".into(),
            cause,
        }
    }

    #[test]
    fn says_what_can_be_done_about_what_the_system_says() {
        let absent = open(io::Error::from_raw_os_error(2));
        assert!(
            absent.to_string().starts_with("cannot open the camera /dev/video0: "),
            "{absent}"
        );
        assert!(absent.hint().starts_with("is the camera plugged in?"));
        assert!(open(io::Error::from_raw_os_error(13)).hint().contains("group `video`"));
        assert!(
            open(io::Error::from_raw_os_error(16))
                .hint()
                .contains("another program")
        );
    }

    #[test]
    fn names_the_formats_that_a_camera_has() {
        let error = Error::NoFormat {
            path: "/dev/video0".into(),
            offered: vec!["MJPG".into(), "H264".into()],
        };
        assert_eq!(
            error.to_string(),
            "the camera /dev/video0 has no format that is read here: it has MJPG, H264"
        );
    }
}
