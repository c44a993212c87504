//! `scanner-page`: makes the scanner page, one file that needs nothing else.

mod error;
mod page;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

use clap::Parser;

use error::Error;

/// Makes the scanner page: builds the WebAssembly with cargo, and puts it into one file with the page's text, style and
/// script.
#[derive(Parser)]
#[command(name = "scanner-page", version)]
struct Arguments {
    /// Takes this WebAssembly, and builds none.
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
    /// The page; one that is there is replaced.
    #[arg(value_name = "OUT.html")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("scanner-page: error: {error}");
            eprintln!("scanner-page: hint: {}", error.hint());
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let wasm = match &arguments.wasm {
        Some(path) => path.clone(),
        None => wasm::build()?,
    };
    let octets = fs::read(&wasm).map_err(|cause| Error::Read { path: wasm, cause })?;
    let page = page::assemble(&octets)?;
    write(&arguments.out, page.as_bytes()).map_err(|cause| Error::Write {
        path: arguments.out.clone(),
        cause,
    })?;
    let (path, digest) = (arguments.out.display(), record::Digest::of(page.as_bytes()));
    println!("{path}: {} octets, {} of them WebAssembly", page.len(), octets.len());
    digest.blocks().iter().for_each(|row| println!("{row}"));
    digest.spoken().iter().for_each(|row| println!("{row}"));
    Ok(())
}

/// Whoever reads the page meanwhile has the old one or the new one.
fn write(path: &std::path::Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path).inspect_err(|_| drop(fs::remove_file(&beside)))
}
