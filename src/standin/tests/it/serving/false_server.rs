//! A client gives a server that is not ours no more than what was named to it.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::{PLAIN, framed, read_message};
use crate::support::{BINARY, Cluster};

#[test]
fn a_client_opens_no_file_that_was_not_named_to_it() {
    let cluster = Cluster::new();
    let (named, secret) = (cluster.path("named"), cluster.path("secret"));
    fs::write(&named, "token").unwrap();
    fs::write(&secret, "secret").unwrap();
    let order = |value: Value| framed(&serde_json::to_vec(&value).unwrap());
    let (address, serving) = false_server(vec![
        order(json!("read-line")),
        order(json!({ "read-file": { "path": named } })),
        order(json!({ "read-file": { "path": secret } })),
        order(json!({ "write-file": { "path": secret, "text": "changed" } })),
        order(json!({ "leave": { "code": 7 } })),
    ]);
    let output = client_of(&address, &format!("login mfa-token-sign --token={}\n", named.display()));
    assert_eq!(output.status.code(), Some(7));
    let heard = serving.join().unwrap();
    let refused = json!({ "failed": { "text": format!("{} was not named here", secret.display()) } });
    assert_eq!(
        heard[2],
        json!({ "file": { "bytes": Base64::encode_string(b"token") } })
    );
    assert_eq!(heard[3..], [refused.clone(), refused]);
    assert_eq!(fs::read_to_string(secret).unwrap(), "secret");
}

#[test]
fn a_client_survives_a_server_that_talks_nonsense() {
    for nonsense in [
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        framed(b"{}"),
        vec![0, 0, 0, 9, b'{'],
        Vec::new(),
    ] {
        let (address, serving) = false_server(vec![nonsense]);
        // It leaves after what it has to say; the client must not wait for more.
        let client = std::thread::spawn(move || client_of(&address, ""));
        drop(serving);
        let output = client.join().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), PLAIN);
        assert_eq!(output.status.code(), Some(1));
        assert!(!String::from_utf8(output.stderr).unwrap().contains("panicked"));
    }
}

#[test]
fn a_server_that_is_not_there_is_said_in_the_real_programs_words() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (address, why) in [
        (free.to_string(), "refused"),
        ("nowhere.invalid:2223".into(), ""),
        ("2223".into(), ""),
    ] {
        for words in [&["interactive"][..], &["user", "list"], &["standin", "switch"]] {
            let mut command = Cluster::new().command();
            command
                .env("CLOUDHSM_STANDIN_SERVER", &address)
                .args(words)
                .stdin(Stdio::null());
            let output = command.output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), PLAIN);
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(
                told.contains(&format!("the server {address}: ")) && told.contains(why),
                "{told}"
            );
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

/// A server that is not ours: says these messages to whoever comes, and returns what it heard.
fn false_server(messages: Vec<Vec<u8>>) -> (String, std::thread::JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        messages.iter().for_each(|message| stream.write_all(message).unwrap());
        std::iter::from_fn(|| read_message(&stream)).collect()
    });
    (address, serving)
}

fn client_of(address: &str, input: &str) -> Output {
    let mut command = Command::new(BINARY);
    command
        .arg("interactive")
        .env("CLOUDHSM_STANDIN_SERVER", address)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
