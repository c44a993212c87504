//! Members come by SSH: a real `sshd` with the guide's own configuration, accounts whose shell is ours, and the compiled
//! place of the socket.
//!
//! Accounts are needed in `/etc/passwd`, the socket in `/run`, and `sshd` writes to `/var/log`. All three are there in a mount
//! namespace of the test's own: the test starts itself once more in it. Nothing of the machine is changed.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use record::screen::Shown;
use record::{Roster, facts};
use support::event::Engine;
use support::judges::skip;
use support::process::workspace;

use super::account::{Done, run};
use super::can_be_others;
use super::room::{GROUP, Room, heard, id, uid};

#[test]
fn members_come_by_ssh_and_their_shell_is_the_console() {
    if !can_be_others("members_come_by_ssh_and_their_shell_is_the_console") {
        return;
    }
    if !has_sshd("members_come_by_ssh_and_their_shell_is_the_console") {
        return;
    }
    in_a_namespace("sshd::inside_a_namespace", "members came by SSH");
}

/// Runs that test where mounts are its own, and demands that it comes to its last words.
pub fn in_a_namespace(test: &str, last: &str) {
    let mut inside = Command::new("unshare");
    inside.arg("--mount").arg(std::env::current_exe().expect("this test"));
    inside.args(["--exact", test, "--ignored", "--nocapture"]);
    let done = run(&mut inside, b"");
    let out = String::from_utf8_lossy(&done.out);
    assert_eq!(done.code, Some(0), "{out}\n{}", done.err);
    assert!(out.contains(last), "{out}");
}

/// Whether there is an `sshd` for it, and a mount namespace to run it in; where there is none, the test is skipped.
pub fn has_sshd(test: &str) -> bool {
    let there = |program: &str, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).output();
        done.is_ok_and(|done| done.status.success())
    };
    let lacks = match (Path::new(SSHD).exists(), there("ssh", &["-V"])) {
        (false, _) => "sshd is not installed (openssh-server)",
        (_, false) => "ssh is not installed (openssh-client)",
        _ if !there("unshare", &["--mount", "true"]) => "no mount namespace can be had here",
        _ => return true,
    };
    skip(test, lacks);
    false
}

/// The same, where accounts and `/run` are the test's own.
#[test]
#[ignore = "process: of members_come_by_ssh_and_their_shell_is_the_console"]
fn inside_a_namespace() {
    let room = Room::new();
    let bastion = Bastion::new(&room);
    let mut engine = room
        .event
        .engine_with("run", &["--socket", "/run/ceremony/console.sock"]);
    engine.play_to("review");
    commands(&bastion, &room, &mut engine);
    menu(&bastion, &mut engine);
    no_way_through(&bastion);
    others_keys(&bastion, &room);
    for member in 2..=5 {
        gives(&bastion, &room, member, &mut engine);
    }
    engine.type_line("");
    engine.play_until(|shown| matches!(shown, Shown::Said { text } if text.contains("the consoles close")));
    engine.type_line("");
    engine.play_to_the_end();
    let _ = engine.end().good();
    let fact = room.event.record().facts[facts::CONSOLES].clone();
    assert!(
        fact.starts_with("member-1 from ") && fact.contains(" logins; member-2 from "),
        "{fact}"
    );
    println!("members came by SSH");
}

fn commands(bastion: &Bastion, room: &Room, engine: &mut Engine<'_>) {
    let status = bastion.ssh(1, &["status"], b"");
    assert!(status.good().contains("You are member-1."));
    heard(engine, "member-1 came by a console");
    heard(engine, "member-1 left a console");
    let plan = bastion.ssh(1, &["get", "plan.cbor"], b"");
    let _ = plan.good();
    assert_eq!(plan.out, room.event.read("inbound/plan.cbor"), "octet for octet");
    gives(bastion, room, 1, engine);
}

fn gives(bastion: &Bastion, room: &Room, member: usize, engine: &mut Engine<'_>) {
    let name = format!("review-member-{member}.cbor");
    let file = |end: &str| room.event.read(&format!("away/{name}{end}"));
    let done = bastion.ssh(member, &["give", &name], &[file(""), file(".sig")].concat());
    assert!(done.good().contains("lies in the inbound folder"));
    heard(engine, &format!("member-{member} gave {name}."));
}

