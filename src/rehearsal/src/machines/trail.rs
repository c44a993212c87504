//! CloudTrail's records of the calls to the cloud's service ("CloudTrail record contents", "userIdentity element"): the cluster
//! was made, and before each event somebody looked at it, in a role, with a second factor.

use record::Time;
use serde_json::{Value, json};

/// One call: when, which, of which cluster.
pub struct Call {
    /// When.
    pub at: Time,
    /// `DescribeClusters`
    pub name: &'static str,
    /// The cluster's id.
    pub cluster: String,
}

/// The file that CloudTrail delivers.
pub fn file(calls: &[Call]) -> String {
    let records: Vec<Value> = (1..).zip(calls).map(|(number, call)| record(number, call)).collect();
    json!({ "Records": records }).to_string()
}

fn record(number: u32, call: &Call) -> Value {
    let at = call.at.to_string();
    let issuer = json!({
        "type": "Role", "principalId": "AROAREHEARSAL", "accountId": ACCOUNT, "userName": ROLE,
        "arn": format!("arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
    });
    let attributes = json!({ "creationDate": at, "mfaAuthenticated": "true" });
    json!({
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAREHEARSAL:infra",
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/infra"),
            "accountId": ACCOUNT,
            "sessionContext": { "sessionIssuer": issuer, "attributes": attributes },
        },
        "eventTime": at,
        "eventSource": "cloudhsm.amazonaws.com",
        "eventName": call.name,
        "awsRegion": "us-west-2",
        "sourceIPAddress": "192.0.2.250",
        "userAgent": "rehearsal",
        "requestParameters": { "clusterId": call.cluster },
        "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{number:012}"),
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    })
}

/// The account of AWS's own examples.
const ACCOUNT: &str = "111122223333";
const ROLE: &str = "pki-hsm-operator";
