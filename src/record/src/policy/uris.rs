//! What URIs a subkey may have.

use super::SubkeyRule;
use crate::text;

impl SubkeyRule {
    /// Whether these are URIs for a subkey of this name: at least one where the rule has a prefix, each beneath it; none
    /// where it has not.
    ///
    /// # Errors
    /// Which one is not.
    pub fn check_uris(&self, name: &str, uris: &[String]) -> Result<(), String> {
        match (self.uri_prefix.as_deref(), uris) {
            (None, []) => Ok(()),
            (None, _) => Err(format!("the subkey {name} has no URI by the policy")),
            (Some(prefix), []) => Err(format!(
                "the subkey {name} has a URI that begins with {prefix}, and none is given"
            )),
            (Some(prefix), uris) => match uris.iter().find(|uri| !is_beneath(uri, prefix)) {
                Some(uri) => Err(format!("'{}' is not a URI under {prefix}", text::plain(uri, 80))),
                None => Ok(()),
            },
        }
    }
}

/// What follows the prefix is a path without steps up: nothing that points elsewhere than it says.
fn is_beneath(uri: &str, prefix: &str) -> bool {
    let rest = uri.strip_prefix(prefix).unwrap_or_default();
    !rest.is_empty()
        && uri.len() <= 200
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
        && rest.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}
