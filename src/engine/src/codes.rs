//! Bundles as QR codes, and back: on the screen, in files, on paper; by a camera, or in pictures.

mod draw;
mod play;
mod scan;
mod sent;

use std::path::{Path, PathBuf};

use clap::Args;
use record::parcel::Crossed;
use record::screen::Shown;
use transfer::{Display, Screen, Way};

use crate::console::Console;
use crate::error::Error;
use crate::files;

pub use self::scan::{ScanArgs, scan};

/// A bundle to be shown.
#[derive(Args)]
pub struct QrArgs {
    /// The bundle; signatures beside it (FILE.sig, FILE.MEMBER.sig) go along.
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// Send the bundle alone, whatever lies beside it.
    #[arg(long, conflicts_with = "of")]
    alone: bool,
    /// FILE is a signature, of this bundle, which the other side has.
    #[arg(long, value_name = "BUNDLE")]
    of: Option<PathBuf>,
    /// Still codes, all of which must be read: up to 6000 octets.
    #[arg(long, conflicts_with = "animate")]
    still: bool,
    /// An animation, of which enough must be read: up to 262144 octets.
    #[arg(long)]
    animate: bool,
    /// Frames a second at the beginning, 1 to 20.
    #[arg(long, value_name = "N", default_value_t = 5)]
    fps: u32,
    /// End after so many frames.
    #[arg(long, value_name = "N")]
    frames: Option<u32>,
    /// Another width than the terminal's, in signs.
    #[arg(long, value_name = "N")]
    columns: Option<u16>,
    /// Another height than the terminal's, in lines.
    #[arg(long, value_name = "N")]
    lines: Option<u16>,
    /// The terminal has dark letters on a light ground.
    #[arg(long)]
    light: bool,
    /// Write the codes into a new folder, as SVG.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["png", "sheet"])]
    svg: Option<PathBuf>,
    /// Write the codes into a new folder, as PNG.
    #[arg(long, value_name = "DIR", conflicts_with = "sheet")]
    png: Option<PathBuf>,
    /// Write a page to be printed, with still codes and the digest.
    #[arg(long, value_name = "FILE", conflicts_with = "animate")]
    sheet: Option<PathBuf>,
}

/// Shows a bundle, or writes its codes.
pub fn qr(args: &QrArgs, console: Console) -> Result<(), Error> {
    let octets = sent::read(&args.bundle, args.of.as_deref(), args.alone)?;
    let crossed = opened(&args.bundle, &octets)?;
    if let Some(file) = &args.sheet {
        let sheet = transfer::sheet(&octets, &crossed)?;
        files::write_new(file, sheet.as_bytes())?;
        describe(&console, &crossed);
        return wrote(&console, file, "codes to be printed, with the bundle's digest");
    }
    let drawn = [(&args.svg, draw::Format::Svg), (&args.png, draw::Format::Png)];
    let drawn = drawn
        .into_iter()
        .find_map(|(folder, format)| Some((folder.as_ref()?, format)));
    match drawn {
        Some((folder, format)) => {
            describe(&console, &crossed);
            draw::into_folder(args, &octets, folder, format, &console)
        }
        None => play::on_screen(args, &octets, &crossed, console),
    }
}

impl QrArgs {
    fn way(&self) -> Way {
        match (self.still, self.animate) {
            (true, _) => Way::Still,
            (_, true) => Way::Animate,
            _ => Way::Either,
        }
    }

    /// What is shown where this much room is, unless the options say how much there is.
    fn display(&self, bundle: &[u8], room: (u16, u16)) -> Result<Display, Error> {
        let screen = Screen {
            columns: self.columns.unwrap_or(room.0),
            lines: self.lines.unwrap_or(room.1),
        };
        Ok(Display::on(screen, bundle, self.way())?)
    }
}

/// What is sent, as the other side will take it apart.
fn opened(path: &Path, octets: &[u8]) -> Result<Crossed, Error> {
    Crossed::open(octets).map_err(|cause| Error::input(path.display().to_string(), cause))
}

/// What crosses, and the bundle's digest.
fn describe(console: &Console, crossed: &Crossed) {
    crossed.said().into_iter().for_each(|line| console.say(line));
    console.say("Neither what it says nor whose signatures they are is checked here.");
    console.show(&Shown::digest("bundle", &crossed.digest));
}

fn wrote(console: &Console, path: &Path, what: &str) -> Result<(), Error> {
    console.show(&Shown::Wrote {
        path: path.display().to_string(),
        what: what.to_owned(),
    });
    Ok(())
}
