//! Showing a bundle: what it is, its digest, and itself as QR codes, with the signatures that lie beside it.

mod sent;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use clap::Args;
use record::cbor;
use record::parcel::Crossed;
use transfer::{Animation, Code, Display, Level, Screen, Speed, Way};

use crate::error::Error;
use crate::terminal::{self, Terminal};
use crate::{files, show};

/// A bundle to be shown.
#[derive(Args)]
pub struct ShowArgs {
    /// The bundle; as codes, signatures beside it (FILE.sig,
    /// FILE.MEMBER.sig) go along
    #[arg(value_name = "FILE", verbatim_doc_comment)]
    bundle: PathBuf,
    /// The bundle alone, whatever lies beside it.
    #[arg(long, conflicts_with = "of")]
    alone: bool,
    /// FILE is a signature, of this bundle, which the other
    /// side has: the signature alone goes as codes
    #[arg(long, value_name = "BUNDLE", verbatim_doc_comment)]
    of: Option<PathBuf>,
    /// Show it as QR codes: still ones if it is small, else an
    /// animation
    #[arg(long, verbatim_doc_comment)]
    qr: bool,
    /// Still codes alone: up to 6000 octets.
    #[arg(long, requires = "qr", conflicts_with = "animate")]
    still: bool,
    /// An animation: up to 262144 octets.
    #[arg(long, requires = "qr")]
    animate: bool,
    /// Frames a second at the beginning, 1 to 20.
    #[arg(long, value_name = "N", default_value_t = 5)]
    fps: u32,
    /// End after so many frames.
    #[arg(long, value_name = "N")]
    frames: Option<u32>,
    /// The terminal has dark letters on a light ground.
    #[arg(long)]
    light: bool,
    /// Write the codes into a new folder, as PNG.
    #[arg(long, value_name = "DIR")]
    png: Option<PathBuf>,
    /// Write a page to be printed, with still codes.
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
}

/// Shows a bundle.
///
/// # Errors
/// No bundle, or one that does not go as these codes.
pub fn run(args: &ShowArgs) -> Result<(), Error> {
    let octets = match args.as_codes() || args.of.is_some() {
        true => sent::read(&args.bundle, args.of.as_deref(), args.alone)?,
        false => files::read(&args.bundle, cbor::BUNDLE_LIMIT)?,
    };
    let mut crossed = Crossed::open(&octets).map_err(Error::bundle(&args.bundle))?;
    let mut unread = None;
    if !args.as_codes() && !args.alone {
        match sent::lying_beside(&args.bundle, &crossed) {
            Ok(found) => crossed.signatures.extend(found),
            // Words need no signatures.
            Err(cause) => unread = Some(format!("What lies beside it was not read: {cause}.")),
        }
    }
    let mut described = described(&args.bundle, &crossed)?;
    described.extend(unread.iter().flat_map(|said| show::note(said)));
    if let Some(file) = &args.sheet {
        let sheet = transfer::sheet(&octets, &crossed).map_err(Error::Codes)?;
        files::create(file, sheet.as_bytes(), files::PUBLIC)?;
        described.extend(show::field("the page, written to", &file.display().to_string()));
    }
    if let Some(folder) = &args.png {
        let count = into_folder(args, &octets, folder)?;
        let what = match count {
            1 => "1 picture, written to".to_owned(),
            _ => format!("{count} pictures, written to"),
        };
        described.extend(show::field(&what, &folder.display().to_string()));
    }
    if args.qr {
        on_screen(args, &octets)?;
    }
    Terminal::open()?.show(&described)
}

/// What crosses, in plain words, with the signatures that go along, and the bundle's digest.
///
/// # Errors
/// It is no bundle of a type that is known.
pub fn described(path: impl Into<PathBuf>, crossed: &Crossed) -> Result<Vec<String>, Error> {
    let mut lines = match &crossed.bundle {
        Some(octets) => record::show::lines(octets).map_err(Error::bundle(path))?,
        None => Vec::new(),
    };
    lines.extend(crossed.said().iter().flat_map(|line| show::note(line)));
    lines.extend(show::note(
        "Neither whether it is true nor whose signatures they are is checked here.",
    ));
    lines.extend(show::spoken("bundle", &crossed.digest));
    Ok(lines)
}

