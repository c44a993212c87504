//! The one door: shows a call, lets the observer write, makes it, lets the observer write, reads the answer.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Pkcs11Hsm, TokenDevice, call::Call, pretend::Pretend};
use crate::{Answer, Channel, Error, File, Recorded, Reply, Request, wire};

/// What makes the calls.
pub(super) enum Carrier {
    /// The token.
    Device(Box<TokenDevice>),
    /// The answers of a past event.
    Recorded(Recorded),
    /// Nothing: a dry run.
    Pretend(Pretend),
}

/// A yes.
pub(super) struct Answered {
    pub(super) shown: String,
    pub(super) data: Value,
    pub(super) files: Vec<File>,
}

impl Pkcs11Hsm {
    pub(super) fn ask(&mut self, call: &Call<'_>) -> Result<Answered, Error> {
        self.ask_with(call, Vec::new)
    }

    /// `files` makes what goes into the answer beside the token's own; a recording has them already.
    pub(super) fn ask_with(&mut self, call: &Call<'_>, files: impl FnOnce() -> Vec<File>) -> Result<Answered, Error> {
        let shown = call.shown(&self.token);
        let stopped = |why| Error::Stopped {
            shown: shown.clone(),
            why,
        };
        self.observer.before(&shown).map_err(stopped)?;
        let (reply, refused) = match self.carrier.carry(&shown, call, files) {
            Ok(reply) => {
                let refused = self.carrier.recorded_refusal(&reply);
                (reply, refused)
            }
            Err(error @ Error::Token { .. }) if !error.outcome_unknown() => (refusal(&error), Some(error)),
            Err(error) => {
                // The loss is what the caller must learn, even if it could not be written down.
                let _ = self.observer.after(&shown, &Answer::Lost { error: &error });
                return Err(error);
            }
        };
        let answer = Answer::Came {
            text: &reply.text,
            files: &reply.files,
        };
        if let Err(why) = self.observer.after(&shown, &answer) {
            return Err(Error::Unrecorded {
                shown,
                why,
                answer: reply.text,
            });
        }
        match refused {
            Some(error) => Err(error),
            None => Ok(Answered {
                data: wire::data(&shown, &reply.text)?,
                files: reply.files,
                shown,
            }),
        }
    }
}

impl Carrier {
    fn carry(&mut self, shown: &str, call: &Call<'_>, files: impl FnOnce() -> Vec<File>) -> Result<Reply, Error> {
        match self {
            Carrier::Device(device) => match device.carry(call) {
                Ok(data) => Ok(Reply {
                    text: json!({ "error_code": 0, "data": data }).to_string(),
                    files: files(),
                }),
                Err(error) => Err(Error::Token {
                    shown: shown.to_owned(),
                    error,
                }),
            },
            Carrier::Recorded(recorded) => recorded.exchange(&Request::new(shown)),
            Carrier::Pretend(pretend) => Ok(Reply {
                text: json!({ "error_code": 0, "data": pretend.carry(shown, call) }).to_string(),
                files: files(),
            }),
        }
    }

    /// A recorded no comes back as the words that it was.
    fn recorded_refusal(&self, reply: &Reply) -> Option<Error> {
        let Carrier::Recorded(_) = self else { return None };
        let answer: Value = serde_json::from_str(&reply.text).ok()?;
        let text = answer.get("data")?.as_str()?.to_owned();
        wire::is_refusal(&reply.text).then_some(Error::ReplayedRefusal { text })
    }

    pub(super) fn close(&mut self) {
        if let Carrier::Device(device) = self {
            device.close();
        }
    }
}

impl Answered {
    pub(super) fn typed<T: DeserializeOwned>(self) -> Result<T, Error> {
        wire::typed(&self.shown, self.data)
    }
}

/// A clear no, in the form that a recording can give again.
fn refusal(error: &Error) -> Reply {
    Reply {
        text: json!({ "error_code": 1, "data": error.to_string() }).to_string(),
        files: Vec::new(),
    }
}
