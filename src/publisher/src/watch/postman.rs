//! One member's postman: a thread of its own, so that a mailbox that fails, or a server that hangs, holds up no other's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::letter::Letter;
use super::mailer::{Failure, Mailer};
use super::sent::{Attempt, Outcome, Sent};
use super::spool::Spool;
use crate::error::Error;
use crate::{desk, terminal};

/// A member's postman, at work.
pub struct Postman {
    /// Whose.
    pub member: String,
    /// Where messages are laid for them.
    pub spool: Spool,
    told: Sender<Told>,
    left: Receiver<usize>,
}

/// What a postman is told.
enum Told {
    /// There is a new message.
    News,
    /// There is one that could not be laid into the spool.
    Unkept(Letter),
    /// Try what was never tried, say how many are left, and end.
    Finish,
}

impl Postman {
    /// Begins with what is in the spool.
    pub fn start(member: &str, spool: Spool, mailer: Mailer, sent: Arc<Sent>) -> Self {
        let ((told, hears), (says, left)) = (channel(), channel());
        let round = Round {
            member: member.to_owned(),
            spool: spool.clone(),
            mailer,
            sent,
            unkept: BTreeMap::new(),
            attempts: BTreeMap::new(),
            failures: 0,
        };
        std::thread::spawn(move || round.work(&hears, &says));
        Self {
            member: member.to_owned(),
            spool,
            told,
            left,
        }
    }

    /// A message was laid into the spool.
    pub fn news(&self) {
        let _ = self.told.send(Told::News);
    }

    /// A message could not be laid into the spool: it is carried from memory, for as long as this runs.
    pub fn carry(&self, letter: Letter) {
        let _ = self.told.send(Told::Unkept(letter));
    }

    /// Nothing more will come.
    pub fn finish(&self) {
        let _ = self.told.send(Told::Finish);
    }

    /// How many messages nobody took, once it has finished; none if it does not say so by then.
    pub fn left(&self, until: Instant) -> Option<usize> {
        self.left
            .recv_timeout(until.saturating_duration_since(Instant::now()))
            .ok()
    }
}

/// What a postman knows.
struct Round {
    member: String,
    spool: Spool,
    mailer: Mailer,
    sent: Arc<Sent>,
    /// Messages that are in no spool, by number.
    unkept: BTreeMap<u64, Letter>,
    /// How often each message was tried.
    attempts: BTreeMap<u64, u32>,
    /// Rounds in a row that ended with something left.
    failures: u32,
}

/// Which messages a round takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those that were never tried.
    New,
}

