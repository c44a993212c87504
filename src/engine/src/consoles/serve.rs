//! Members are received: who they are by the kernel's word, then one answer to each question. Each has a thread; the engine
//! hears of them by a channel.

use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use record::text;
use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;

use super::accounts::Accounts;
use super::desk::Desk;
use super::guests::{Guests, Stay, Word};
use super::notice::{Notice, Visit};
use super::socket::Socket;
use super::wire::{self, Answer, LARGEST_QUESTION, Question};
use crate::console::Heard;
use crate::error::Error;

/// The open consoles of an event. When this is dropped nobody is received any more, and the socket is gone.
pub struct Consoles {
    socket: Socket,
    desk: Arc<Desk>,
    over: Arc<AtomicBool>,
}

impl Consoles {
    /// Begins to receive members.
    pub fn begin(socket: Socket, accounts: Accounts, desk: Arc<Desk>, word: Sender<Heard>) -> Result<Self, Error> {
        let over = Arc::new(AtomicBool::new(false));
        let failed = |cause| Error::File {
            act: "listen at",
            path: "the socket".into(),
            cause,
        };
        let listener = socket.listener().map_err(failed)?;
        let (reception, is_over) = (
            Reception {
                accounts,
                desk: Arc::clone(&desk),
                word,
                guests: Arc::default(),
            },
            Arc::clone(&over),
        );
        let receive = move || reception.receive_all(&listener, &is_over);
        thread::Builder::new()
            .name("consoles".into())
            .spawn(receive)
            .map_err(failed)?;
        Ok(Self { socket, desk, over })
    }

    /// From here on nothing is taken: whatever a member was told is taken lies in its folder on return, whole.
    pub fn take_nothing_more(&self) {
        self.desk.gate.close();
    }

    /// What members give is taken again.
    pub fn take_again(&self) {
        self.desk.gate.open();
    }
}

impl Drop for Consoles {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.socket.knock();
    }
}

struct Reception {
    accounts: Accounts,
    desk: Arc<Desk>,
    word: Sender<Heard>,
    guests: Arc<Guests>,
}

impl Reception {
    fn receive_all(&self, listener: &UnixListener, over: &AtomicBool) {
        for stream in listener.incoming() {
            if over.load(Ordering::SeqCst) {
                return;
            }
            match stream {
                Ok(stream) => self.receive(stream),
                // No file is left to open, perhaps; it passes.
                Err(_) => thread::sleep(BREATH),
            }
        }
    }

    fn receive(&self, mut stream: UnixStream) {
        let Ok(peer) = socket_peercred(&stream) else { return };
        let uid = peer.uid.as_raw();
        let account = self.account(uid);
        let (refused, hint) = match self.member(uid) {
            Ok(member) => match self.guests.enter(&member) {
                Ok(stay) => return self.let_in(stream, (account, member), stay),
                Err(full) => (full.why, full.hint),
            },
            Err(why) => {
                if self.guests.is_first_refusal(uid) {
                    self.tell(&account, why.clone());
                }
                (why, NOT_YOURS)
            }
        };
        // A few hundred octets to somebody who just came: they fit where nobody reads.
        let _ = wire::send(&mut stream, &Answer::refused(refused, hint), BREATH);
    }

    /// Whose account it is, now: members come and go.
    fn member(&self, uid: u32) -> Result<String, String> {
        let roster = &self.desk.event.inbound.roster;
        self.accounts.member(uid, geteuid().as_raw(), roster, self.desk.now())
    }

    fn account(&self, uid: u32) -> String {
        let name = self.accounts.name(uid).map(|name| text::plain(name, 40));
        name.unwrap_or_else(|_| format!("uid {uid}"))
    }

    fn let_in(&self, mut stream: UnixStream, (account, member): (String, String), stay: Stay) {
        let (desk, word) = (Arc::clone(&self.desk), self.word.clone());
        let visit = move |came: bool| Visit {
            account: account.clone(),
            member: Ok(member.clone()),
            at: desk.now(),
            came,
        };
        let (desk, visitor) = (Arc::clone(&self.desk), visit(true));
        let serve = move || {
            let Ok(member) = visitor.member.clone() else { return };
            match stay.word {
                Word::Written => drop(word.send(Heard::Notice(Notice::Visit(visitor)))),
                Word::NoMore => drop(word.send(Heard::Notice(Notice::Often { member: member.clone() }))),
                Word::None => {}
            }
            let _left = Left(Some((word.clone(), stay, move || visit(false))));
            attend(&desk, &word, &member, &mut stream);
        };
        // Without a thread the stream is closed, and whoever came sees that.
        let _ = thread::Builder::new().name("console".into()).spawn(serve);
    }

    fn tell(&self, account: &str, refused: String) {
        let (account, at) = (account.to_owned(), self.desk.now());
        let visit = Visit {
            account,
            member: Err(refused),
            at,
            came: true,
        };
        let _ = self.word.send(Heard::Notice(Notice::Visit(visit)));
    }
}

/// Says that a member left, however that came.
struct Left<F: FnOnce() -> Visit>(Option<(Sender<Heard>, Stay, F)>);

impl<F: FnOnce() -> Visit> Drop for Left<F> {
    fn drop(&mut self) {
        if let Some((word, stay, visit)) = self.0.take() {
            let is_written = stay.word == Word::Written;
            drop(stay);
            if is_written {
                // Nobody may hear it any more.
                let _ = word.send(Heard::Notice(Notice::Visit(visit())));
            }
        }
    }
}

fn attend(desk: &Desk, word: &Sender<Heard>, member: &str, stream: &mut UnixStream) {
    loop {
        let question: Question = match wire::receive(stream, LARGEST_QUESTION, (IDLE, WHOLE)) {
            Ok(Some(question)) => question,
            Ok(None) => return,
            Err(cause) => {
                let refused = Answer::refused(
                    format!("what came is no question: {cause}"),
                    "use the `ceremony` of this console",
                );
                let _ = wire::send(stream, &refused, WHOLE);
                return;
            }
        };
        // Who asks all the time must not take the engine's processor.
        thread::sleep(PAUSE);
        let (answer, notice) = desk.answer(member, question);
        if let Some(notice) = notice {
            let _ = word.send(Heard::Notice(notice));
        }
        if wire::send(stream, &answer, WHOLE).is_err() {
            return;
        }
    }
}

const NOT_YOURS: &str = "ask the operator: each member in office comes by the account that is named by their id";
/// A member may read for long; longer than an event nobody does.
const IDLE: Duration = Duration::from_secs(12 * 3600);
/// A message that has begun is whole by then.
const WHOLE: Duration = Duration::from_secs(30);
const BREATH: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(20);
