//! The past event's time: that of the last entry, until the next one is written.

use record::journal::What;
use record::messages::ApprovalRequest;
use record::{Bundle, Time};

use super::{Inner, Tape};
use crate::clock::Moments;

impl Moments for Tape {
    fn now(&self) -> Time {
        self.0.borrow().now()
    }

    fn of_the_next_entry(&self) -> Time {
        let inner = self.0.borrow();
        inner.upcoming().map_or_else(|| inner.now(), |entry| entry.at)
    }

    fn tokens_are_dead(&self) -> bool {
        let inner = self.0.borrow();
        // Where they were, the run left the HSM.
        let left =
            matches!(inner.upcoming().map(|entry| &entry.what), Some(What::Intent { command }) if is_logout(command));
        left || inner.run_is_over()
    }
}

impl Inner {
    /// A run looks at the clock before its first entry; a request and the record say themselves when they were made.
    fn now(&self) -> Time {
        let Some(last) = self.last().map(|entry| entry.at) else {
            return self.upcoming().map_or(self.ended, |entry| entry.at);
        };
        let Some(next) = self.upcoming() else {
            return self.ended.max(last);
        };
        let said = match &next.what {
            What::Resumed { .. } => next.at,
            What::Record { .. } => self.ended,
            What::Requested { request } => {
                Bundle::<ApprovalRequest>::decode(request).map_or(last, |bundle| bundle.body.at)
            }
            _ => last,
        };
        said.clamp(last, next.at.max(last))
    }
}

pub(super) fn is_logout(command: &str) -> bool {
    command == "logout" || command == "pkcs11 logout"
}
