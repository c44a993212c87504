//! Whoever may knock at the socket: accounts of nobody, members who come without end, and clients that are not ours. Each is
//! refused in words, and meanwhile the others are served and the engine goes on.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use record::facts;
use record::journal::What;
use support::process::copy_program;

use super::account::{Done, console, of, run};
use super::can_be_others;
use super::room::{Room, heard, uid};

#[test]
fn nobody_but_members_in_office_is_let_in_and_the_record_says_who_tried() {
    if !can_be_others("nobody_but_members_in_office_is_let_in_and_the_record_says_who_tried") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    // The engine's own account, one of nobody, and one that is named for somebody who is no member.
    room_refuses(&room, 0, "it is the engine's own account or root's, and no member's");
    room_refuses(&room, 62_000, "no account has this number");
    heard(&mut engine, "the account uid 62000 was refused");
    room_refuses(&room, uid(10), "no member of the roster has this name");
    heard(&mut engine, "the account member-10 was refused");
    // Whoever tries again is refused again, and told of once.
    room_refuses(&room, 62_000, "no account has this number");
    // An account that is not in the group cannot even knock.
    let mut other = Command::new(room.ceremony());
    other.args(["console", "--socket", room.socket(), "-c", "status"]);
    let other = other.current_dir(room.event.root());
    run(other.uid(uid(1)).gid(62_000), b"").refuses(3, "ermission denied");
    room.answer(&mut engine, "review", 1..=6);
    engine.type_line("");
    engine.play_to("attendance-begin");
    engine.kill();
    let refused = |what: &What| matches!(what, What::Console { member: None, .. });
    let told: Vec<_> = room
        .event
        .journal()
        .into_iter()
        .filter(|entry| refused(&entry.what))
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
}

#[track_caller]
fn room_refuses(room: &Room, uid: u32, words: &str) {
    console(room, uid, "status", b"").refuses(1, words);
}

#[test]
fn who_comes_all_the_time_is_let_in_and_so_are_the_others() {
    if !can_be_others("who_comes_all_the_time_is_let_in_and_so_are_the_others") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    for _ in 0..facts::CONSOLE_LOGINS + 3 {
        let _ = room.asks(7, "status").good();
    }
    heard(
        &mut engine,
        "member-7 came 100 times by a console. They are let in as before; from here on it is neither",
    );
    room.answer(&mut engine, "review", [1, 2, 3, 4, 5, 7]);
    engine.type_line("");
    engine.play_to("attendance-begin");
    engine.kill();
    let of = |member: &str| {
        let like = |what: &What| matches!(what, What::Console { member: Some(one), .. } if one == member);
        room.event.journal_count(like)
    };
    assert_eq!((of("member-7"), of("member-1")), (2 * facts::CONSOLE_LOGINS, 2));
}

#[test]
fn what_cannot_be_written_is_an_error_and_says_so() {
    if !can_be_others("what_cannot_be_written_is_an_error_and_says_so") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    let into = |command: &[&str], out: Stdio| {
        let mut program = Command::new(room.ceremony());
        program.args(["console", "--socket", room.socket()]).args(command);
        let program = of(program.current_dir(room.event.root()), uid(1));
        let done = program.stdin(Stdio::null()).stdout(out).output().expect("it ends");
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    for command in [&["-c", "get plan.cbor"][..], &["-c", "status"], &[]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("it is there");
        let (code, said) = into(command, full.into());
        assert_eq!(code, Some(4), "{command:?}: {said}");
        assert_eq!(
            said,
            "ceremony: error: cannot write to standard output: No space left on device (os error 28)\nceremony: hint: \
             what came is not whole: take away what was written, see that there is room, and ask again\n"
        );
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let (code, said) = into(command, writer.into());
        assert_eq!(code, Some(4), "{command:?}: {said}");
        assert!(said.contains("cannot write to standard output: Broken pipe"), "{said}");
    }
    engine.kill();
}

#[test]
fn a_members_shell_takes_its_own_commands_and_no_path_leads_out_of_it() {
    if !can_be_others("a_members_shell_takes_its_own_commands_and_no_path_leads_out_of_it") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    for other in [
        "sh",
        "sh -c id",
        "scp -t .",
        "rsync --server . x",
        "get ../bastion/journal",
        "status; id",
        "-h",
    ] {
        room.asks(1, other).refuses(2, "is no command of this console");
    }
    for hidden in [
        "journal",
        "people.toml",
        "plan.toml",
        "review-member-1.cbor",
        "opening.cbor.part",
    ] {
        room.asks(1, &format!("get {hidden}")).refuses(1, "there is no file");
    }
    // What is one member's own is shown to no other; a link is no file.
    room.event.write("outbound/key-request-1-member-2.cbor", b"x");
    std::os::unix::fs::symlink("../bastion/journal", room.event.path("outbound/journal.cbor")).expect("a link");
    let handed_over = |n: usize| format!("hand-over-{n}-root-owner-member-2.cbor");
    room.event.write(&format!("outbound/{}", handed_over(2)), b"sealed");
    let listed = |member| room.asks(member, "list").good();
    assert!(listed(2).contains(&handed_over(2)) && !listed(1).contains("hand-over"));
    assert_eq!(room.asks(2, &format!("get {}", handed_over(2))).good(), "sealed");
    room.asks(1, &format!("get {}", handed_over(2)))
        .refuses(1, "there is no file");
    assert!(listed(2).contains("key-request-1-member-2.cbor") && !listed(1).contains("member-2"));
    assert!(!listed(1).contains("journal"));
    room.asks(1, "get journal.cbor").refuses(1, "there is no file");
    room.asks(1, "get key-request-1-member-2.cbor")
        .refuses(1, "there is no file");
    engine.kill();
}

#[test]
fn clients_that_are_not_ours_hold_nobody_up() {
    if !can_be_others("clients_that_are_not_ours_hold_nobody_up") {
        return;
    }
    let room = Room::new();
    let mut engine = room.engine("run");
    engine.play_to("review");
    for manner in ["garbage", "announces", "leaves"] {
        assert_eq!(client(&room, 1, manner).code, Some(0), "{manner}");
    }
    // These stay, as long as the test does.
    let stay: Vec<_> = ["half", "silent", "deaf", "flood"]
        .into_iter()
        .zip(3..)
        .map(|(manner, member)| spawn(&room, member, manner))
        .collect();
    let status = room.asks(2, "status").good();
    assert!(status.contains("You are member-2."), "{status}");
    // Whoever has four consoles open has to close one.
    room.asks(6, "status")
        .refuses(1, "4 consoles of yours are open already");
    room.answer(&mut engine, "review", [1, 2, 7, 8, 9]);
    engine.type_line("");
    engine.play_to("attendance-begin");
    for mut child in stay {
        drop(child.stdin.take());
        let _ = child.wait().expect("it ends");
    }
    engine.kill();
}

#[test]
fn a_socket_that_others_could_take_over_begins_nothing() {
    if !can_be_others("a_socket_that_others_could_take_over_begins_nothing") {
        return;
    }
    let room = Room::new();
    let folder = room.event.path("consoles");
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o770)).expect("its mode");
    let ended = room.engine("run").end();
    let folder = folder.canonicalize().expect("it is there");
    let hint = "name a socket in a folder that belongs to whoever runs `ceremony`, and that nobody else can write to";
    ended.refuses(
        1,
        &format!("others can change {}: mode 770, owner 0", folder.display()),
        Some(hint),
    );
    assert!(!room.event.has("bastion/journal"));
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o750)).expect("its mode");
    room.event.write("people.toml", "61001 = \"member-1");
    assert_eq!(room.engine("run").end().code, Some(2));
    assert!(!room.event.has("bastion/journal") && !room.event.has("consoles/s"));
}

