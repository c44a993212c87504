//! CloudTrail's records ("CloudTrail record contents", "userIdentity element"), as far as they are about CloudHSM.

use record::Time;
use record::access::{Mfa, is_role, name_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::console::Unreadable;
use crate::when::rfc3339;

/// One call to the cloud's service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    pub(super) time: Time,
    pub(super) operation: String,
    pub(super) done: bool,
    pub(super) cluster: String,
    pub(super) role: Option<String>,
    pub(super) mfa: Mfa,
}

/// Reads a record; none if it is about another service.
pub(super) fn call(record: &Value) -> Result<Option<Call>, Unreadable> {
    let text = |path: &str| record.pointer(path).and_then(Value::as_str);
    if text("/eventSource") != Some("cloudhsm.amazonaws.com") {
        return Ok(None);
    }
    let time = text("/eventTime").and_then(rfc3339);
    let time = time.ok_or(Unreadable("a record of CloudTrail's has no time"))?;
    let operation = text("/eventName").and_then(name_of);
    let operation = operation.ok_or(Unreadable("a record of CloudTrail's does not say what was called"))?;
    let issuer = text("/userIdentity/sessionContext/sessionIssuer/userName");
    let assumed = || text("/userIdentity/arn").and_then(role_of);
    let role = issuer.or_else(assumed).filter(|role| is_role(role)).map(str::to_owned);
    let mfa = record.pointer("/userIdentity/sessionContext/attributes/mfaAuthenticated");
    let cluster = [
        "/requestParameters/clusterId",
        "/responseElements/hsm/clusterId",
        "/responseElements/cluster/clusterId",
    ];
    let cluster = cluster
        .into_iter()
        .find_map(text)
        .filter(|id| record::access::is_word(id));
    Ok(Some(Call {
        time,
        operation,
        done: record.get("errorCode").is_none_or(Value::is_null),
        cluster: cluster.unwrap_or("-").to_owned(),
        mfa: match (&role, mfa) {
            (Some(_), Some(Value::String(said))) if said == "true" => Mfa::Yes,
            (Some(_), Some(Value::String(said))) if said == "false" => Mfa::No,
            (Some(_), Some(Value::Bool(said))) => {
                if *said {
                    Mfa::Yes
                } else {
                    Mfa::No
                }
            }
            _ => Mfa::Unknown,
        },
        role,
    }))
}

/// `arn:aws:sts::111122223333:assumed-role/<role>/<session>`
fn role_of(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":assumed-role/")?;
    rest.split('/').next()
}
