//! The one call for rustup and cargo: is this file signed for this purpose, under this root, and in the public log.
