//! What OpenSSL made is read; the same with one thing changed is refused.

mod certificates;
mod chains;
mod foreign;
mod hostile;
mod keys;
mod lists;
mod profiles;
mod requests;
mod support;
