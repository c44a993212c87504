//! The name that a bundle's file has: its type, which of several it is, and whose.

use super::AnyBundle;
use crate::messages::HandOver;
use crate::text;

/// What a file name says of a bundle.
struct Named {
    /// What it begins with.
    begins: String,
    /// Whether a number follows that the bundle itself does not say.
    numbered: bool,
    /// What it ends with: a member's id, and before that a user's name.
    ends: Option<String>,
}

impl AnyBundle {
    /// Whether a file of this name may hold this bundle: `approval-1-member-3.cbor` is an approval of member-3.
    ///
    /// # Errors
    /// How the file would have to be called.
    pub fn demand_name(&self, name: &str) -> Result<(), String> {
        let fits = |one: &Named| name.strip_suffix(".cbor").is_some_and(|stem| one.fits(stem));
        let all = self.names();
        match all.iter().any(fits) {
            true => Ok(()),
            false => Err(all.iter().map(Named::shown).collect::<Vec<_>>().join(" or ")),
        }
    }

    fn names(&self) -> Vec<Named> {
        let kind = self.kind().name;
        let plain = |begins: String| Named {
            begins,
            numbered: false,
            ends: self.member().map(|id| text::plain(id, 63)),
        };
        let numbered = || Named {
            numbered: true,
            ..plain(kind.into())
        };
        match self {
            Self::Attendance(bundle) => vec![plain(format!("{kind}-{}", bundle.body.phase.name()))],
            Self::KeyRequest(_) | Self::KeyAnswer(_) | Self::Approval(_) => vec![numbered()],
            Self::ApprovalRequest(bundle) => vec![plain(format!("{kind}-{}", bundle.body.window))],
            Self::Exceptions(bundle) => vec![plain(format!("{kind}-{}", bundle.body.exceptions.len()))],
            Self::Acknowledgement(bundle) => vec![plain(format!("{kind}-{}", bundle.body.exceptions.len()))],
            Self::Roster(_) => vec![plain(kind.into()), plain("next-roster".into())],
            Self::AccessConsole(_) | Self::AccessHsm(_) => vec![numbered()],
            // A member may get one for each user whose password is theirs, and another at each attempt.
            Self::HandOver(bundle) => {
                let (user, member) = (text::plain(&bundle.body.user, 63), text::plain(&bundle.body.member, 63));
                let ends = Some(HandOver::whose(&user, &member));
                let first = Named {
                    ends,
                    ..plain(kind.into())
                };
                let ends = first.ends.clone();
                vec![first, Named { ends, ..numbered() }]
            }
            _ => vec![plain(kind.into())],
        }
    }
}

impl Named {
    fn fits(&self, stem: &str) -> bool {
        let ends = self.ends.as_ref().map(|id| format!("-{id}")).unwrap_or_default();
        let Some(rest) = stem
            .strip_prefix(&self.begins)
            .and_then(|rest| rest.strip_suffix(&ends))
        else {
            return false;
        };
        match self.numbered {
            true => rest.strip_prefix('-').is_some_and(is_number),
            false => rest.is_empty(),
        }
    }

    fn shown(&self) -> String {
        let number = if self.numbered { "-N" } else { "" };
        let ends = self.ends.as_ref().map(|id| format!("-{id}")).unwrap_or_default();
        format!("{}{number}{ends}.cbor", self.begins)
    }
}

/// A number from 1, in its one spelling.
fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
}
