//! What happens around the HSM, as far as it is not for lines alone.

use hsm::Error;
use serde_json::Value;

use super::Typed;
use crate::deed::AroundDeed;
use crate::scenario::Step;

impl Typed {
    pub(super) fn around(&mut self, step: &Step, deed: &AroundDeed) -> Result<Value, Error> {
        match deed {
            AroundDeed::Standin(words) => {
                (self.order)(words);
                Ok(Value::Null)
            }
            AroundDeed::HangUp => {
                self.hsms.remove(&step.place).expect("a connection");
                Ok(Value::Null)
            }
            other => panic!("{other:?} is for lines alone: say over = [\"lines\"]"),
        }
    }
}
