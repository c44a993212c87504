//! A PKCS#11 token: found by label or serial number, opened with a PIN, its keys made, read and used.
//!
//! Read in this order: a [`Module`] is a vendor's library, loaded by its path. It lists its tokens and opens one as a
//! [`Token`], which logs in with a [`Pin`], makes keys ([`NewKey`]), finds them by label ([`Key`]), signs, exports public
//! keys and destroys keys. Slots have no numbers here, because a module may give another one at each start.
//!
//! ```no_run
//! use pkcs11::{Class, Module, NewKey, Pin, TokenName};
//! # fn main() -> Result<(), pkcs11::Error> {
//! let module = Module::load("/usr/lib/softhsm/libsofthsm2.so".as_ref())?;
//! let name: TokenName = "rehearsal".parse()?;             // or "serial:5a4b3c2d1e0f9876"
//! let mut token = module.open(&name)?;                    // a read-write session, nobody logged in
//! token.login(&Pin::new("read from the operator"))?;      // an empty PIN: the token's own reader asks
//! token.generate(&NewKey::p384("root-1", "root-1-public"))?;
//! let key = token.find("root-1", Class::Private)?;        // absent and not unique are errors; look() answers an Option
//! let signature: [u8; 96] = token.sign_ecdsa(&key, &[0; 48])?;    // over a SHA-384 digest made by the caller
//! let spki = token.public_key_spki(&token.find("root-1-public", Class::Public)?)?;
//! token.destroy(&key)?;
//! token.logout()?;
//! # Ok(()) }
//! ```
//!
//! A module is code of its vendor's in our process: whoever names its path must trust it. It is initialised once in a
//! process and never ended, and a login is the process's own: two [`Token`]s of one token share it.

mod attributes;
mod change;
mod error;
mod generate;
mod key;
mod key_name;
mod mechanism;
mod module;
mod name;
mod pin;
mod reauthenticated;
mod spki;
mod token;

pub use attributes::Attributes;
pub use error::{Cause, Error};
pub use generate::NewKey;
pub use key::{Class, Key, Kind};
pub use key_name::KeyName;
pub use mechanism::Mechanism;
pub use module::Module;
pub use name::{TokenInfo, TokenName};
pub use pin::Pin;
pub use token::Token;
