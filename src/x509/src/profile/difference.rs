//! A difference between a profile and a certificate, in words.

use crate::BasicConstraints;
use std::fmt;

/// The first field that differs from its profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The field's name in RFC 5280.
    pub field: String,
    /// What the profile says.
    pub expected: String,
    /// What the certificate says.
    pub found: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is {}, the profile says {}",
            self.field, self.found, self.expected
        )
    }
}

impl std::error::Error for ProfileError {}

pub(super) fn same(field: &str, expected: impl fmt::Display, found: impl fmt::Display) -> Result<(), ProfileError> {
    let (expected, found) = (expected.to_string(), found.to_string());
    if expected == found {
        Ok(())
    } else {
        Err(ProfileError {
            field: field.into(),
            expected,
            found,
        })
    }
}

pub(super) fn show(value: Option<(impl fmt::Display, bool)>) -> String {
    match value {
        None => "absent".into(),
        Some((value, true)) => format!("{value} (critical)"),
        Some((value, false)) => value.to_string(),
    }
}

pub(super) fn show_constraints(constraints: Option<BasicConstraints>) -> String {
    let text = |BasicConstraints { ca, path_len, critical }| {
        let path_len = path_len.map_or(String::new(), |length| format!(", pathLen {length}"));
        (format!("CA {ca}{path_len}"), critical)
    };
    show(constraints.map(text))
}

pub(super) fn list(items: &[impl fmt::Display]) -> String {
    items.iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
