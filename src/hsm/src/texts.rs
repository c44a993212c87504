//! The HSM's refusals in words, and what each of them means.

use crate::Error;

/// The meaning of an answer whose `error_code` is not zero.
pub fn answer_error(text: &str) -> Error {
    let text = plain(text);
    if let Some((_, error)) = FIXED.iter().find(|(known, _)| *known == text.trim_end_matches('.')) {
        return error.clone();
    }
    if is_usage_error(&text) {
        return Error::Usage { text };
    }
    let with_values = too_few(&text).or_else(|| several(&text)).or_else(|| attribute(&text));
    match with_values {
        Some(error) => error,
        None if text.starts_with(AVAILABILITY) => Error::KeyNotAvailable { text },
        None => Error::Unknown { text },
    }
}

/// The texts that answers are known by.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    let fixed = FIXED.iter().map(|(text, _)| *text);
    fixed.chain(USAGE).chain([TOO_FEW, SEVERAL, AVAILABILITY, DISCONNECTED])
}

/// The meaning of a complaint in plain text, such as `Error: "HSM is disconnected"`.
pub fn plain_error(shown: &str, text: &str) -> Error {
    let (shown, text) = (shown.to_owned(), plain(text));
    match text.contains(DISCONNECTED) {
        true => Error::Disconnected { shown, text },
        false => Error::PlainText { shown, text },
    }
}

/// Does the CLI say of a command's own words that it does not understand them? Then nothing was done. The texts are those
/// of the clap library, which writes them in plain text, on standard error.
pub(crate) fn is_usage_error(text: &str) -> bool {
    let about = text.trim().strip_prefix("error: ");
    about.is_some_and(|about| USAGE.iter().any(|known| about.starts_with(known)))
}

/// Text from outside on one line, without control characters, and not too much of it.
pub(crate) fn plain(text: &str) -> String {
    let visible = |c: char| match c.is_control() || is_directing(c) {
        true => ' ',
        false => c,
    };
    let line: String = text.trim().chars().map(visible).take(TEXT_KEPT + 1).collect();
    match line.char_indices().nth(TEXT_KEPT) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

/// Characters that reorder or hide what stands beside them.
fn is_directing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn too_few(text: &str) -> Option<Error> {
    let rest = text.strip_prefix(TOO_FEW)?;
    let (approvals, rest) = rest.split_once(" approvals, but ")?;
    let required = rest.strip_suffix(" approvals required")?;
    Some(Error::TooFewApprovals {
        approvals: approvals.parse().ok()?,
        required: required.parse().ok()?,
    })
}

fn several(text: &str) -> Option<Error> {
    let rest = text.strip_prefix(SEVERAL)?;
    let (matched, _) = rest.split_once(" keys.")?;
    Some(Error::SeveralKeys {
        matched: matched.parse().ok().filter(|matched| *matched > 1)?,
    })
}

fn attribute(text: &str) -> Option<Error> {
    let (name, rest) = text
        .strip_prefix("Attribute ")?
        .split_once(" cannot be set to the value ")?;
    let (value, _) = rest.split_once(" by the user for this operation")?;
    Some(Error::AttributeForbidden {
        name: name.into(),
        value: value.into(),
    })
}

// Without their final full stop: some have one, and it carries nothing.
const FIXED: &[(&str, Error)] = &[
    ("Quorum Failed", Error::QuorumFailed),
    (
        "Quorum approval is required for this operation",
        Error::ApprovalRequired,
    ),
    (
        "Invalid username-signature pair for quorum authorization",
        Error::ApprovalRefused,
    ),
    ("No token signatures provided", Error::NoSignatures),
    ("InvalidQuorumSignature", Error::RegistrationRefused),
    ("Invalid quorum value provided", Error::QuorumAboveUsers),
    (
        "The manage key and use key quorum values must be set to a value greater than 1",
        Error::QuorumBelowTwo,
    ),
    (
        "Failed to set the mtls enforcement. Current connection must be mtls to set this enforcement",
        Error::EnforcementNeedsMtls,
    ),
];

const USAGE: [&str; 14] = [
    "unexpected argument",
    "unexpected value",
    "unrecognized subcommand",
    "unrecognized argument",
    "invalid value",
    "invalid subcommand",
    "a value is required",
    "equal sign is needed",
    "the argument '",
    "the following required argument",
    "the subcommand '",
    "one of the values isn't valid",
    "too many values",
    "too few values",
];
const TOO_FEW: &str = "Too few quorum approvals: currently ";
const SEVERAL: &str = "Key selection criteria matched ";
pub(crate) const DISCONNECTED: &str = "HSM is disconnected";
const AVAILABILITY: &str =
    "Cannot perform the requested key operation as the key must be available on at least 2 HSMs.";
const TEXT_KEPT: usize = 1000;
