//! How each input of a plan is made, for whoever has not made it.

use std::path::Path;

use record::plan::{LOG_POLICY, NEXT_LOG_POLICY, NEXT_POLICY, NEXT_ROSTER, POLICY, ROSTER, STANDING};

use crate::error::Error;

/// An input that is not there.
pub fn missing(folder: &Path, name: &str) -> Error {
    let cause = Error::File {
        act: "read",
        path: folder.join(name).display().to_string(),
        // ENOENT, so that it reads as the system says it.
        cause: std::io::Error::from_raw_os_error(2),
    };
    match how(name) {
        Some(hint) => Error::Elsewhere {
            cause: Box::new(cause),
            hint: hint.into(),
        },
        None => cause,
    }
}

/// How an input is made, or where it comes from.
pub fn how(name: &str) -> Option<&'static str> {
    Some(match name {
        STANDING => {
            "standing.cbor says what stands before the event; anybody makes it from the public store: `ceremony-verify \
             standing STORE --root ROOT.pem --out standing.cbor`, in rehearsals with --rehearsal"
        }
        ROSTER => {
            "roster.cbor is the roster in force: the newest in the store, roster/N.cbor; the first one is made with \
             `ceremony plan roster`"
        }
        POLICY => {
            "policy.toml is the policy in force: the newest in the store, policy/N.toml; the first rehearsal's is written by \
             `ceremony plan policy root-generation`"
        }
        LOG_POLICY => "tlog-policy is the log policy in force: the newest in the store, policy/tlog-policy-N",
        NEXT_ROSTER => {
            "next-roster.cbor is the roster after the event: `ceremony plan roster --previous roster.cbor` makes it from \
             the members' registrations"
        }
        NEXT_POLICY => {
            "next-policy.toml is the policy after the event: a copy of policy.toml, one version higher, with what changes"
        }
        NEXT_LOG_POLICY => "next-tlog-policy is the log policy after the event, as infra writes it",
        "distrust.md" => {
            "distrust.md says in plain words which root is not to be trusted any more, since when and why; it is published \
             as it is"
        }
        name if name.ends_with(".csr") => {
            "a key's keeper makes its request (PKCS#10, DER) and sends it to infra: `openssl req -new -outform DER ...`"
        }
        _ => return None,
    })
}

/// The error of a plan that does not fit what stands, with the way to one that does.
pub fn advised(error: Error) -> Error {
    let Error::Input { cause, .. } = &error else {
        return error;
    };
    let text = cause.to_string();
    let found = ADVICE.iter().find(|(said, _)| text.contains(said));
    match found.and_then(|(_, advice)| how(advice).or(Some(advice))) {
        Some(hint) => Error::Elsewhere {
            cause: Box::new(error),
            hint: hint.into(),
        },
        None => error,
    }
}

/// What a rule of the plan says, and what to do about it: an input's name stands for how that input is made.
const ADVICE: [(&str, &str); 9] = [
    ("needs the input 'standing.cbor'", STANDING),
    (
        " in force is ",
        "take the one in force from the store, the newest of its kind, into the folder, and draft the plan anew",
    ),
    ("the next CRL of", STALE),
    ("the next certificate of", STALE),
    ("the root after this event is of generation", STALE),
    (
        "there was an event '",
        "give the event a name that no event had before: --event, when it is drafted",
    ),
    ("does not follow roster", NEXT_ROSTER),
    ("does not follow policy", NEXT_POLICY),
    (
        "not when the event is held",
        "draft the plan anew with the times at which the event is held: --opens and --closes",
    ),
];

const STALE: &str = "the plan is older than what stands: make standing.cbor anew, and draft the plan anew from it";
