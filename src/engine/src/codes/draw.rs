//! Codes in files: SVG or PNG, one each, in a new folder.

use std::path::Path;

use transfer::{Code, Display, Level};

use super::{QrArgs, wrote};
use crate::console::Console;
use crate::error::Error;
use crate::files;

/// How codes are drawn.
#[derive(Clone, Copy)]
pub enum Format {
    Svg,
    Png,
}

/// Writes every still code, or so many frames of an animation.
pub fn into_folder(
    args: &QrArgs,
    bundle: &[u8],
    folder: &Path,
    format: Format,
    console: &Console,
) -> Result<(), Error> {
    let codes = codes(args, bundle)?;
    std::fs::create_dir(folder).map_err(|cause| Error::File {
        act: "make",
        path: folder.display().to_string(),
        cause,
    })?;
    for (n, code) in (1..).zip(&codes) {
        let name = format!(
            "code-{n:0width$}-of-{}",
            codes.len(),
            width = codes.len().to_string().len()
        );
        let (end, octets) = match format {
            Format::Svg => ("svg", code.svg().into_bytes()),
            Format::Png => ("png", code.png(PIXELS)?),
        };
        files::write_new(&folder.join(format!("{name}.{end}")), &octets)?;
    }
    let what = if codes.len() == 1 {
        "1 code".to_owned()
    } else {
        format!("{} codes", codes.len())
    };
    wrote(console, folder, &what)
}

fn codes(args: &QrArgs, bundle: &[u8]) -> Result<Vec<Code>, Error> {
    match args.display(bundle, PAPER)? {
        Display::Stills(codes) => Ok(codes),
        Display::Animation(animation) => {
            let most = animation.needed().saturating_add(MORE);
            let frames = 0..args.frames.unwrap_or(most).min(10 * most);
            let codes = frames.map(|n| Code::of(&animation.frame(n), Level::L));
            Ok(codes.collect::<Result<_, _>>()?)
        }
    }
}

/// Room, in signs, for the largest codes that are made.
const PAPER: (u16, u16) = (200, 101);
/// Pixels a module.
const PIXELS: u32 = 6;
/// Frames above the number of symbols, unless somebody says how many: a few may be lost.
const MORE: u32 = 10;
