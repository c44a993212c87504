//! The past event's inbox: the bundles that it took; and what its system said of boots and logins.

use record::Digest;
use record::journal::What;

use super::Tape;
use super::moments::is_logout;
use crate::inbox::{Past, Taken};

impl Past for Tape {
    fn taken(&self, kind: &str) -> Taken {
        let inner = self.0.borrow();
        let rest = inner.entries.get(inner.next..).unwrap_or_default();
        let received = rest.iter().map_while(|entry| match &entry.what {
            What::Received { kind: found, signed } if found == kind => Some(signed.clone()),
            _ => None,
        });
        let bundles: Vec<_> = received.collect();
        let after = rest.get(bundles.len()).map(|entry| &entry.what);
        Taken {
            enough: matches!(after, Some(What::Gathered { .. })),
            bundles,
        }
    }

    fn ends(&self) -> Option<String> {
        match self.next()?.what {
            What::Aborted { reason, .. } => Some(reason),
            _ => None,
        }
    }

    fn visit(&self) -> Option<What> {
        let next = self.next()?.what;
        matches!(next, What::Consoles | What::Console { .. }).then_some(next)
    }

    fn handed_over(&self) -> Option<Digest> {
        match self.next()?.what {
            What::HandedOver { digest, .. } => Some(digest),
            _ => None,
        }
    }

    fn leaves(&self) -> bool {
        matches!(self.next().map(|entry| entry.what), Some(What::Intent { command }) if is_logout(&command))
    }

    fn system(&self) -> Option<What> {
        let next = self.next()?.what;
        matches!(next, What::Machine { .. } | What::Logins { .. }).then_some(next)
    }
}
