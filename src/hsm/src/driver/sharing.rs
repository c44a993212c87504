//! What can happen to a key after it was made: shared, taken back, changed, deleted.

use super::{CloudHsm, keys::filter};
use crate::{Approved, Error, KeyInfo, Request, Role, Service, user::check_user_name};

pub(super) fn share(hsm: &mut CloudHsm, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error> {
    manage(hsm, with_user("key share", key, user)?, key, approved)
}

pub(super) fn unshare(hsm: &mut CloudHsm, key: &KeyInfo, user: &str, approved: Option<&Approved>) -> Result<(), Error> {
    manage(hsm, with_user("key unshare", key, user)?, key, approved)
}

pub(super) fn set_attribute(
    hsm: &mut CloudHsm,
    key: &KeyInfo,
    name: &str,
    value: &str,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    let request = Request::new("key set-attribute")
        .with("--filter", filter(key))
        .with("--name", name)
        .with("--value", value);
    manage(hsm, request, key, approved)
}

/// The command takes no approval.
pub(super) fn delete(hsm: &mut CloudHsm, key: &KeyInfo) -> Result<(), Error> {
    hsm.tell(Request::new("key delete").with("--filter", filter(key)))
}

fn with_user(command: &str, key: &KeyInfo, user: &str) -> Result<Request, Error> {
    check_user_name(user)?;
    Ok(Request::new(command)
        .with("--filter", filter(key))
        .with("--username", user)
        .with("--role", Role::CryptoUser.as_str()))
}

fn manage(hsm: &mut CloudHsm, request: Request, key: &KeyInfo, approved: Option<&Approved>) -> Result<(), Error> {
    if let Some(approved) = approved {
        approved.check(Service::KeyManagement, Some(key))?;
    }
    hsm.tell(hsm.approved(request, approved))
}
