//! Whoever connects and speaks no good protocol is sent away, and holds nobody up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{PLAIN, Served, framed, read_message, with_quorum_key};
use crate::support::{Cluster, PASSWORD, sign_line};

#[test]
fn garbage_is_refused_and_the_server_goes_on() {
    let served = Served::new();
    let hello = |body: &str| framed(body.as_bytes());
    let garbage = [
        b"GET / HTTP/1.1\r\nHost: hsm\r\n\r\n".to_vec(),
        vec![0xff; 4096],
        vec![0; 4096],
        framed(b""),
        framed(&vec![b'['; 200_000]),
        framed(&[0xc3, 0x28, 0xa0]),
        hello("null"),
        hello(r#"{"version":1}"#),
        hello(r#"{"version":1,"wish":"interactive","more":1}"#),
        hello(r#"{"version":1,"wish":{"words":{"words":["user","list"]}}}{"x":1}"#),
        [&u32::MAX.to_be_bytes()[..], b"{"].concat(),
        // A right beginning, then a reply to nothing that was asked, and nonsense.
        [hello(r#"{"version":1,"wish":"interactive"}"#), hello(r#""written""#)].concat(),
        [hello(r#"{"version":1,"wish":"interactive"}"#), vec![0xfe; 64]].concat(),
    ];
    for bytes in &garbage {
        let mut stream = served.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(is_closed(&stream), "{:?}", &bytes[..bytes.len().min(40)]);
    }
    // Pseudo-random, always the same.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..60 {
        let mut bytes: Vec<u8> = (0..round * 7)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        if round % 2 == 0 {
            bytes = framed(&bytes);
        }
        let mut stream = served.connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(is_closed(&stream));
    }
    served.client.activate(&["owner"]);
    served.client.talk_as("owner").ok("key list");
}

#[test]
fn a_half_sent_message_is_given_up_and_holds_nobody() {
    let served = Served::new();
    let (silent, mut half) = (served.connect(), served.connect());
    half.write_all(&[0, 0, 0, 40, b'{']).unwrap();
    served.client.activate(&["owner"]);
    let begun = Instant::now();
    assert!(is_closed(&half) && is_closed(&silent));
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_client_that_never_logs_in_and_says_nothing_is_sent_away() {
    let served = Served::with_idle(Cluster::new(), "2");
    served.client.activate(&["owner"]);
    let (mut idle, mut prompted) = (served.client.talk(), served.client.talk());
    let mut known = served.client.talk_as("owner");
    prompted.ask("login --username owner --role crypto-user", "Enter password:");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(idle.say("user list"), PLAIN);
    assert_eq!(prompted.say(PASSWORD).trim_start(), PLAIN);
    // Who has logged in may be silent, and be so after the logout too.
    known.ok("logout");
    std::thread::sleep(Duration::from_secs(3));
    known.ok("user list");
}

#[test]
fn a_client_that_does_not_answer_for_a_file_holds_nobody() {
    let served = with_quorum_key();
    let mut stream = served.connect();
    let hello = json!({ "version": 1, "wish": "interactive" });
    stream.write_all(&framed(hello.to_string().as_bytes())).unwrap();
    let mut say = |line: &str| {
        while read_message(&stream).unwrap() != "read-line" {}
        let reply = json!({ "line": { "text": line } });
        stream.write_all(&framed(reply.to_string().as_bytes())).unwrap();
    };
    say(&format!(
        "login --username owner --role crypto-user --password {PASSWORD}"
    ));
    say(&sign_line("k", Some(std::path::Path::new("never"))));
    while read_message(&stream).unwrap().get("read-file").is_none() {}
    let begun = Instant::now();
    served.client.talk_as("u1").ok("key list");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn another_version_is_refused_in_words() {
    let served = Served::new();
    let mut stream = served.connect();
    stream
        .write_all(&framed(br#"{"version":9,"wish":"interactive"}"#))
        .unwrap();
    let said = read_message(&stream).unwrap();
    assert_eq!(
        said,
        json!({ "refused": { "text": "the server speaks version 1, not 9" } })
    );
    assert!(is_closed(&stream));
}

#[test]
fn connections_have_a_bound_and_a_free_place_is_used_again() {
    let served = Served::new();
    let crowd: Vec<_> = (0..128).map(|_| served.connect()).collect();
    let output = served.client.command().args(["user", "list"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), PLAIN);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("the server has no room for another connection"), "{told}");
    drop(crowd);
    let begun = Instant::now();
    while !served
        .client
        .command()
        .args(["user", "list"])
        .output()
        .unwrap()
        .status
        .success()
    {
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

/// Whether the other side ended it, within the time that reading may take.
fn is_closed(mut stream: &TcpStream) -> bool {
    let mut rest = Vec::new();
    !matches!(stream.read_to_end(&mut rest), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}
