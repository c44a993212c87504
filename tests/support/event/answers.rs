//! An event whose engine is given more to go by than the usual places.

use super::{Engine, Event};

impl Event {
    /// `ceremony VERB` (`run` or `resume`) with these further arguments.
    #[must_use]
    pub fn engine_with(&self, verb: &str, more: &[&str]) -> Engine<'_> {
        if verb == "resume" {
            self.wait_until_no_token_lives();
        }
        let places = [&Event::PLACES[..], more].concat();
        Engine::start(self, &[verb], &places)
    }
}
