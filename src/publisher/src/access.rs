//! `access`: batches of the access logs are made, signed, and published.

mod console;
mod when;