/// A client of this test's own, in a process of a member's account.
#[test]
#[ignore = "process: of clients_that_are_not_ours_hold_nobody_up"]
fn hostile_client() {
    let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (manner, socket) = (given("SEVERAL_CLIENT"), given("SEVERAL_SOCKET"));
    let mut stream = UnixStream::connect(&socket).expect("it connects");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    let mut kept = Vec::new();
    match manner.as_str() {
        "garbage" => refused(&mut stream, &[0, 0, 0, 3, 0xff, 0xff, 0xff]),
        "announces" => refused(&mut stream, &[0xff; 64]),
        "leaves" => stream.write_all(&[0, 0]).expect("written"),
        "half" => stream.write_all(&[0, 0, 0, 9, 0x66]).expect("written"),
        // Asks for more than any buffer holds, and reads nothing of it.
        "deaf" => (0..2000).for_each(|_| drop(stream.write(b"\0\0\0\x05\x64plan"))),
        "flood" => kept.extend((0..200).filter_map(|_| UnixStream::connect(&socket).ok())),
        _ => {}
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "there").and_then(|()| out.flush()).expect("said");
    let mut until = Vec::new();
    std::io::stdin().lock().read_to_end(&mut until).expect("the end");
}

/// Says this, and demands to be refused and left.
fn refused(stream: &mut UnixStream, said: &[u8]) {
    stream.write_all(said).expect("written");
    let mut answer = Vec::new();
    // Whoever leaves what was said unread makes this an error after the answer.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.contains("what came is no question"), "{answer}");
}

fn client(room: &Room, member: usize, manner: &str) -> Done {
    run(&mut prepared(room, member, manner), b"")
}

fn spawn(room: &Room, member: usize, manner: &str) -> std::process::Child {
    let mut command = prepared(room, member, manner);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    wait_until_there(&mut child);
    child
}

/// Waits until it has done what it does; the harness of tests says something of its own first.
fn wait_until_there(child: &mut std::process::Child) {
    let out = child.stdout.as_mut().expect("piped");
    let (mut seen, mut octet) = (Vec::new(), [0]);
    while !seen.ends_with(b"there\n") {
        out.read_exact(&mut octet).expect("it comes to that");
        seen.push(octet[0]);
    }
}

fn prepared(room: &Room, member: usize, manner: &str) -> Command {
    // A copy that other accounts reach, as of the program.
    let this = room.event.path("bin/client");
    if !this.exists() {
        copy_program(&std::env::current_exe().expect("this test"), &this);
    }
    let mut command = Command::new(this);
    command.args(["--exact", "hostile::hostile_client", "--ignored", "--nocapture"]);
    command
        .env("SEVERAL_CLIENT", manner)
        .env("SEVERAL_SOCKET", room.socket());
    command.current_dir(room.event.root());
    of(&mut command, uid(member));
    command
}
