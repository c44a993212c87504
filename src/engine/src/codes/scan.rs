//! Codes read: from a camera until the bundle is whole, or from pictures in any order.

use std::path::{Path, PathBuf};

use camera::Camera;
use clap::Args;
use transfer::{Picture, Receiver};

use super::{describe, peek, wrote};
use crate::console::Console;
use crate::error::Error;
use crate::files;

/// Where codes are, and where the bundle goes.
#[derive(Args)]
pub struct ScanArgs {
    /// A camera, like /dev/video0; Enter ends the scan.
    #[arg(long, value_name = "DEVICE", conflicts_with = "pictures")]
    camera: Option<PathBuf>,
    /// PNG pictures, and folders of them.
    #[arg(value_name = "FILE", required_unless_present = "camera")]
    pictures: Vec<PathBuf>,
    /// The bundle's new file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Reads one bundle and writes it.
pub fn scan(args: &ScanArgs, mut console: Console) -> Result<(), Error> {
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
    let bundle = receiver.whole()?;
    let label = peek(Path::new("what the codes hold"), bundle)?;
    files::write_new(&args.out, bundle)?;
    describe(&console, bundle, &label);
    wrote(&console, &args.out, "the bundle")
}

/// Looks through a camera until the bundle is whole, cannot become so, or somebody presses Enter.
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
            console.say(receiver.progress().line());
        }
        let ended = console.typed(0).is_some_and(|line| line.trim().is_empty());
        if receiver.is_over() || ended {
            return Ok(());
        }
    }
}

/// Looks at pictures until the bundle is whole. One that cannot be read is said and left out.
fn look(paths: &[PathBuf], receiver: &mut Receiver, console: &Console) -> Result<(), Error> {
    for path in pictures(paths)? {
        let picture = files::read(&path, PICTURE_LIMIT).and_then(|file| Ok(Picture::from_png(&file)?));
        match picture {
            Ok(picture) => {
                if receiver.take_all(&picture.read()) {
                    console.say(receiver.progress().line());
                }
            }
            Err(error) => console.warn(format!("{} was left out: {error}", path.display())),
        }
        if receiver.is_over() {
            break;
        }
    }
    Ok(())
}

/// Files as they are named, and what folders have of PNG files, by their names.
fn pictures(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut all = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => all.extend(in_folder(path)?),
            false => all.push(path.clone()),
        }
    }
    Ok(all)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |cause| Error::File {
        act: "read",
        path: folder.display().to_string(),
        cause,
    };
    let is_picture = |path: &PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    let entries = std::fs::read_dir(folder).map_err(failed)?.take(ENTRIES);
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.retain(is_picture);
    paths.sort();
    Ok(paths)
}

/// Octets of a picture's file.
const PICTURE_LIMIT: usize = 64 * 1024 * 1024;
/// Entries of a folder that are looked at.
const ENTRIES: usize = 20_000;
/// Milliseconds from one line to the next.
const LINE_EVERY: u64 = 1000;
