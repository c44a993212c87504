//! The client: does what the server says, on this machine's terminal and files, and knows no rule itself.

use std::collections::HashSet;
use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use crate::answers::DISCONNECTED;
use crate::console::{Console, Said};
use crate::error::{Broken, Refusal};
use crate::files;
use crate::plain::EXIT_CODE;
use crate::serve::framing::{prepare, receive, send};
use crate::serve::messages::{Hello, Login, Order, Reply, VERSION, Wish};
use crate::words::{base64, split};

/// The server's address and port, if `CLOUDHSM_STANDIN_SERVER` names one.
pub fn server() -> Option<String> {
    std::env::var("CLOUDHSM_STANDIN_SERVER")
        .ok()
        .filter(|server| !server.is_empty())
}

/// Is a client until the server, or the line, ends it; the exit code. Whatever happens to the line, the text is the
/// real program's.
pub fn talk(server: &str, wish: Wish) -> Result<u8, Broken> {
    let mut client = Client {
        console: Console::new(),
        named: HashSet::new(),
    };
    if let Wish::Words { words, .. } = &wish {
        client.remember(words);
    }
    let ended = connect(server).and_then(|stream| {
        let version = VERSION;
        send(&stream, &Hello { version, wish })?;
        client.obey(&stream)
    });
    match ended {
        Err(Broken::Line { text }) => {
            eprintln!("cloudhsm-standin: error: the server {server}: {text}");
            eprintln!("cloudhsm-standin: hint: {HINT}");
            client.console.say(DISCONNECTED)?;
            Ok(EXIT_CODE)
        }
        ended => ended,
    }
}

/// What this process was started with.
pub fn words() -> Wish {
    Wish::Words {
        words: std::env::args().skip(1).collect(),
        login: login(),
    }
}

/// What `CLOUDHSM_ROLE` and `CLOUDHSM_PIN` say, if both do.
pub fn login() -> Option<Login> {
    let role = std::env::var("CLOUDHSM_ROLE").ok()?;
    std::env::var("CLOUDHSM_PIN").ok().map(|pin| Login { role, pin })
}

fn connect(server: &str) -> Result<TcpStream, Broken> {
    let mut why = io::Error::new(io::ErrorKind::NotFound, "no such machine");
    for address in server.to_socket_addrs().map_err(Broken::line)? {
        match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
            Ok(stream) => return prepare(&stream).map(|()| stream),
            Err(source) => why = source,
        }
    }
    Err(Broken::line(why))
}

struct Client {
    console: Console,
    /// Every word that was typed or given here: the server opens no file but those.
    named: HashSet<String>,
}

impl Client {
    fn obey(&mut self, stream: &TcpStream) -> Result<u8, Broken> {
        loop {
            let reply = match receive(stream, None)? {
                Order::Leave { code } => return Ok(code),
                Order::Die => std::process::abort(),
                Order::Refused { text } => return Err(Broken::line(text)),
                Order::Print { text } => self.console.prompt(&text).map(|()| None)?,
                Order::PrintAside { text } => {
                    eprint!("{text}");
                    None
                }
                Order::ReadLine => Some(self.read_line()?),
                Order::AskPassword { prompt, from } => Some(match self.console.ask_password(&prompt, from)? {
                    Ok(password) => Reply::Line {
                        text: password.to_string(),
                    },
                    Err(Refusal::NoTerminal) => Reply::NoTerminal,
                    Err(_) => Reply::End,
                }),
                Order::ReadFile { path } => Some(self.read_file(&path)),
                Order::WriteFile { path, text } => Some(self.write_file(&path, &text)),
            };
            if let Some(reply) = reply {
                send(stream, &reply)?;
            }
        }
    }

    fn read_line(&mut self) -> Result<Reply, Broken> {
        Ok(match self.console.read_line()? {
            Said::Line(line) => {
                self.remember(&split(&line).unwrap_or_default());
                self.named.insert(line.trim().to_owned());
                Reply::Line { text: line.to_string() }
            }
            Said::Unreadable => Reply::Unreadable,
            Said::End => Reply::End,
        })
    }

    /// Words, and what follows the sign of equality in `--token=FILE`.
    fn remember(&mut self, words: &[String]) {
        let values = words
            .iter()
            .filter_map(|word| word.split_once('='))
            .map(|(_, value)| value);
        self.named.extend(values.map(str::to_owned));
        self.named.extend(words.iter().cloned());
    }

    fn read_file(&self, path: &str) -> Reply {
        let read = self.named(path).and_then(files::read);
        match read {
            Ok(bytes) => Reply::File { bytes: base64(&bytes) },
            Err(refusal) => Reply::Failed {
                text: refusal.to_string(),
            },
        }
    }

    fn write_file(&self, path: &str, text: &str) -> Reply {
        let written = self.named(path).and_then(|path| files::write(path, text));
        match written {
            Ok(()) => Reply::Written,
            Err(refusal) => Reply::Failed {
                text: refusal.to_string(),
            },
        }
    }

    fn named<'a>(&self, path: &'a str) -> Result<&'a Path, Refusal> {
        match self.named.contains(path) {
            true => Ok(Path::new(path)),
            false => Err(Refusal::invalid(format!("{path} was not named here"))),
        }
    }
}

const HINT: &str =
    "is `cloudhsm-standin serve` running there, of the same version, and may this machine reach its port?";
