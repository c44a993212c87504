//! `serve`: one cluster for clients elsewhere; a connection is a session; hostile bytes change nothing.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::key_quorum::QUORUM;
use crate::mfa::{SIGNED, login_line, sign_all, turn_on};
use crate::signing::der;
use crate::support::{BINARY, Cluster, PASSWORD, approve, openssl, pair_line, parse, sign_line};

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

/// Whether the other side ended it, within the time that reading may take.
fn is_closed(mut stream: &TcpStream) -> bool {
    let mut rest = Vec::new();
    !matches!(stream.read_to_end(&mut rest), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

#[test]
fn a_quorum_signature_passes_between_two_clients() {
    let served = with_quorum_key();
    let client = &served.client;
    let (mut talk, mut approver) = (client.talk_as("owner"), client.talk_as("u1"));
    let pem = client.path("pem");
    approver.ok(&format!(
        "key generate-file --encoding pem --path {} --filter attr.label=public-k",
        pem.display()
    ));
    let file = talk.token(client, "key-usage", "attr.label=k");
    assert_eq!(talk.err(&sign_line("k", Some(&file))), "No token signatures provided");
    approve(&file, &[("owner", 0)]);
    assert!(
        talk.err(&sign_line("k", Some(&file)))
            .starts_with("Too few quorum approvals")
    );
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let stolen = approver.err(&sign_line("k", Some(&file)));
    assert_eq!(stolen, "Invalid username-signature pair for quorum authorization");
    let signed = talk.ok(&sign_line("k", Some(&file)));
    let (data, signature) = (client.path("data"), client.path("signature"));
    fs::write(&data, "abc").unwrap();
    fs::write(
        &signature,
        der(&Base64::decode_vec(signed["signature"].as_str().unwrap()).unwrap()),
    )
    .unwrap();
    let (pem, signature) = (pem.to_str().unwrap(), signature.to_str().unwrap());
    let words = ["dgst", "-sha384", "-verify", pem, "-signature", signature];
    assert_eq!(openssl(&words, &data), b"Verified OK\n");
    assert!(!client.folder.exists(), "the cluster is the server's");
}

#[test]
fn a_client_that_is_killed_takes_login_and_tokens_with_it() {
    let served = with_quorum_key();
    let client = &served.client;
    let mut talk = client.talk_as("owner");
    let file = talk.token(client, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    let mut admin = client.talk_as("admin");
    let change = format!("user change-password --username owner --role crypto-user --password {PASSWORD}");
    assert_eq!(
        admin.err(&change),
        "The password of a user who is logged in cannot be changed"
    );
    talk.kill();
    let begun = Instant::now();
    while parse(&admin.say(&change)).0 != 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "the server still holds the login"
        );
    }
    assert!(
        client.order(&["audit"]).contains("CN_CLOSE_SESSION"),
        "the log has the end of its session"
    );
    let mut again = client.talk_as("owner");
    let text = again.err(&sign_line("k", Some(&file)));
    assert_eq!(text, "Invalid username-signature pair for quorum authorization");
}

#[test]
fn one_users_two_sessions_do_not_share_tokens() {
    let served = with_quorum_key();
    let client = &served.client;
    let (mut one, mut two) = (client.talk_as("owner"), client.talk_as("owner"));
    let file = one.token(client, "key-usage", "attr.label=k");
    approve(&file, &[("owner", 0), ("u1", 1)]);
    assert_eq!(
        two.err(&sign_line("k", Some(&file))),
        "Invalid username-signature pair for quorum authorization"
    );
    one.ok(&sign_line("k", Some(&file)));
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

#[test]
fn a_long_text_arrives_whole() {
    let served = Served::new();
    let file = served.home.folder.join("audit/hsm-standin0001.log");
    // Each order below adds nothing: what is there is printed, of whatever length.
    let before = served.client.order(&["audit", "--hsm", "hsm-standin0001"]);
    let entries = fs::read_to_string(&file).unwrap();
    fs::write(&file, entries.repeat(12_000)).unwrap();
    let long = served.client.order(&["audit", "--hsm", "hsm-standin0001"]);
    assert!(long.len() > 4 << 20, "{}", long.len());
    assert_eq!(
        long.matches("Opcode").count(),
        before.matches("Opcode").count() * 12_000
    );
}

#[test]
fn single_commands_log_in_as_the_client_says() {
    let served = with_quorum_key();
    let output = served.client.single("u1", &["key", "list", "--filter", "attr.label=k"]);
    assert_eq!(output.status.code(), Some(0));
    let (_, data) = parse(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(data["total_key_count"], 1);
    let refused = served
        .client
        .single("u2", &["user", "delete", "--username", "u1", "--role", "crypto-user"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8(refused.stdout)
            .unwrap()
            .contains("Only an admin may do this")
    );
}

#[test]
fn orders_go_to_the_servers_folder() {
    let served = Served::new();
    served.client.order(&["switch", "ec-point=der"]);
    served.client.order(&["nodes", "--set", "2"]);
    assert!(served.client.order(&["switch"]).contains("ec-point=der "));
    assert!(served.home.order(&["switch"]).contains("ec-point=der "));
    let told = |output: Output| (output.status.code(), String::from_utf8(output.stderr).unwrap());
    let wrong = told(
        served
            .client
            .command()
            .args(["standin", "switch", "colour=red"])
            .output()
            .unwrap(),
    );
    assert_eq!(wrong.0, Some(2));
    assert!(wrong.1.contains("error: no switch colour"), "{}", wrong.1);
    let init = told(served.client.command().args(["standin", "init"]).output().unwrap());
    assert_eq!(init.0, Some(2));
    assert!(init.1.contains("a cluster is made where its folder is"), "{}", init.1);
    let serve = served
        .client
        .command()
        .args(["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(serve.status.code(), Some(2));
}

#[test]
fn a_fault_that_ends_the_process_ends_the_clients_alone() {
    let served = Served::new();
    let client = &served.client;
    client.activate(&["owner"]);
    for (deed, keys) in [("die-before", 0), ("die-after", 2)] {
        client.order(&["fault", "--command", "key generate-asymmetric-pair ec", "--do", deed]);
        let mut talk = client.talk_as("owner");
        assert_eq!(talk.say(&pair_line("k", "")), "");
        assert!(talk.died());
        assert_eq!(client.talk_as("owner").ok("key list")["total_key_count"], keys);
    }
}

#[test]
fn files_are_read_and_written_at_the_client() {
    let served = with_quorum_key();
    let there = served.client.path("");
    fs::write(there.join("data"), "abc").unwrap();
    // Relative paths are the client's: the server's own folder is another.
    let run = |words: &[&str]| {
        let mut command = served.client.command();
        command
            .current_dir(&there)
            .env("CLOUDHSM_ROLE", "crypto-user")
            .env("CLOUDHSM_PIN", format!("owner:{PASSWORD}"));
        parse(&String::from_utf8(command.args(words).output().unwrap().stdout).unwrap())
    };
    let generate = [
        "key",
        "generate-file",
        "--encoding",
        "pem",
        "--filter",
        "attr.label=public-k",
    ];
    assert_eq!(run(&[&generate[..], &["--path", "public.pem"]].concat()).0, 0);
    assert!(
        fs::read_to_string(there.join("public.pem"))
            .unwrap()
            .contains("BEGIN PUBLIC KEY")
    );
    let (code, text) = run(&[&generate[..], &["--path", "nowhere/public.pem"]].concat());
    assert_eq!(
        (code, text),
        (1, json!("nowhere/public.pem: No such file or directory (os error 2)"))
    );
    let sign = [
        "crypto",
        "sign",
        "ecdsa",
        "--key-filter",
        "attr.label=k",
        "--hash-function",
        "sha384",
    ];
    let (_, text) = run(&[&sign[..], &["--data-path", "data"]].concat());
    assert_eq!(text, "Quorum Failed");
    let (_, text) = run(&[&sign[..], &["--data-path=date"]].concat());
    assert_eq!(text, "date: No such file or directory (os error 2)");
}

#[test]
fn a_second_factor_is_asked_at_the_client_and_holds_nobody() {
    let served = Served::new();
    let client = &served.client;
    client.activate(&["owner", "u1"]);
    turn_on(client, &mut client.talk_as("owner"), "owner", 0);
    let (mut talk, file) = (client.talk(), client.path("login.json"));
    assert_eq!(talk.ask(&login_line("owner", &file), SIGNED), "");
    client.talk_as("u1").pair("k", "");
    sign_all(&file, 0);
    let signed = client.path("signed.json");
    fs::rename(&file, &signed).unwrap();
    assert_eq!(parse(&talk.say(&signed.display().to_string())).0, 0);
    talk.ok("key list");
}

#[test]
fn clients_at_once_lose_nothing() {
    let served = Served::new();
    served.client.activate(&["owner"]);
    std::thread::scope(|scope| {
        for client in 0..6 {
            let cluster = &served.client;
            scope.spawn(move || {
                let mut talk = cluster.talk_as("owner");
                (0..4).for_each(|key| drop(talk.pair(&format!("k-{client}-{key}"), "")));
            });
        }
    });
    let keys = served.client.talk_as("owner").ok("key list --max-items 100");
    let keys = keys["matched_keys"].as_array().unwrap();
    let references: std::collections::BTreeSet<_> = keys.iter().map(|key| key["key-reference"].to_string()).collect();
    assert_eq!((keys.len(), references.len()), (48, 48));
}

#[test]
fn a_server_with_a_token_signs_for_many_at_once() {
    let served = Served::of(crate::token::ready());
    served.client.talk_as("owner").pair("k", "");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let cluster = &served.client;
            scope.spawn(move || {
                let mut talk = cluster.talk_as("owner");
                (0..5).for_each(|_| drop(talk.ok(&sign_line("k", None))));
            });
        }
    });
}

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
