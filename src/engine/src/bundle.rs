//! Bundles of any type: shown in plain words or to the letter, verified with their signatures, compared.

pub mod beside;
mod diff;
mod verify;

use std::path::{Path, PathBuf};

use clap::Args;
use record::screen::Shown;
use record::{AnyBundle, Digest, cbor, diagnostic, show};

use crate::console::Console;
use crate::error::Error;
use crate::files;

pub use diff::{DiffArgs, diff};
pub use verify::{VerifyArgs, verify};

/// What `bundle show` needs.
#[derive(Args)]
pub struct ShowArgs {
    /// The bundle: a file that ends in .cbor.
    file: PathBuf,
    /// Show it to the letter, in CBOR's diagnostic notation (RFC 8949, section 8).
    #[arg(long)]
    diag: bool,
}

/// Shows a bundle of any type.
pub fn show(args: &ShowArgs, console: &Console) -> Result<(), Error> {
    let (bundle, bytes) = read(&args.file)?;
    let lines = match args.diag {
        true => diagnostic::notation(&bytes).map(|notation| notation.lines().map(str::to_owned).collect()),
        false => show::lines(&bytes),
    };
    let lines = lines.map_err(|cause| Error::input(name(&args.file), cause))?;
    console.show(&Shown::Page { lines });
    console.show(&compared(&bundle, &bytes, "file"));
    Ok(())
}

/// The digest that people compare: the file's; of a parcel that of its bundle.
fn compared(bundle: &AnyBundle, bytes: &[u8], of: &str) -> Shown {
    match bundle {
        AnyBundle::Parcel(parcel) => Shown::digest(&format!("{of}'s bundle"), &parcel.body.digest()),
        _ => Shown::digest(of, &Digest::of(bytes)),
    }
}

/// A bundle's file, read strictly.
fn read(path: &Path) -> Result<(AnyBundle, Vec<u8>), Error> {
    let bytes = files::read(path, cbor::BUNDLE_LIMIT)?;
    let bundle = AnyBundle::decode(&bytes).map_err(|cause| Error::input(name(path), cause))?;
    Ok((bundle, bytes))
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
