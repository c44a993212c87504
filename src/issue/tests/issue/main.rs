//! Both builders and the lints; `openssl` judges what they froze.

mod agreement;
mod common;
mod events;
mod exemptions;
mod judges;
mod lints;
