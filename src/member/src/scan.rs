//! Reading a bundle from QR codes, with the signatures that came along: by a camera, or in photographs in any order.

mod photograph;
mod place;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use camera::Camera;
use clap::Args;
use record::parcel::Crossed;
use transfer::Receiver;

use crate::codes::{described, line_within};
use crate::error::Error;
use crate::show;
use crate::terminal::{self, Terminal};

use place::Place;

/// Where codes are, and where the bundle goes.
#[derive(Args)]
pub struct ScanArgs {
    /// A camera, like /dev/video0; Enter ends the scan.
    #[arg(long, value_name = "DEVICE", conflicts_with = "pictures")]
    camera: Option<PathBuf>,
    /// PNG and JPEG pictures, and folders of them.
    #[arg(value_name = "FILE", required_unless_present = "camera")]
    pictures: Vec<PathBuf>,
    /// The bundle's new file; signatures that came
    /// along go beside it
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    out: PathBuf,
}

/// Reads one bundle and writes it.
///
/// # Errors
/// Parts are missing, what they make is no bundle, or there is such a file already.
pub fn run(args: &ScanArgs) -> Result<(), Error> {
    // Whoever held codes into a camera for a minute must not learn afterwards that it was in vain.
    let place = Place::claim(&args.out)?;
    let screen = Terminal::open()?;
    let mut receiver = Receiver::new();
    let told = match &args.camera {
        Some(device) => watch(device, &mut receiver, &screen),
        None => look(&args.pictures, &mut receiver, &screen),
    };
    let strays = receiver.progress().strays();
    screen.show(&strays.iter().flat_map(|line| show::note(line)).collect::<Vec<_>>())?;
    told?;
    let octets = receiver.whole().map_err(Error::Codes)?;
    let crossed = Crossed::open(octets).map_err(Error::bundle("what the codes hold"))?;
    let mut lines = described("what the codes hold", &crossed)?;
    for (path, what) in place.write(&crossed)? {
        lines.extend(show::field(what, &path.display().to_string()));
    }
    screen.show(&lines)
}

/// Looks through a camera until the bundle is whole, or somebody presses Enter.
fn watch(device: &Path, receiver: &mut Receiver, screen: &Terminal) -> Result<(), Error> {
    let mut camera = Camera::open(device).map_err(Error::Camera)?;
    let typed = terminal::typed();
    screen.show(&show::note(
        "Hold the codes into the camera, all of a code in sight. Enter ends the scan.",
    ))?;
    let mut said = Instant::now();
    loop {
        let frame = camera.frame().map_err(Error::Camera)?;
        let news = receiver.take_all(&transfer::read(&frame.luma, frame.width, frame.height));
        // A line for each frame would be more than a screen reader can say.
        if news && (said.elapsed() >= LINE_EVERY || receiver.is_over()) {
            said = Instant::now();
            tell(receiver, screen, ANEW)?;
        }
        let ended = line_within(typed.as_ref(), Duration::ZERO).is_some_and(|line| line.trim().is_empty());
        if receiver.is_over() || ended {
            return Ok(());
        }
    }
}

/// How far it has come. What does not fit together is forgotten: a sender's next pass is read, while pictures that were
/// read are given `again`.
fn tell(receiver: &mut Receiver, screen: &Terminal, again: &str) -> Result<(), Error> {
    let line = receiver.progress().line();
    screen.show(&show::note(&match receiver.begin_again() {
        true => format!("{line}: one was of somebody else. They are forgotten{again}."),
        false => line,
    }))
}

/// Looks at pictures until the bundle is whole. One that cannot be read is said and left out.
fn look(paths: &[PathBuf], receiver: &mut Receiver, screen: &Terminal) -> Result<(), Error> {
    for path in photograph::all(paths)? {
        match photograph::read(&path) {
            Ok(picture) => {
                if receiver.take_all(&picture.read()) {
                    tell(receiver, screen, GIVE_AGAIN)?;
                }
            }
            Err(error) => screen.show(&show::note(&format!("left out: {error}")))?,
        }
        if receiver.is_over() {
            break;
        }
    }
    Ok(())
}

/// A camera sees the codes again.
const ANEW: &str = ", and read anew";
/// A picture is read once.
const GIVE_AGAIN: &str = "; if the rest is not the whole, give all pictures again, without that one";
/// From one line to the next.
const LINE_EVERY: Duration = Duration::from_secs(1);
