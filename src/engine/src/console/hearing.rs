//! What a wait at the console ends with: a line, the end of input, or word of a member at a console of their own.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::keyboard;
use crate::consoles::Notice;

/// One thing that came.
#[derive(Debug)]
pub enum Heard {
    /// Somebody typed a line.
    Line(String),
    /// Standard input has ended.
    Ended,
    /// A member came, left or gave something.
    Notice(Notice),
}

/// Keyboard and members, in the order in which they are heard.
pub struct Hearing {
    sender: Sender<Heard>,
    receiver: Receiver<Heard>,
    /// The keyboard is read.
    listens: bool,
    /// Standard input has ended: no line comes any more.
    ended: bool,
    /// Lines that came while only notices were looked for.
    early: VecDeque<String>,
}

impl Hearing {
    /// Nothing is read before it is waited for.
    pub fn new() -> Self {
        let (sender, receiver) = channel();
        Self {
            sender,
            receiver,
            listens: false,
            ended: false,
            early: VecDeque::new(),
        }
    }

    /// Where others leave word.
    pub fn sender(&self) -> Sender<Heard> {
        self.sender.clone()
    }

    /// What comes next; none if nothing does in that time.
    pub fn next(&mut self, within: Option<Duration>) -> Option<Heard> {
        if let Some(line) = self.early.pop_front() {
            return Some(Heard::Line(line));
        }
        if self.ended {
            return Some(Heard::Ended);
        }
        self.listen();
        let heard = match within {
            // We hold a sender, so that the channel never ends.
            None => self.receiver.recv().unwrap_or(Heard::Ended),
            Some(within) => match self.receiver.recv_timeout(within) {
                Ok(heard) => heard,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => Heard::Ended,
            },
        };
        self.ended = matches!(heard, Heard::Ended);
        Some(heard)
    }

    /// The notices that are there, without waiting. Lines are kept for whoever waits next.
    pub fn notices(&mut self) -> Vec<Notice> {
        let mut notices = Vec::new();
        while let Ok(heard) = self.receiver.try_recv() {
            match heard {
                Heard::Line(line) => self.early.push_back(line),
                Heard::Ended => self.ended = true,
                Heard::Notice(notice) => notices.push(notice),
            }
        }
        notices
    }

    /// Forgets lines that were typed before they were asked for; notices are returned.
    pub fn forget_lines(&mut self) -> Vec<Notice> {
        let notices = self.notices();
        self.early.clear();
        notices
    }

    fn listen(&mut self) {
        if !std::mem::replace(&mut self.listens, true) {
            keyboard::listen(self.sender.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(member: &str) -> Notice {
        Notice::Gave {
            member: member.into(),
            name: "x".into(),
        }
    }

    #[test]
    fn lines_wait_for_whoever_asks_while_notices_are_taken() {
        let mut hearing = Hearing::new();
        hearing.listens = true;
        for heard in [
            Heard::Line("a".into()),
            Heard::Notice(notice("member-1")),
            Heard::Line("b".into()),
            Heard::Ended,
        ] {
            hearing.sender().send(heard).expect("it is heard");
        }
        assert_eq!(hearing.notices(), [notice("member-1")]);
        assert!(matches!(hearing.next(None), Some(Heard::Line(line)) if line == "a"));
        assert!(matches!(hearing.next(None), Some(Heard::Line(line)) if line == "b"));
        for _ in 0..2 {
            assert!(
                matches!(hearing.next(None), Some(Heard::Ended)),
                "the end stays the end"
            );
        }
    }

    #[test]
    fn what_was_typed_ahead_is_forgotten_and_no_notice_is() {
        let mut hearing = Hearing::new();
        hearing.listens = true;
        let sender = hearing.sender();
        sender.send(Heard::Line("typed ahead".into())).expect("it is heard");
        sender.send(Heard::Notice(notice("member-2"))).expect("it is heard");
        assert_eq!(hearing.forget_lines(), [notice("member-2")]);
        assert!(hearing.next(Some(Duration::from_millis(1))).is_none());
    }
}
