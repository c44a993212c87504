//! A word of a command: what is typed, what is shown, and what may not be typed at all.

use crate::{Error, Secret, secret::needs_no_quoting};

/// One word of a line, typed or shown.
#[derive(Clone, Debug)]
pub(super) enum Word {
    Plain(String),
    /// Long data, and what is shown instead.
    Long {
        typed: String,
        shown: String,
    },
    /// Typed, and shown as [`BLANK`].
    Secret(Secret),
}

impl Word {
    pub(super) fn reveal(&self) -> &str {
        match self {
            Word::Plain(typed) | Word::Long { typed, .. } => typed,
            Word::Secret(secret) => secret.reveal(),
        }
    }

    pub(super) fn typed_or_blank(&self) -> &str {
        match self {
            Word::Plain(typed) | Word::Long { typed, .. } => typed,
            Word::Secret(_) => BLANK,
        }
    }

    pub(super) fn shown(&self) -> &str {
        match self {
            Word::Long { shown, .. } => shown,
            word => word.typed_or_blank(),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let bare = !self.reveal().is_empty() && self.reveal().bytes().all(needs_no_quoting);
        match self {
            Word::Secret(secret) => secret.check_in_line(),
            _ if bare => Ok(()),
            word => Err(Error::BadArgument {
                value: word.reveal().to_owned(),
            }),
        }
    }
}

const BLANK: &str = "[secret]";
