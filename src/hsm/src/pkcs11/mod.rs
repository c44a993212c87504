//! The driver of a PKCS#11 token: each method of [`crate::Hsm`] as calls, and each call through one door.
//!
//! A PKCS#11 module knows no quorum for a key: whoever is logged in may sign. What it has is a rule for the login, such as
//! M of N cards at the HSM's own reader. So the tokens of [`crate::Hsm::mint`] are made here, by the console, and that a
//! signature needs one is the console's promise, not the HSM's. The record says so.

mod call;
mod describe;
mod device;
mod door;
mod implementation;
mod keys;
mod pretend;
mod signing;
mod tokens;

use std::path::Path;

use ::pkcs11::TokenName;

pub use device::TokenDevice;

use crate::{Error, Exchange, Observer, Recorded, StandingKey};
use door::Carrier;
use tokens::Tokens;

/// A PKCS#11 token, reached through its vendor's module.
///
/// One user is logged in at a time, on a session of its own. The PIN is handed to the module in memory and stands in no
/// call that is shown. Nothing is tried twice.
pub struct Pkcs11Hsm {
    /// The name by which the token was chosen, as calls show it.
    token: TokenName,
    carrier: Carrier,
    observer: Box<dyn Observer>,
    /// Who is logged in, and the console's tokens of that login.
    login: Option<(String, Tokens)>,
}

impl Pkcs11Hsm {
    /// Loads the module and finds the token; `observer` sees every call before and after.
    pub fn open(module: &Path, token: &TokenName, observer: impl Observer + 'static) -> Result<Pkcs11Hsm, Error> {
        Ok(Pkcs11Hsm::new(TokenDevice::find(module, token)?, observer))
    }

    /// Drives a token that was found before.
    pub fn new(device: TokenDevice, observer: impl Observer + 'static) -> Pkcs11Hsm {
        Pkcs11Hsm::over(device.name().clone(), Carrier::Device(Box::new(device)), observer)
    }

    /// A token that is not there: each call is shown to `show`, the PIN blanked, no module is loaded, and the answers are
    /// made up, as those of [`crate::DryHsm`] are.
    pub fn dry(token: &TokenName, show: impl FnMut(&str) + 'static) -> Pkcs11Hsm {
        Pkcs11Hsm::dry_with_keys(token, show, &[])
    }

    /// The same on a token that has keys already.
    pub fn dry_with_keys(token: &TokenName, show: impl FnMut(&str) + 'static, keys: &[StandingKey]) -> Pkcs11Hsm {
        let mut pretend = pretend::Pretend::new(show);
        keys.iter().for_each(|key| pretend.has(key));
        Pkcs11Hsm::over(token.clone(), Carrier::Pretend(pretend), crate::Unobserved)
    }

    /// Gives the answers of a past event again, to exactly the same calls, with no module.
    pub fn replay(
        token: &TokenName,
        exchanges: impl IntoIterator<Item = Exchange>,
        observer: impl Observer + 'static,
    ) -> Pkcs11Hsm {
        let carrier = Carrier::Recorded(Recorded::new(exchanges));
        Pkcs11Hsm::over(token.clone(), carrier, observer)
    }

    fn over(token: TokenName, carrier: Carrier, observer: impl Observer + 'static) -> Pkcs11Hsm {
        Pkcs11Hsm {
            token,
            carrier,
            observer: Box::new(observer),
            login: None,
        }
    }
}

/// An operation that a PKCS#11 token does not have: "this HSM cannot …".
fn unsupported(operation: &'static str) -> Error {
    Error::Unsupported { operation }
}
