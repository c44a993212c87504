//! What the fuzz targets share: mutations that keep a file well formed, and bytes that were changed in one place.

pub mod bundles;
pub mod cbor;
pub mod change;
pub mod commands;
pub mod der;
pub mod journal;
