//! Events whose HSM does otherwise at one command.

use super::{Ended, Event};

/// What makes a key.
pub const MAKE_KEY: &str = "key generate-asymmetric-pair ec";
/// What signs.
pub const SIGN: &str = "crypto sign ecdsa";

impl Event {
    /// The nth time that this command comes, the HSM does `deed` instead: `die-after`, `answer-lost`, `says-no`.
    pub fn fault(&self, command: &str, nth: u32, deed: &str) {
        self.standin(&["fault", "--command", command, "--nth", &nth.to_string(), "--do", deed]);
    }

    /// A planned event with such a fault, held until its engine ended, and how it ended.
    #[must_use]
    pub fn held_until(command: &str, nth: u32, deed: &str) -> (Self, Ended) {
        let event = Self::planned();
        event.fault(command, nth, deed);
        let mut engine = event.run();
        engine.play_to_the_end();
        let ended = engine.end();
        (event, ended)
    }
}
