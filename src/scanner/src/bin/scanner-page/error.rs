//! What can stop the making of the page.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why there is no page.
#[derive(Debug)]
pub enum Error {
    /// The compiler has no WebAssembly, and it could not be added.
    NoTarget,
    /// A program cannot be started.
    Start { program: String, cause: io::Error },
    /// Cargo failed; it said why.
    Build { status: ExitStatus },
    /// Cargo ended well, and named no WebAssembly.
    NoWasm,
    /// A file cannot be read.
    Read { path: PathBuf, cause: io::Error },
    /// The page cannot be written.
    Write { path: PathBuf, cause: io::Error },
    /// Standard output takes nothing; the page is there.
    Output { cause: io::Error },
    /// A file that is no WebAssembly.
    NotWasm { size: usize },
    /// A part of the page would end its element early.
    Ends { part: &'static str, mark: &'static str },
    /// The template has a place not once.
    Template { place: &'static str, found: usize },
}

impl Error {
    /// What a person can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoTarget => "run `rustup target add wasm32-unknown-unknown` where there is a network",
            Self::Start { .. } => "install Rust by rustup, and run this in the workspace",
            Self::Build { .. } => "cargo's own words are above",
            Self::NoWasm => "build with `cargo build -p ceremony-scanner --lib --target wasm32-unknown-unknown`",
            Self::Read { .. } => "check the path",
            Self::Write { .. } => "name a file in a folder that can be written",
            Self::Output { .. } => "the page is written, if one was asked for, and only the words are lost",
            Self::NotWasm { .. } => "name the scanner.wasm that cargo built",
            Self::Ends { .. } => "write it in two pieces there",
            Self::Template { .. } => "mend src/scanner/page/scan.html",
        }
    }

    /// 3 bad input, 4 another part failed.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Read { .. } | Self::NotWasm { .. } | Self::Ends { .. } | Self::Template { .. } => 3,
            _ => 4,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTarget => f.write_str("the compiler cannot make WebAssembly: its target is not installed"),
            Self::Start { program, cause } => write!(f, "{program} does not start: {cause}"),
            Self::Build { status } => write!(f, "cargo could not build the WebAssembly: {status}"),
            Self::NoWasm => f.write_str("cargo named no scanner.wasm among what it built"),
            Self::Read { path, cause } => write!(f, "{} cannot be read: {cause}", path.display()),
            Self::Write { path, cause } => write!(f, "{} cannot be written: {cause}", path.display()),
            Self::Output { cause } => write!(f, "standard output cannot be written: {cause}"),
            Self::NotWasm { size } => write!(f, "these {size} octets are no WebAssembly"),
            Self::Ends { part, mark } => write!(f, "the page's {part} has {mark} in it"),
            Self::Template { place, found } => write!(f, "the template has {place} {found} times"),
        }
    }
}