impl ShowArgs {
    /// Whether more is wanted than words.
    fn as_codes(&self) -> bool {
        self.qr || self.png.is_some() || self.sheet.is_some()
    }

    fn display(&self, bundle: &[u8], (columns, lines): (u16, u16)) -> Result<Display, Error> {
        let way = match (self.still, self.animate) {
            (true, _) => Way::Still,
            (_, true) => Way::Animate,
            _ => Way::Either,
        };
        Display::on(Screen { columns, lines }, bundle, way).map_err(Error::Codes)
    }

    fn drawn(&self, code: &Code) -> String {
        match self.light {
            true => code.terminal_light(),
            false => code.terminal(),
        }
    }
}

fn on_screen(args: &ShowArgs, bundle: &[u8]) -> Result<(), Error> {
    let typed = terminal::typed();
    match args.display(bundle, terminal::size().unwrap_or(SMALL))? {
        Display::Stills(codes) => stills(args, &codes, typed.as_ref()),
        Display::Animation(animation) => play(args, &animation, typed.as_ref()),
    }
}

/// Each until Enter; where nobody sits at a keyboard, all at once.
fn stills(args: &ShowArgs, codes: &[Code], typed: Option<&Receiver<String>>) -> Result<(), Error> {
    for (n, code) in (1..).zip(codes) {
        let last = if n == codes.len() { "end" } else { "next" };
        let below = format!("code {n} of {}; Enter: {last}", codes.len());
        terminal::draw(&args.drawn(code), &below)?;
        if typed.is_some_and(|typed| typed.recv().is_err()) {
            break;
        }
    }
    Ok(())
}

/// Frame after frame, as fast as somebody wants it.
fn play(args: &ShowArgs, animation: &Animation, typed: Option<&Receiver<String>>) -> Result<(), Error> {
    if args.frames.is_none() && typed.is_none() {
        return Err(Error::NobodyThere);
    }
    let mut speed = Speed::new(args.fps);
    for number in 0..args.frames.unwrap_or(u32::MAX) {
        let code = Code::of(&animation.frame(number), Level::L).map_err(Error::Codes)?;
        terminal::draw(&args.drawn(&code), &speed.caption(number, animation.needed()))?;
        match line_within(typed, Duration::from_millis(speed.pause())) {
            None => {}
            Some(line) => match speed.typed(&line) {
                Some(changed) => speed = changed,
                None => break,
            },
        }
    }
    Ok(())
}

/// The line that is typed meanwhile, if any is.
pub fn line_within(typed: Option<&Receiver<String>>, pause: Duration) -> Option<String> {
    match typed.map(|typed| typed.recv_timeout(pause)) {
        Some(Ok(line)) => Some(line),
        Some(Err(RecvTimeoutError::Timeout)) => None,
        Some(Err(RecvTimeoutError::Disconnected)) | None => {
            std::thread::sleep(pause);
            None
        }
    }
}

/// Comes back with how many pictures there are.
fn into_folder(args: &ShowArgs, bundle: &[u8], folder: &Path) -> Result<usize, Error> {
    let codes = match args.display(bundle, PAPER)? {
        Display::Stills(codes) => codes,
        Display::Animation(animation) => {
            let most = animation.needed() + MORE;
            let frames = 0..args.frames.unwrap_or(most).min(10 * most);
            let codes = frames.map(|n| Code::of(&animation.frame(n), Level::L));
            codes.collect::<Result<_, _>>().map_err(Error::Codes)?
        }
    };
    std::fs::create_dir(folder).map_err(|cause| Error::Write {
        path: folder.into(),
        cause,
    })?;
    let width = codes.len().to_string().len();
    for (n, code) in (1..).zip(&codes) {
        let name = format!("code-{n:0width$}-of-{}.png", codes.len());
        files::create(
            &folder.join(name),
            &code.png(PIXELS).map_err(Error::Codes)?,
            files::PUBLIC,
        )?;
    }
    files::sync(folder)?;
    Ok(codes.len())
}

/// Where the terminal does not say how large it is.
const SMALL: (u16, u16) = (80, 24);
/// Room, in signs, for the largest codes that are made.
const PAPER: (u16, u16) = (200, 101);
/// Pixels a module.
const PIXELS: u32 = 6;
/// Frames above the number of symbols, unless somebody says how many: a few may be lost.
const MORE: u32 = 10;