fn menu(bastion: &Bastion, engine: &mut Engine<'_>) {
    let done = bastion.ssh_with(&["-tt"], 6, &[], b"6\n7\n");
    let shown = done.good();
    assert!(
        shown.contains("You are member-6.") && shown.contains("review plan.cbor --store STORE --root ROOT"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'), "no escape: {shown:?}");
    heard(engine, "member-6 left a console");
}

fn no_way_through(bastion: &Bastion) {
    for command in [
        &["sh"][..],
        &["sh", "-c", "id"],
        &["status;", "id"],
        &["cat", "/etc/passwd"],
        &["$(id)"],
    ] {
        bastion.ssh(1, command, b"").refuses(2, "is no command of this console");
    }
    let copied = |program: &str, more: &[&str]| {
        let mut command = Command::new(program);
        command.args(bastion.options("-P")).args(more);
        command.args(["member-1@127.0.0.1:plan.cbor", "/dev/null"]);
        run(&mut command, b"")
    };
    copied("scp", &["-O"]).refuses(1, "is no command of this console");
    copied("scp", &[]).refuses(255, "subsystem request failed");
    // To the very port of this `sshd`, which is there.
    let port = format!("127.0.0.1:{}", bastion.port);
    bastion
        .ssh_with(&["-W", &port], 1, &[], b"")
        .refuses(255, "administratively prohibited");
}

fn others_keys(bastion: &Bastion, room: &Room) {
    let key = room.event.path("open-keys/member-2").display().to_string();
    let mut command = Command::new("ssh");
    command
        .args(bastion.options("-p"))
        .args(["-i", &key, "member-1@127.0.0.1", "status"]);
    run(&mut command, b"").refuses(255, "Permission denied (publickey)");
    // In production only keys that are touched: the guide's line, as it stands, takes no other.
    let mut strict = Sshd::start(bastion.folder(), &bastion.config(), "strict");
    let mut command = Command::new("ssh");
    command
        .args(bastion.options_at("-p", strict.port))
        .args(["-i", &bastion.key(1), "member-1@127.0.0.1", "status"]);
    run(&mut command, b"").refuses(255, "Permission denied (publickey)");
    strict.end();
}

/// Accounts, keys and `sshd`, in this namespace.
pub struct Bastion {
    keys: String,
    port: u16,
    sshd: Sshd,
}

impl Bastion {
    /// With keys in files, which are never touched.
    fn new(room: &Room) -> Self {
        let rehearsed = guide().replace("sk-ssh-ed25519@openssh.com", "ssh-ed25519");
        Self::with(room, true, &placed(&rehearsed))
    }

    /// With the guide's configuration, nothing but its places changed.
    pub fn in_production(room: &Room) -> Self {
        Self::with(room, false, &placed(&guide()))
    }

    fn with(room: &Room, rehearsal: bool, config: &str) -> Self {
        let event = &room.event;
        event.write("passwd", accounts());
        mount(&["--bind", &event.path("passwd").display().to_string(), "/etc/passwd"]);
        mount(&["-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"]);
        // `sshd` writes down logins at terminals there.
        mount(&["-t", "tmpfs", "-o", "mode=755", "tmpfs", "/var/log"]);
        for folder in ["/run/sshd", "/run/bastion", "/run/bastion/keys", "/run/ceremony"] {
            fs::create_dir(folder).expect("a folder");
        }
        fs::set_permissions("/run/ceremony", Permissions::from_mode(0o750)).expect("its mode");
        chown("/run/ceremony", None, Some(GROUP)).expect("its group");
        symlink(room.ceremony(), SHELL).expect("the shell's link");
        let roster = Roster::open(&event.read("inputs/roster.cbor"), rehearsal).expect("the roster");
        for member in &roster.members {
            let line = format!("restrict,pty {}\n", member.ssh_key);
            fs::write(format!("/run/bastion/keys/{}", member.id), line).expect("a key");
            let private = event.path(&format!("open-keys/{}", member.id));
            fs::set_permissions(private, Permissions::from_mode(0o600)).expect("its mode");
        }
        let keys = event.path("open-keys").display().to_string();
        let sshd = Sshd::start(Path::new("/run/bastion"), config, "sshd");
        let port = sshd.port;
        Self { keys, port, sshd }
    }

    fn folder(&self) -> &'static Path {
        Path::new("/run/bastion")
    }

    /// The guide's, with nothing but its places changed.
    fn config(&self) -> String {
        placed(&guide())
    }

    fn key(&self, member: usize) -> String {
        format!("{}/{}", self.keys, id(member))
    }

    fn options(&self, port: &str) -> Vec<String> {
        self.options_at(port, self.port)
    }

    fn options_at(&self, flag: &str, port: u16) -> Vec<String> {
        let mut options = vec![flag.to_owned(), port.to_string(), "-F".into(), "/dev/null".into()];
        for option in [
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "StrictHostKeyChecking=accept-new",
            "UserKnownHostsFile=/run/bastion/known_hosts",
        ] {
            options.extend(["-o".to_owned(), option.to_owned()]);
        }
        if flag == "-P" {
            options.extend(["-i".to_owned(), self.key(1)]);
        }
        options
    }

    fn ssh(&self, member: usize, command: &[&str], input: &[u8]) -> Done {
        self.ssh_with(&[], member, command, input)
    }

    /// The same with more options before those that it has.
    pub fn ssh_with(&self, more: &[&str], member: usize, command: &[&str], input: &[u8]) -> Done {
        assert!(self.sshd.child.id() > 0);
        let mut ssh = Command::new("ssh");
        ssh.args(more).args(self.options("-p")).args(["-i", &self.key(member)]);
        ssh.arg(format!("member-{member}@127.0.0.1")).args(command);
        run(&mut ssh, input)
    }
}

/// One `sshd` at a port of its own.
struct Sshd {
    child: Child,
    port: u16,
}

impl Sshd {
    fn start(folder: &Path, config: &str, name: &str) -> Self {
        let (host, file) = (folder.join(format!("{name}-host")), folder.join(format!("{name}.conf")));
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&host);
        let _ = run(&mut keygen, b"").good();
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|socket| socket.local_addr())
            .expect("a port")
            .port();
        let placed = format!(
            "Port {port}\nListenAddress 127.0.0.1\nPidFile none\nHostKey {}\n",
            host.display()
        );
        fs::write(&file, placed + config).expect("written");
        let log = fs::File::create(folder.join(format!("{name}.log"))).expect("a log");
        let mut sshd = Command::new(SSHD);
        sshd.args(["-D", "-e", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let mut sshd = Self {
            child: sshd.spawn().expect("sshd starts"),
            port,
        };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let over = sshd.child.try_wait().expect("it is ours");
            let log = fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default();
            assert!(
                over.is_none() && begun.elapsed() < Duration::from_secs(60),
                "no sshd: {log}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        sshd
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.end();
    }
}

/// This machine's accounts and the members'.
fn accounts() -> String {
    let mut accounts = fs::read_to_string("/etc/passwd").expect("accounts");
    for member in 1..=9 {
        accounts += &format!("{}:*:{}:{GROUP}::/:{SHELL}\n", id(member), uid(member));
    }
    accounts
}

/// The configuration in the guide, word for word.
fn guide() -> String {
    let guide = fs::read_to_string(workspace().join("docs/guides/infra.md")).expect("the guide");
    let (_, block) = guide.split_once("```sshd_config\n").expect("it has a configuration");
    block.split_once("```").expect("it ends").0.to_owned()
}

fn placed(config: &str) -> String {
    assert!(config.contains("AuthorizedKeysFile /etc/ceremony/keys/%u"));
    config.replace("/etc/ceremony/keys", "/run/bastion/keys")
}

fn mount(arguments: &[&str]) {
    let _ = run(Command::new("mount").args(arguments), b"").good();
}

/// By its whole path: it starts itself again.
const SSHD: &str = "/usr/sbin/sshd";
/// The shell's link.
const SHELL: &str = "/run/bastion/ceremony-console";
