//! Codes read: from a camera until the bundle is whole, or from pictures in any order.

mod place;

use std::path::{Path, PathBuf};

use camera::Camera;
use clap::Args;
use transfer::{Picture, Receiver};

use super::{describe, opened, wrote};
use crate::console::Console;
use crate::error::Error;
use crate::files;

use place::Place;

/// Where codes are, and where the bundle goes.
#[derive(Args)]
pub struct ScanArgs {
    /// A camera, like /dev/video0; Enter ends the scan.
    #[arg(long, value_name = "DEVICE", conflicts_with = "pictures")]
    camera: Option<PathBuf>,
    /// PNG pictures, and folders of them.
    #[arg(value_name = "FILE", required_unless_present = "camera")]
    pictures: Vec<PathBuf>,
    /// The bundle's new file; signatures that came with it go beside it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Reads one bundle, with the signatures that came along, and writes them.
pub fn scan(args: &ScanArgs, mut console: Console) -> Result<(), Error> {
    // Whoever held codes into a camera for a minute must not learn afterwards that it was in vain.
    let place = Place::claim(&args.out)?;
    let mut receiver = Receiver::new();
    let told = match &args.camera {
        Some(device) => watch(device, &mut receiver, &mut console),
        None => look(&args.pictures, &mut receiver, &console),
    };
    // What was put aside says more than that the bundle is not whole.
    receiver
        .progress()
        .strays()
        .into_iter()
        .for_each(|line| console.warn(line));
    told?;
    let crossed = opened(Path::new("what the codes hold"), receiver.whole()?)?;
    let written = place.write(&crossed)?;
    describe(&console, &crossed);
    written.iter().try_for_each(|(path, what)| wrote(&console, path, what))
}

/// Looks through a camera until the bundle is whole, or somebody presses Enter.
fn watch(device: &Path, receiver: &mut Receiver, console: &mut Console) -> Result<(), Error> {
    let mut camera = Camera::open(device)?;
    console.say("Hold the codes into the camera, all of a code in sight. Enter ends the scan.");
    let mut said = 0;
    loop {
        let frame = camera.frame()?;
        let news = receiver.take_all(&transfer::read(&frame.luma, frame.width, frame.height));
        let now = console.elapsed();
        // A line for each frame would be more than a screen reader can say.
        if news && (now >= said + LINE_EVERY || receiver.is_over()) {
            said = now;
            tell(receiver, console, ANEW);
        }
        let ended = console.typed(0).is_some_and(|line| line.trim().is_empty());
        if receiver.is_over() || ended {
            return Ok(());
        }
    }
}

/// How far it has come. What does not fit together is forgotten: a sender's next pass is read, while pictures that were
/// read are given `again`.
fn tell(receiver: &mut Receiver, console: &Console, again: &str) {
    let line = receiver.progress().line();
    match receiver.begin_again() {
        true => console.warn(format!("{line}: one was of somebody else. They are forgotten{again}.")),
        false => console.say(line),
    }
}

/// Looks at pictures until the bundle is whole. One that cannot be read is said and left out.
fn look(paths: &[PathBuf], receiver: &mut Receiver, console: &Console) -> Result<(), Error> {
    for path in pictures(paths)? {
        match picture(&path) {
            Ok(picture) => {
                if receiver.take_all(&picture.read()) {
                    tell(receiver, console, GIVE_AGAIN);
                }
            }
            Err(why) => console.warn(format!("{} was left out: {why}", path.display())),
        }
        if receiver.is_over() {
            break;
        }
    }
    Ok(())
}

/// A picture, or why it is none.
fn picture(path: &Path) -> Result<Picture, String> {
    let file = files::read(path, PICTURE_LIMIT).map_err(|error| error.to_string())?;
    if file.starts_with(JPEG) {
        return Err("it is a JPEG picture; PNG alone is read here, and `ceremony-member scan` reads both".into());
    }
    Picture::from_png(&file).map_err(|error| error.to_string())
}

/// The files, and what folders have of PNG files.
fn pictures(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let found = camera::pictures(paths, &["png"]).map_err(|(folder, cause)| Error::File {
        act: "read",
        path: folder.display().to_string(),
        cause,
    })?;
    match found.is_empty() {
        true => Err(Error::Refused {
            what: "no PNG picture is in what was named".into(),
            hint: "name pictures, or a folder of files that end in .png; JPEG is read by `ceremony-member scan` alone"
                .into(),
        }),
        false => Ok(found),
    }
}

/// How each such file begins: "start of image" (ITU-T T.81, B.1.1.3).
const JPEG: &[u8] = &[0xff, 0xd8];

/// A camera sees the codes again.
const ANEW: &str = ", and read anew";
/// A picture is read once.
const GIVE_AGAIN: &str = "; if the rest is not the whole, give all pictures again, without that one";
/// Octets of a picture's file.
const PICTURE_LIMIT: usize = 64 * 1024 * 1024;
/// Milliseconds from one line to the next.
const LINE_EVERY: u64 = 1000;
