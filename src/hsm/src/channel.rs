//! Where commands leave: the channel that carries one, and the observer who sees it before and after.

use std::{cell::RefCell, fmt, rc::Rc};

use crate::{Error, Request};

/// Carries commands to an HSM's command line and brings back the answers.
pub trait Channel {
    /// Carries out one command. On return the command's files are gone from the disk, and those it wrote are in the
    /// reply. After an error that leaves the outcome open ([`Error::outcome_unknown`]) every further exchange is
    /// refused until [`Channel::close`], because a late answer could be taken for that of the next command.
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error>;

    /// Carries out the first half of a command that writes [`Request::outputs`] and then waits at a prompt. On return
    /// they are in the reply, whose text is empty; or an answer came instead, and nothing waits. The command's files
    /// stay until [`Channel::finish`] or [`Channel::close`].
    fn begin(&mut self, request: &Request) -> Result<Reply, Error>;

    /// Carries out the second half: answers the prompts. The answer may have come before anything was typed, such as
    /// that the wait was too long.
    fn finish(&mut self, rest: &Request) -> Result<Reply, Error>;

    /// Ends the session, and with it the login and its tokens. The next exchange begins a new one.
    fn close(&mut self);
}

/// What came back: one JSON object as text, and the files the command wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The JSON object, unparsed, the session's secrets blanked; empty while the command waits at a prompt. That the CLI did
    /// not understand the command, which it says in plain text, stands here in the form of a refusal.
    pub text: String,
    /// The files of [`Request::outputs`] that exist afterwards.
    pub files: Vec<File>,
}

/// A file that a command reads or writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the work directory.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// Sees each command before it leaves and each answer before it is used. What it is given, [`crate::Recorded`] can replay.
pub trait Observer {
    /// Called before; an error stops the command.
    fn before(&mut self, shown: &str) -> Result<(), ObserverError>;
    /// Called after, whatever happened; an error comes back as [`Error::Unrecorded`], which holds the answer.
    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError>;
}

/// What an observer learns of an exchange.
#[derive(Debug)]
pub enum Answer<'a> {
    /// An answer came; it may say no.
    Came {
        /// The JSON object as in [`Reply`]; empty where the command wrote its files and waits at a prompt.
        text: &'a str,
        /// The files that the command read, then those it wrote.
        files: &'a [File],
    },
    /// No answer came.
    Lost {
        /// Why, as far as is known.
        error: &'a Error,
    },
}

/// Why an observer stopped a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObserverError(pub String);

impl fmt::Display for ObserverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ObserverError {}

/// An observer who looks away.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn before(&mut self, _: &str) -> Result<(), ObserverError> {
        Ok(())
    }
    fn after(&mut self, _: &str, _: &Answer<'_>) -> Result<(), ObserverError> {
        Ok(())
    }
}

/// A channel that shows each command and runs none: every exchange ends in [`Error::DryRun`].
pub struct DryRun<F>(pub F);

impl<F: FnMut(&str)> Channel for DryRun<F> {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        let shown = request.shown();
        (self.0)(&shown);
        Err(Error::DryRun { shown })
    }
    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.exchange(request)
    }
    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.exchange(rest)
    }
    fn close(&mut self) {}
}

/// Shared, so that the owner can look at a channel while a driver uses it.
impl<C: Channel> Channel for Rc<RefCell<C>> {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        self.borrow_mut().exchange(request)
    }
    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.borrow_mut().begin(request)
    }
    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.borrow_mut().finish(rest)
    }
    fn close(&mut self) {
        self.borrow_mut().close();
    }
}

/// Shared, so that the journal is the engine's while a driver writes to it.
impl<O: Observer> Observer for Rc<RefCell<O>> {
    fn before(&mut self, shown: &str) -> Result<(), ObserverError> {
        self.borrow_mut().before(shown)
    }
    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        self.borrow_mut().after(shown, answer)
    }
}
