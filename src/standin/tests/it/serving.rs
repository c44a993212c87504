//! `serve`: one cluster for clients elsewhere; a connection is a session; hostile bytes change nothing.

mod clients;
mod false_server;
mod hostile;
mod named;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::key_quorum::QUORUM;
use crate::support::Cluster;

const PLAIN: &str = "Error: \"HSM is disconnected\"\n";

/// A server process, and a client's side: its processes know the address and no folder.
struct Served {
    server: Child,
    /// The server's own folder.
    home: Cluster,
    client: Cluster,
    log: Arc<Mutex<String>>,
}

impl Served {
    fn new() -> Served {
        Served::of(Cluster::new())
    }

    fn of(home: Cluster) -> Served {
        Served::with_idle(home, "60")
    }

    fn with_idle(home: Cluster, seconds: &str) -> Served {
        let mut command = home.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--idle", seconds])
            .stderr(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let mut line = String::new();
        while !line.contains("listening on ") {
            line.clear();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "{}", log.lock().unwrap());
            log.lock().unwrap().push_str(&line);
        }
        let address = line
            .split("listening on ")
            .nth(1)
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let rest = Arc::clone(&log);
        std::thread::spawn(move || {
            lines
                .lines()
                .map_while(Result::ok)
                .for_each(|line| *rest.lock().unwrap() += &format!("{line}\n"));
        });
        let mut client = Cluster::new();
        client.environment.push(("CLOUDHSM_STANDIN_SERVER", address));
        Served {
            server,
            home,
            client,
            log,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.client.environment[0].1).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Ends the server as an init system does; its exit code.
    fn stop(&mut self) -> Option<i32> {
        let pid = self.server.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.server.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let log = self.log.lock().unwrap();
        assert!(std::thread::panicking() || !log.contains("panicked"), "{log}");
    }
}

/// Users who are registered, the key `k` of `owner` under a quorum of two; all of it through the server.
fn with_quorum_key() -> Served {
    let served = Served::new();
    served.client.activate(&["owner", "u1", "u2"]);
    [("owner", 0), ("u1", 1)]
        .iter()
        .for_each(|(user, key)| served.client.register(user, *key));
    served.client.talk_as("owner").pair("k", QUORUM);
    served
}

/// The first bytes of a message: its length.
fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes()[..], body].concat()
}

fn read_message(mut stream: &TcpStream) -> Option<Value> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

#[test]
fn sigterm_ends_it_cleanly_and_a_restart_keeps_users_and_keys() {
    let mut served = with_quorum_key();
    let mut talk = served.client.talk_as("owner");
    assert_eq!(served.stop(), Some(0));
    assert_eq!(talk.say("key list"), PLAIN);
    assert!(!talk.died(), "it ends by itself, not by a signal");
    let home = std::mem::replace(&mut served.home, Cluster::new());
    let served = Served::of(home);
    assert_eq!(served.client.talk_as("owner").ok("key list")["total_key_count"], 2);
}

#[test]
fn says_on_start_that_it_is_for_rehearsals_and_not_encrypted() {
    let served = Served::new();
    let log = served.log.lock().unwrap().clone();
    assert!(
        log.contains("for rehearsals and tests only: it protects nothing"),
        "{log}"
    );
    assert!(
        log.contains("the line is not encrypted: passwords pass in clear"),
        "{log}"
    );
}

#[test]
fn refuses_an_address_that_is_not_its_own() {
    let output = Cluster::new()
        .command()
        .args(["serve", "--listen", "192.0.2.1:2223"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("192.0.2.1:2223 cannot be served: ") && told.contains("hint: choose an address"),
        "{told}"
    );
}
