//! The past event's inbox: the bundles that it took; and what its system said of boots and logins.

use record::journal::What;

use super::Tape;
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

    fn system(&self) -> Option<What> {
        let next = self.next()?.what;
        matches!(next, What::Machine { .. } | What::Logins { .. }).then_some(next)
    }
}
