//! Reading a bundle from QR codes: by a camera, or in photographs in any order.

mod photograph;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use camera::Camera;
use clap::Args;
use transfer::Receiver;

use crate::codes::{described, line_within};
use crate::error::Error;
use crate::terminal::{self, Terminal};
use crate::{files, show};

/// Where codes are, and where the bundle goes.
#[derive(Args)]
pub struct ScanArgs {
    /// A camera, like /dev/video0; Enter ends the scan.
    #[arg(long, value_name = "DEVICE", conflicts_with = "pictures")]
    camera: Option<PathBuf>,
    /// PNG and JPEG pictures, and folders of them.
    #[arg(value_name = "FILE", required_unless_present = "camera")]
    pictures: Vec<PathBuf>,
    /// The bundle's new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Reads one bundle and writes it.
///
/// # Errors
/// Parts are missing, what they make is no bundle, or there is such a file already.
pub fn run(args: &ScanArgs) -> Result<(), Error> {
    files::demand_absent(&args.out)?;
    let screen = Terminal::open()?;
    let mut receiver = Receiver::new();
    let told = match &args.camera {
        Some(device) => watch(device, &mut receiver, &screen),
        None => look(&args.pictures, &mut receiver, &screen),
    };
    let strays = receiver.progress().strays();
    screen.show(&strays.iter().flat_map(|line| show::note(line)).collect::<Vec<_>>())?;
    told?;
    let bundle = receiver.whole().map_err(Error::Codes)?;
    let mut lines = described("what the codes hold", bundle)?;
    files::create(&args.out, bundle, files::PUBLIC)?;
    let folder = args.out.parent().filter(|folder| !folder.as_os_str().is_empty());
    files::sync(folder.unwrap_or(Path::new(".")))?;
    lines.extend(show::field("written to", &args.out.display().to_string()));
    screen.show(&lines)
}

/// Looks through a camera until the bundle is whole, cannot become so, or somebody presses Enter.
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
            screen.show(&show::note(&receiver.progress().line()))?;
        }
        let ended = line_within(typed.as_ref(), Duration::ZERO).is_some_and(|line| line.trim().is_empty());
        if receiver.is_over() || ended {
            return Ok(());
        }
    }
}

/// Looks at pictures until the bundle is whole. One that cannot be read is said and left out.
fn look(paths: &[PathBuf], receiver: &mut Receiver, screen: &Terminal) -> Result<(), Error> {
    for path in photograph::all(paths)? {
        match photograph::read(&path) {
            Ok(picture) => {
                if receiver.take_all(&picture.read()) {
                    screen.show(&show::note(&receiver.progress().line()))?;
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

/// From one line to the next.
const LINE_EVERY: Duration = Duration::from_secs(1);
