//! Replay: the answers of a past event, given again to exactly the same commands.

use std::collections::VecDeque;

use crate::{Channel, Error, Reply, Request};

/// One recorded exchange, as an [`crate::Observer`] saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The command as shown.
    pub shown: String,
    /// What came back, or what was known of the loss. Input files among the reply's are ignored.
    pub reply: Result<Reply, String>,
}

/// A channel that replays; a command that differs from the recorded one is refused, and nothing is skipped.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    left: VecDeque<Exchange>,
    done: usize,
}

impl Recorded {
    /// Replays `exchanges` in order.
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Recorded {
        Recorded {
            left: exchanges.into_iter().collect(),
            done: 0,
        }
    }

    /// How many recorded exchanges nobody has asked for yet.
    pub fn left(&self) -> usize {
        self.left.len()
    }
}

impl Channel for Recorded {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        let (number, found) = (self.done + 1, request.shown());
        match self.left.front() {
            None => return Err(Error::ReplayEnded { number, found }),
            Some(next) if next.shown != found => {
                return Err(Error::ReplayDiffers {
                    number,
                    recorded: next.shown.clone(),
                    found,
                });
            }
            Some(_) => self.done = number,
        }
        let exchange = self.left.pop_front().expect("looked at above");
        exchange
            .reply
            .map_err(|text| Error::ReplayedLoss { shown: found, text })
    }

    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.exchange(request)
    }

    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.exchange(rest)
    }

    fn close(&mut self) {}
}
