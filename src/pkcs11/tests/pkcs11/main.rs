//! A token by its rules, and by tools that we did not write.

mod common;
mod judges;
mod rsa;
mod secret_keys;
mod token;
