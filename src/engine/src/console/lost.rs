//! What standard output did not take: nothing stops for it, and whoever wanted to read it is told at the end.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;

/// The first failure of standard output.
#[derive(Clone, Default)]
pub struct Lost(Arc<Mutex<Option<io::Error>>>);

impl Lost {
    /// Remembers the failure, if it is the first one. A reader who went away must not end an event between two steps.
    pub fn note(&self, written: io::Result<()>) {
        let Err(cause) = written else { return };
        tracing::warn!("standard output takes nothing: {cause}");
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(cause);
    }

    /// For commands whose answer is what they show.
    ///
    /// # Errors
    /// Not all of it was taken. A reader who closed the pipe has read enough, as `head` does.
    pub fn demand_nothing(&self) -> Result<(), Error> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Error::Shown { cause }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_an_error_and_a_reader_who_went_away_is_none() {
        let lost = Lost::default();
        lost.note(Ok(()));
        assert!(lost.demand_nothing().is_ok());
        lost.note(Err(io::ErrorKind::BrokenPipe.into()));
        assert!(lost.demand_nothing().is_ok());
        lost.note(Err(io::ErrorKind::StorageFull.into()));
        let error = lost.demand_nothing().expect_err("lost");
        assert_eq!(error.exit_code(), 4);
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.starts_with("what came is not whole"))
        );
    }
}
