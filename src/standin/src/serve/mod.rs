//! `serve`: one cluster for clients on other machines. One connection is one session, and dies with it.

pub mod framing;
mod line;
pub mod messages;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::cli::Program;
use crate::console::Console;
use crate::error::Broken;
use crate::narrow::narrow;
use crate::start::start;
use crate::store::Store;
use crate::{files, interactive};
use framing::{PATIENCE, prepare, receive};
pub use line::Line;
use messages::{Hello, Login, VERSION, Wish};

/// Serves until SIGTERM or SIGINT, which wait for the command under way.
pub fn serve(store: Store, listen: SocketAddr, idle: Duration) -> Result<u8, Broken> {
    let store = Arc::new(store);
    stop_on_signal(&store)?;
    let listener = TcpListener::bind(listen).map_err(|source| Broken::Listen {
        address: listen,
        source,
    })?;
    let address = listener.local_addr().map_err(Broken::line)?;
    eprintln!("cloudhsm-standin: the line is not encrypted: passwords pass in clear");
    eprintln!("cloudhsm-standin: listening on {address}; SIGTERM ends it");
    // Each thread holds one: their number is that of the connections.
    let seats = Arc::new(());
    loop {
        match listener.accept() {
            Ok((stream, client)) => welcome(&store, &seats, idle, (stream, client)),
            // A client that left before its turn; or no more open files, which pass.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn stop_on_signal(store: &Arc<Store>) -> Result<(), Broken> {
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(Broken::line)?;
    let store = Arc::clone(store);
    thread::spawn(move || {
        signals.forever().next();
        // Whoever holds the lock is in the midst of a command, and ends it first.
        let _held = store.lock();
        eprintln!("cloudhsm-standin: stopped");
        std::process::exit(0);
    });
    Ok(())
}

fn welcome(store: &Arc<Store>, seats: &Arc<()>, idle: Duration, (stream, client): (TcpStream, SocketAddr)) {
    if Arc::strong_count(seats) > MOST_CONNECTIONS {
        let _ = Line(stream).refuse("the server has no room for another connection");
        return;
    }
    let (store, seat) = (Arc::clone(store), Arc::clone(seats));
    let started = thread::Builder::new().spawn(move || {
        let _seat = seat;
        eprintln!("cloudhsm-standin: {client} is here");
        match converse(&store, stream, idle) {
            Ok(()) => eprintln!("cloudhsm-standin: {client} left"),
            Err(broken) => eprintln!("cloudhsm-standin: {client} is lost: {broken}"),
        }
    });
    if let Err(source) = started {
        eprintln!("cloudhsm-standin: {client} is refused: {source}");
    }
}

/// From the first message to the last. Session, login and tokens are this thread's, and go with it.
fn converse(store: &Store, stream: TcpStream, idle: Duration) -> Result<(), Broken> {
    prepare(&stream)?;
    let hello: Hello = receive(&stream, Some(PATIENCE))?;
    let line = Rc::new(Line(stream));
    if hello.version != VERSION {
        return line.refuse(&format!("the server speaks version {VERSION}, not {}", hello.version));
    }
    files::are_at(Rc::clone(&line));
    let mut console = Console::far(Rc::clone(&line), idle);
    let ended = match hello.wish {
        Wish::Interactive => interactive::hold(store, &mut console),
        Wish::Words { words, login } => carry_out(store, &mut console, words, login),
    };
    match ended {
        Ok(code) => line.leave(code),
        Err(lost @ Broken::Line { .. }) => Err(lost),
        Err(broken) => {
            console.say_aside(&broken.told())?;
            line.leave(broken.exit_code())
        }
    }
}

fn carry_out(store: &Store, console: &mut Console, words: Vec<String>, login: Option<Login>) -> Result<u8, Broken> {
    let words = std::iter::once("cloudhsm-standin".to_owned()).chain(words);
    match Program::try_parse_from(words) {
        Ok(program) => start(store, console, program, login),
        Err(error) if error.use_stderr() => {
            console.say_aside(narrow(&error.to_string()).trim_end())?;
            Ok(2)
        }
        Err(help) => console.prompt(&narrow(&help.to_string())).map(|()| 0),
    }
}

/// To a client that would be a server.
pub fn elsewhere() -> Broken {
    Broken::order(
        "a server is started where its folder is",
        "start it there, without CLOUDHSM_STANDIN_SERVER",
    )
}

/// Each is a thread; the real limit, 900, is for machines with more room.
const MOST_CONNECTIONS: usize = 128;
