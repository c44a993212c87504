//! The scanner page's WebAssembly: octets in, octets out, around the one decoder that every program of ours has.
//!
//! The page's JavaScript asks the camera and the person; what a picture holds, which codes belong together, what a file
//! is and what its words are, is said here. The page itself, a template, lies in `page/`; the program `scanner-page`
//! makes one file of both.

mod abi;
mod files;
mod machine;
mod showing;
mod told;

pub use machine::Machine;