impl Round {
    fn work(mut self, hears: &Receiver<Told>, says: &Sender<usize>) {
        let mut left = self.go(Which::All);
        let mut again = Instant::now() + self.pause();
        loop {
            let wait = match left {
                0 => Duration::from_secs(60 * 60),
                _ => again.saturating_duration_since(Instant::now()),
            };
            match hears.recv_timeout(wait) {
                Ok(Told::News) => left = self.go(Which::New),
                Ok(Told::Unkept(letter)) => drop(self.unkept.insert(letter.number, letter)),
                Ok(Told::Finish) => {
                    // Whatever is older was tried when this began, or since.
                    let _ = says.send(self.go(Which::New));
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {
                    left = self.go(Which::All);
                    again = Instant::now() + self.pause();
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if left == 0 {
                self.failures = 0;
                again = Instant::now() + self.pause();
            }
        }
    }

    /// One round; how many messages are left.
    fn go(&mut self, which: Which) -> usize {
        match self.round(which) {
            Ok(left) => left,
            Err(error) => {
                terminal::warn(&format!("{}: {error}", self.member));
                1
            }
        }
    }

    fn round(&mut self, which: Which) -> Result<usize, Error> {
        let mut numbers = self.bounded()?;
        self.attempts.retain(|number, _| numbers.contains(number));
        let tried = |attempts: &BTreeMap<u64, u32>, number: &u64| attempts.get(number).copied().unwrap_or(0);
        // New ones first: an old one that is refused for ever holds up none.
        numbers.sort_by_key(|number| (tried(&self.attempts, number), *number));
        let mut refused = 0;
        for number in &numbers {
            if which == Which::New && tried(&self.attempts, number) > 0 {
                continue;
            }
            match self.one(*number)? {
                Some(Failure { permanent: true, .. }) if refused < REFUSED => refused += 1,
                Some(_) => break,
                None => {}
            }
        }
        let left = self.waiting()?.len();
        if left > 0 && which == Which::All {
            self.failures = self.failures.saturating_add(1);
        }
        Ok(left)
    }

    /// Tries one message; why it was not taken.
    fn one(&mut self, number: u64) -> Result<Option<Failure>, Error> {
        let letter = match self.unkept.get(&number) {
            Some(letter) => Ok(Some(letter.clone())),
            None => self.spool.get(number),
        };
        let attempt = self.attempts.entry(number).or_default();
        *attempt = attempt.saturating_add(1);
        let attempt = *attempt;
        let letter = match letter {
            Ok(Some(letter)) => letter,
            Ok(None) => return Ok(None),
            // It stays, and counts as left; those after it are sent.
            Err(error) => {
                terminal::warn(&format!("{}: {error}", self.member));
                return Ok(None);
            }
        };
        let done = self.mailer.send(&letter);
        let (outcome, answer) = match &done {
            Ok(answer) => (Outcome::Accepted, answer),
            Err(Failure { permanent: true, what }) => (Outcome::Refused, what),
            Err(Failure { what, .. }) => (Outcome::Failed, what),
        };
        self.log(&letter, attempt, outcome, answer);
        match done {
            Ok(_) => self.remove(number).map(|()| None),
            Err(failure) => {
                let text = format!("message {number} to {} was not taken: {}", self.member, failure.what);
                terminal::warn(&text);
                Ok(Some(failure))
            }
        }
    }

    /// The numbers of its messages; of too many the oldest are dropped, and the log says so.
    fn bounded(&mut self) -> Result<Vec<u64>, Error> {
        let mut numbers = self.waiting()?;
        let surplus = numbers.len().saturating_sub(MOST);
        for number in numbers.drain(..surplus) {
            if let Ok(Some(letter)) = self.spool.get(number) {
                let attempt = self.attempts.get(&number).copied().unwrap_or(0);
                self.log(&letter, attempt, Outcome::Dropped, "there are too many after it");
            }
            self.remove(number)?;
            terminal::warn(&format!(
                "message {number} to {} is given up: there are too many",
                self.member
            ));
        }
        Ok(numbers)
    }

    /// The numbers of all messages, sorted. A spool that cannot be read holds up none that is in memory.
    fn waiting(&self) -> Result<Vec<u64>, Error> {
        let mut numbers = match self.spool.numbers() {
            Err(error) if self.unkept.is_empty() => return Err(error),
            numbers => numbers.unwrap_or_default(),
        };
        numbers.extend(self.unkept.keys());
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    fn remove(&mut self, number: u64) -> Result<(), Error> {
        match self.unkept.remove(&number) {
            Some(_) => Ok(()),
            None => self.spool.remove(number),
        }
    }

    /// That it cannot be logged is told; the message is more than its log.
    fn log(&self, letter: &Letter, attempt: u32, outcome: Outcome, answer: &str) {
        let entry = Attempt {
            outcome,
            answer,
            ..Attempt::of(letter, &self.member, (attempt, desk::clock()))
        };
        if let Err(error) = self.sent.log(&entry) {
            terminal::warn(&error.to_string());
        }
    }

    /// Until the next round of those that failed: 5 seconds, then twice as long each time, up to a quarter of an hour.
    fn pause(&self) -> Duration {
        let doubled = 5_u64 << self.failures.saturating_sub(1).min(8);
        Duration::from_secs(doubled.min(15 * 60))
    }
}

/// So many refusals are heard in one round: the mailbox itself may be gone.
const REFUSED: u32 = 3;
/// So many messages wait for one member.
const MOST: usize = 1000;
