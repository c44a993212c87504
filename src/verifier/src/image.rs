//! An image against the manifest that those who reproduced it signed.

mod disk;
mod gpt;
mod misfit;
mod signers;

pub use disk::check;
pub use misfit::{Misfit, Unfit};
pub use signers::{BadSigners, Signers};
