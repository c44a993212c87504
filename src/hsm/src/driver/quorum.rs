//! Quorum: approval keys registered, values set, tokens minted, listed and deleted.

use serde_json::Value;

use super::{CloudHsm, keys::filter};
use crate::{
    Approved, Error, KeyInfo, ListedToken, QuorumService, QuorumValues, RegistrationToken, Request, Service, Token,
    wire::{self, malformed},
};

pub(super) fn registration_token(hsm: &mut CloudHsm) -> Result<RegistrationToken, Error> {
    let request = Request::new("quorum token-sign generate").with("--service", "registration");
    let answer = hsm.ask(request.with_output("--token", TOKEN))?;
    RegistrationToken::parse(answer.file(TOKEN)?)
}

pub(super) fn register(
    hsm: &mut CloudHsm,
    public_key_pem: &str,
    token: &RegistrationToken,
    signatures: &[Vec<u8>],
) -> Result<(), Error> {
    let request = Request::new("user change-quorum token-sign register")
        .with_input("--public-key", "approval-key.pem", public_key_pem.as_bytes().to_vec())
        .with_input("--signed-token", TOKEN, token.signed_file(signatures)?);
    hsm.tell(request)
}

pub(super) fn values(hsm: &mut CloudHsm) -> Result<QuorumValues, Error> {
    hsm.ask(Request::new("quorum token-sign list-quorum-values"))?.typed()
}

pub(super) fn set_value(
    hsm: &mut CloudHsm,
    service: QuorumService,
    value: u64,
    approved: Option<&Approved>,
) -> Result<(), Error> {
    if let Some(approved) = approved {
        approved.check(Service::Admin(QuorumService::Quorum), None)?;
    }
    let request = Request::new("quorum token-sign set-quorum-value")
        .with("--service", service.as_str())
        .with("--value", value.to_string());
    hsm.tell(hsm.approved(request, approved))
}

pub(super) fn mint(hsm: &mut CloudHsm, service: Service, key: Option<&KeyInfo>) -> Result<Token, Error> {
    if service.is_for_a_key() != key.is_some() {
        let given = if key.is_some() {
            "a key was given"
        } else {
            "no key was given"
        };
        return Err(Error::BadToken {
            why: format!("{given} for the service {}", service.as_str()),
        });
    }
    let mut request = Request::new("quorum token-sign generate").with("--service", service.as_str());
    request = request.with_output("--token", TOKEN);
    if let Some(key) = key {
        request = request.with("--filter", filter(key));
    }
    // The answer's path is called `path` or `filepath`; we know where the file is.
    let answer = hsm.ask(request)?;
    Token::parse(answer.file(TOKEN)?, service, key.map(|key| key.reference.as_str()))
}

pub(super) fn list(hsm: &mut CloudHsm) -> Result<Vec<ListedToken>, Error> {
    let answer = hsm.ask(Request::new("quorum token-sign list"))?;
    // No page names the list's own field for certain.
    let list = match answer.data {
        Value::Object(fields) => fields.into_iter().map(|(_, value)| value).find(Value::is_array),
        list => Some(list),
    };
    let list = list.ok_or_else(|| malformed(&answer.shown, "it holds no list"))?;
    wire::typed(&answer.shown, list)
}

pub(super) fn delete(hsm: &mut CloudHsm, everybodys: bool) -> Result<(), Error> {
    let scope = if everybodys { "all" } else { "user" };
    hsm.tell(Request::new("quorum token-sign delete").with("--scope", scope))
}

const TOKEN: &str = "token.json";
