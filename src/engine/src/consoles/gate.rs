//! Whether members' files are taken: one after the other, and none while the record is made. Whatever somebody was told is
//! taken lies there before the engine looks for the last time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Open at first.
#[derive(Default)]
pub struct Gate {
    closed: AtomicBool,
    turn: Mutex<()>,
}

/// Somebody's turn to write.
pub struct Turn<'a> {
    /// Whether bundles are taken. Signatures of the record are taken at any time.
    pub is_open: bool,
    _held: MutexGuard<'a, ()>,
}

impl Gate {
    /// Waits until nobody else writes.
    pub fn enter(&self) -> Turn<'_> {
        // Who writes leaves nothing half done: each file has its name when it is whole.
        let held = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Turn {
            is_open: !self.closed.load(Ordering::SeqCst),
            _held: held,
        }
    }

    /// Takes nothing more. On return nobody writes: that takes as long as one file does, since whoever waits for their turn
    /// is then refused.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        drop(self.turn.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes files again.
    pub fn open(&self) {
        self.closed.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_being_taken_is_there_when_the_gate_is_closed_and_nothing_comes_after_it() {
        let (gate, written) = (Arc::new(Gate::default()), Arc::new(AtomicBool::new(false)));
        let turn = gate.enter();
        assert!(turn.is_open);
        let closer = {
            let (gate, written) = (Arc::clone(&gate), Arc::clone(&written));
            std::thread::spawn(move || {
                gate.close();
                written.load(Ordering::SeqCst)
            })
        };
        std::thread::sleep(Duration::from_millis(50));
        written.store(true, Ordering::SeqCst);
        drop(turn);
        assert!(closer.join().expect("it ends"), "it waits for who writes");
        assert!(!gate.enter().is_open, "nothing comes after it");
        gate.open();
        assert!(gate.enter().is_open);
    }
}
