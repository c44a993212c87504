//! A bundle as QR codes, and back: still ones for paper, or an endless animation in which any frames will do, if they
//! are enough. Bytes in, values out: no file, clock, process or socket.

mod animation;
mod code;
mod display;
mod error;
mod frame;
mod picture;
mod read;
mod receiver;
mod sheet;
mod stills;

pub use animation::{Animation, SYMBOL_MAX, SYMBOL_MIN};
pub use code::{Code, Level, Screen};
pub use display::{Display, Speed, Way};
pub use error::Error;
pub use picture::{PICTURE_LIMIT, Picture};
pub use read::read;
pub use receiver::{Kind, Progress, Receiver, Stray, Taken};
pub use sheet::sheet;
pub use stills::{STILL_LIMIT, STILL_PART, still, still_of};

/// Octets of a bundle that goes as codes; a larger one goes as a signed file.
pub const LIMIT: usize = 256 * 1024;
