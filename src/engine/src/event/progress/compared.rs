//! Whether anybody compared what stands before the event: an exception if nobody who is left did.

use record::messages::{NOT_COMPARED, Review, who_compared};
use record::record::Exception;
use record::{Body as _, Time};

use super::Progress;

impl Progress {
    pub(super) fn gathered(&mut self, at: Time, stem: &str) {
        self.gathered.insert(stem.to_owned());
        if stem == Review::TYPE {
            self.compared(at);
        }
    }

    /// Once the reviews are counted, and again with each refusal.
    pub(super) fn compared(&mut self, at: Time) {
        let told = self.exceptions.iter().any(|exception| exception.what == NOT_COMPARED);
        if self.who_compared().is_some_and(|who| who.is_empty()) && !told {
            let what = NOT_COMPARED.to_owned();
            self.exceptions.push(Exception { step: None, at, what });
        }
    }

    /// Those left who compared it; none where nothing stands.
    pub fn who_compared(&self) -> Option<Vec<&str>> {
        who_compared(self.reviews.values(), self.refusals.values())
    }
}
