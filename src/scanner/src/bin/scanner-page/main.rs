//! `scanner-page`: makes the scanner page, one file that needs nothing else.

mod error;
mod page;
mod wasm;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

use clap::Parser;
use record::screen::narrow;

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
    let done = match Arguments::try_parse() {
        Ok(arguments) => run(&arguments),
        Err(told) if !told.use_stderr() => put(&narrow(&told.to_string())),
        Err(wrong) => wrong.exit(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let told = format!("scanner-page: error: {error}\nscanner-page: hint: {}\n", error.hint());
            // Standard error may be closed, or full; the exit code still says what happened.
            let _ = io::stderr().write_all(told.as_bytes());
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
    let mut lines = vec![format!(
        "{path}: {} octets, {} of them WebAssembly",
        page.len(),
        octets.len()
    )];
    lines.extend(digest.blocks());
    lines.extend(digest.spoken());
    put(&(lines.join("\n") + "\n"))
}

/// Writes to standard output. A reader who closed the pipe has read enough, as `head` does.
fn put(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output { cause }),
        _ => Ok(()),
    }
}

/// Whoever reads the page meanwhile has the old one or the new one.
fn write(path: &std::path::Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path).inspect_err(|_| drop(fs::remove_file(&beside)))
}
