//! The scanner page: made elsewhere, published as it is.

use std::path::Path;

use crate::error::Error;
use crate::files;

/// Reads the page that `scanner-page` made.
///
/// # Errors
/// It cannot be read, or is no page of its own.
pub fn read(path: &Path) -> Result<String, Error> {
    let page = String::from_utf8(files::read(path, LIMIT)?).unwrap_or_default();
    // A page that could load or send something is not this one.
    let is_ours = page.starts_with("<!DOCTYPE html>") && page.contains("content=\"default-src 'none'; ");
    match is_ours {
        true => Ok(page),
        false => Err(Error::NotAScanner { path: path.into() }),
    }
}

/// Most of the page is WebAssembly, of about 0.5 MB.
const LIMIT: usize = 8 * 1024 * 1024;
