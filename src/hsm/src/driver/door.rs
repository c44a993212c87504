//! The one door: shows a command, lets the observer write, runs it, lets the observer write, reads the answer.

use serde_json::Value;

use super::{CloudHsm, Waiting};
use crate::{Answer, Approved, Channel, Error, File, Reply, Request, wire};

/// A yes of the HSM.
pub(super) struct Answered {
    pub(super) shown: String,
    pub(super) data: Value,
    files: Vec<File>,
}

/// A command that wrote its files and waits at a prompt.
pub(super) struct Begun {
    pub(super) shown: String,
    files: Vec<File>,
}

/// One of the channel's three ways.
type Way = fn(&mut dyn Channel, &Request) -> Result<Reply, Error>;

impl CloudHsm {
    pub(super) fn ask(&mut self, request: Request) -> Result<Answered, Error> {
        self.refuse_while_waiting(&request)?;
        let reply = self.pass(&request, |channel, request| channel.exchange(request))?;
        answered(request, reply)
    }

    /// A command whose answer carries nothing beyond its yes.
    pub(super) fn tell(&mut self, request: Request) -> Result<(), Error> {
        self.ask(request).map(|_| ())
    }

    /// A command's first half. A yes without a wait is a yes to something else than was asked.
    pub(super) fn begin(&mut self, request: Request) -> Result<Begun, Error> {
        self.refuse_while_waiting(&request)?;
        let reply = self.pass(&request, |channel, request| channel.begin(request))?;
        if reply.text.is_empty() {
            let shown = request.shown();
            let files = reply.files;
            return Ok(Begun { shown, files });
        }
        let answered = answered(request, reply)?;
        Err(wire::malformed(&answered.shown, "it did not wait for signatures"))
    }

    /// A command's second half. Once it is typed nothing waits any more, whatever comes.
    pub(super) fn finish(&mut self, rest: Request) -> Result<Answered, Error> {
        let reply = self.pass(&rest, |channel, rest| channel.finish(rest));
        if !matches!(reply, Err(Error::Stopped { .. } | Error::File { .. })) {
            self.waiting = None;
        }
        answered(rest, reply?)
    }

    /// What waits for exactly this token's signatures.
    pub(super) fn waiting_for(&self, token: &crate::MfaToken, login: bool) -> Result<&Waiting, Error> {
        let waiting = self.waiting.as_ref();
        waiting
            .filter(|waiting| waiting.token == *token && waiting.login == login)
            .ok_or(Error::NothingWaits)
    }

    /// Ends the session; a command that waited is over with it.
    pub(super) fn end_session(&mut self) {
        self.waiting = None;
        self.logged_in = None;
        self.channel.close();
    }

    /// Adds the approved token's file, where one is given.
    pub(super) fn approved(&self, request: Request, approved: Option<&Approved>) -> Request {
        match approved {
            Some(approved) => {
                let file = approved.file_in_form(self.habits.approval_role);
                request.with_input("--approval", "approval.json", file)
            }
            None => request,
        }
    }

    fn refuse_while_waiting(&self, request: &Request) -> Result<(), Error> {
        match self.waiting {
            Some(_) => Err(Error::Waiting { shown: request.shown() }),
            None => Ok(()),
        }
    }

    /// The reply's files are those that the command read, then those that it wrote.
    fn pass(&mut self, request: &Request, way: Way) -> Result<Reply, Error> {
        request.check()?;
        let shown = request.shown();
        let stopped = |why| Error::Stopped {
            shown: shown.clone(),
            why,
        };
        self.observer.before(&shown).map_err(stopped)?;
        let Reply { text, files } = match way(&mut *self.channel, request) {
            Ok(reply) => reply,
            Err(error) => {
                // The loss is what the caller must learn, even if it could not be written down.
                let _ = self.observer.after(&shown, &Answer::Lost { error: &error });
                if self.logged_in.is_none() {
                    // No login and no token is lost by beginning again.
                    self.end_session();
                }
                return Err(error);
            }
        };
        let files: Vec<File> = request
            .inputs()
            .iter()
            .chain(written(request, &files))
            .cloned()
            .collect();
        let seen = self.observer.after(
            &shown,
            &Answer::Came {
                text: &text,
                files: &files,
            },
        );
        if self.logged_in.is_none() && request.prompted() > 0 && wire::is_refusal(&text) {
            // Its prompts may not have come, and the lines typed for them answers of their own. A session without a
            // login costs nothing.
            self.end_session();
        }
        match seen {
            Ok(()) => Ok(Reply { text, files }),
            Err(why) => Err(Error::Unrecorded {
                shown,
                why,
                answer: text,
            }),
        }
    }
}

/// The files that the command was to write; a recording also holds those it read.
fn written<'a>(request: &'a Request, files: &'a [File]) -> impl Iterator<Item = &'a File> {
    files.iter().filter(|file| request.outputs().contains(&file.name))
}

fn answered(request: Request, reply: Reply) -> Result<Answered, Error> {
    let shown = request.shown();
    let data = wire::data(&shown, &reply.text)?;
    let files = reply.files;
    Ok(Answered { shown, data, files })
}

impl Answered {
    pub(super) fn typed<T: serde::de::DeserializeOwned>(self) -> Result<T, Error> {
        wire::typed(&self.shown, self.data)
    }

    pub(super) fn file(&self, name: &str) -> Result<&[u8], Error> {
        named(&self.files, &self.shown, name)
    }
}

impl Begun {
    pub(super) fn file(&self, name: &str) -> Result<&[u8], Error> {
        named(&self.files, &self.shown, name)
    }
}

fn named<'a>(files: &'a [File], shown: &str, name: &str) -> Result<&'a [u8], Error> {
    let missing = || Error::MissingFile {
        shown: shown.to_owned(),
        name: name.to_owned(),
    };
    let file = files.iter().find(|file| file.name == name);
    file.map(|file| file.bytes.as_slice()).ok_or_else(missing)
}
