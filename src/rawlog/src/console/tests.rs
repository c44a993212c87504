//! The console's log in each of its forms, and what hostile ones come to.

use proptest::prelude::*;
use record::access::ConsoleWhat;

use super::*;

const UNTIL: &str = "2026-11-24T00:00:00Z";

fn until() -> Time {
    Time::parse(UNTIL).expect("a time")
}

fn read(text: &[u8]) -> Result<Vec<Seen>, Unreadable> {
    let mut console = Console::new(until());
    let mut seen = Vec::new();
    for (_, line) in Lines::of(text) {
        seen.extend(console.line(line?)?);
    }
    seen.extend(console.end()?);
    Ok(seen)
}

/// The accesses in short: `10:00:07 member-1 Login`.
fn told(text: &[u8]) -> Vec<String> {
    let seen = read(text).expect("it is read");
    let told = |seen: &Seen| match seen {
        Seen::Access(one) => {
            let user = one.user.as_deref().unwrap_or("-");
            format!("{} {user} {:?}", &one.time.to_string()[11..19], one.what)
        }
        Seen::Gap(gap) => format!("{} gap {:?} {}", &gap.time.to_string()[11..19], gap.what, gap.count),
    };
    seen.iter().map(told).collect()
}

const AUTH_LOG: &str = "\
Nov 23 10:00:07 bastion sshd[811]: Accepted publickey for member-1 from 192.0.2.7 port 50022 ssh2: ED25519-SK SHA256:abc
Nov 23 10:00:07 bastion sshd[811]: pam_unix(sshd:session): session opened for user member-1(uid=1001) by (uid=0)
Nov 23 10:00:07 bastion systemd-logind[402]: New session 3 of user member-1.
Nov 23 10:00:07 bastion systemd: pam_unix(systemd-user:session): session opened for user member-1(uid=1001) by (uid=0)
Nov 23 10:05:00 bastion sudo: pam_unix(sudo:session): session opened for user root(uid=0) by member-1(uid=1001)
Nov 23 10:40:00 bastion sshd[813]: Disconnected from user member-1 192.0.2.7 port 50022
Nov 23 10:40:00 bastion sshd[811]: pam_unix(sshd:session): session closed for user member-1
Nov 23 10:40:00 bastion systemd-logind[402]: Session 3 logged out. Waiting for processes to exit.
Nov 23 10:40:00 bastion systemd-logind[402]: Removed session 3.
";

#[test]
fn the_lines_of_one_login_are_one_access() {
    assert_eq!(
        told(AUTH_LOG.as_bytes()),
        ["10:00:07 member-1 Login", "10:40:00 member-1 Logout"]
    );
}

#[test]
fn two_logins_in_one_second_stay_two() {
    let text = "\
Nov 23 10:00:07 b sshd[811]: Accepted publickey for member-1 from 192.0.2.7 port 50022
Nov 23 10:00:07 b sshd[812]: Accepted publickey for member-1 from 192.0.2.7 port 50023
Nov 23 10:00:07 b sshd[811]: pam_unix(sshd:session): session opened for user member-1 by (uid=0)
Nov 23 10:00:07 b sshd[812]: pam_unix(sshd:session): session opened for user member-1 by (uid=0)
Nov 23 10:00:08 b systemd-logind[402]: New session '3' of user 'member-1' with class 'user' and type 'tty'.
Nov 23 10:00:08 b systemd-logind[402]: New session '4' of user 'member-1' with class 'user' and type 'tty'.
Nov 23 10:00:08 b systemd-logind[402]: New session 'c1' of user 'member-1' with class 'manager' and type 'unspecified'.
Nov 23 10:00:09 b systemd-logind[402]: New session 5 of user member-2.
Nov 23 10:00:30 b systemd-logind[402]: Removed session 5.
";
    assert_eq!(
        told(text.as_bytes()),
        [
            "10:00:07 member-1 Login",
            "10:00:07 member-1 Login",
            "10:00:09 member-2 Login",
            "10:00:30 member-2 Logout"
        ]
    );
}

#[test]
fn each_spelling_of_sshd_is_a_login() {
    for message in [
        "Accepted publickey for member-1 from 192.0.2.7 port 50022 ssh2: ED25519-SK SHA256:abc",
        "Accepted publickey for member-1 from 2001:db8::1 port 50022",
        "Accepted publickey for member-1 from UNKNOWN port 65535 ssh2",
        "Accepted keyboard-interactive/pam for member-1 from 192.0.2.7 port 1 ssh2",
        "Accepted publickey for member-1 from 192.0.2.7 port 1 ssh2: ED25519-CERT SHA256:a ID x (serial 1) CA ED25519 SHA256:b",
    ] {
        for tag in ["sshd[1]", "sshd-session[1]", "sshd", "/usr/sbin/sshd[1]"] {
            let line = format!("2026-11-23T10:00:07.25+00:00 bastion {tag}: {message}\n");
            assert_eq!(told(line.as_bytes()), ["10:00:07 member-1 Login"], "{line}");
        }
    }
}

#[test]
fn a_login_at_the_machine_itself_counts_whoever_speaks_first() {
    let text = "\
2026-11-23T11:00:00+0100 bastion systemd-logind[402]: New session 1 of user root.
2026-11-23T11:00:00+0100 bastion login[77]: pam_unix(login:session): session opened for user root(uid=0) by LOGIN(uid=0)
2026-11-23T11:00:00+0100 bastion login[77]: ROOT LOGIN  on '/dev/tty1'
2026-11-23T11:30:00+0100 bastion login[77]: pam_unix(login:session): session closed for user root
2026-11-23T11:30:00+0100 bastion systemd-logind[402]: Removed session 1.
";
    assert_eq!(told(text.as_bytes()), ["10:00:00 root Login", "10:30:00 root Logout"]);
}

#[test]
fn whoever_was_not_let_in_is_told_and_a_name_that_is_no_account_is_not_kept() {
    let text = "\
2026-11-23T10:00:00Z b sshd[1]: Invalid user hunter2 from 192.0.2.9 port 5
2026-11-23T10:00:01Z b sshd[1]: Failed password for invalid user hunter2 from 192.0.2.9 port 5 ssh2
2026-11-23T10:00:02Z b sshd[2]: Failed publickey for member-2 from 192.0.2.9 port 6 ssh2: RSA SHA256:x
2026-11-23T10:00:02Z b sshd[2]: Failed none for member-2 from 192.0.2.9 port 6 ssh2
2026-11-23T10:00:03Z b sshd[2]: Connection closed by authenticating user member-2 192.0.2.9 port 6 [preauth]
";
    assert_eq!(
        told(text.as_bytes()),
        ["10:00:00 - Failed", "10:00:01 - Failed", "10:00:02 member-2 Failed"]
    );
    let seen = format!("{:?}", read(text.as_bytes()));
    assert!(!seen.contains("hunter2") && !seen.contains("192.0.2"), "{seen}");
}

#[test]
fn ec2_instance_connect_hands_keys_and_sshd_says_who_came() {
    let text = "\
Nov 23 10:00:06 ip-10-0-0-5 ec2-instance-connect[71]: Querying EC2 Instance Connect keys for matching fingerprint: SHA256:abc
Nov 23 10:00:06 ip-10-0-0-5 ec2-instance-connect[72]: Providing ssh key from EC2 Instance Connect with fingerprint: SHA256:abc, request-id: 1, for IAM principal: arn:aws:sts::111122223333:assumed-role/infra/member-1
Nov 23 10:00:06 ip-10-0-0-5 sshd[70]: AuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys ec2-user SHA256:abc failed, status 22
Nov 23 10:00:07 ip-10-0-0-5 sshd[70]: Accepted publickey for ec2-user from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:abc
";
    assert_eq!(told(text.as_bytes()), ["10:00:07 ec2-user Login"]);
}

#[test]
fn starts_and_stops_are_accesses_and_a_stop_that_nobody_wrote_is_a_gap() {
    let text = "\
Nov 23 08:00:00 b kernel: [    0.000000] Linux version 6.12.1 (nixbld@localhost)
Nov 23 09:00:00 b systemd-logind[4]: Power key pressed short.
Nov 23 09:00:01 b systemd-logind[4]: Powering off...
Nov 23 09:00:02 b systemd[1]: Reached target System Shutdown.
Nov 23 09:00:03 b systemd[1]: Reached target System Power Off.
Nov 23 09:00:04 b systemd-shutdown[1]: Syncing filesystems and block devices.
Nov 23 10:00:00 b kernel: Linux version 6.12.1 (nixbld@localhost)
Nov 23 11:00:00 b kernel: Linux version 6.12.1 (nixbld@localhost)
Nov 23 11:00:09 b systemd-journald[9]: Suppressed 23 messages from sshd.service
";
    assert_eq!(
        told(text.as_bytes()),
        [
            "08:00:00 - PowerOn",
            "09:00:00 - PowerOff",
            "10:00:00 - PowerOn",
            "11:00:00 gap PowerOff 1",
            "11:00:00 - PowerOn",
            "11:00:09 gap Suppressed 23"
        ]
    );
}

/// Entries as `journalctl -o export` writes them; the fields are those of systemd's page on the format.
fn export(boot: &str, seconds: u64, ident: &str, message: &str) -> String {
    let micros = (Time::parse("2026-11-23T10:00:00Z").expect("a time").0 + seconds) * 1_000_000;
    format!(
        "__CURSOR=s=1;i={seconds}\n__REALTIME_TIMESTAMP={micros}\n__MONOTONIC_TIMESTAMP=5\n_BOOT_ID={boot}\n\
         SYSLOG_IDENTIFIER={ident}\n_PID=811\nMESSAGE={message}\n\n"
    )
}

#[test]
fn the_journals_export_is_read_with_its_boots() {
    let text = [
        export("aa", 0, "kernel", "Linux version 6.12.1"),
        export(
            "aa",
            7,
            "sshd",
            "Accepted publickey for member-1 from 192.0.2.7 port 5 ssh2: ED25519 SHA256:a",
        ),
        export(
            "aa",
            7,
            "sshd",
            "pam_unix(sshd:session): session opened for user member-1(uid=1) by (uid=0)",
        ),
        export("aa", 90, "systemd", "Reached target System Reboot."),
        export("bb", 120, "kernel", "Linux version 6.12.1"),
        export("cc", 180, "systemd-journald", "Journal started"),
    ];
    let expected = [
        "10:00:00 - PowerOn",
        "10:00:07 member-1 Login",
        "10:01:30 - PowerOff",
        "10:02:00 - PowerOn",
        "10:03:00 gap PowerOff 1",
        "10:03:00 - PowerOn",
    ];
    assert_eq!(told(text.concat().as_bytes()), expected);
    let json = |text: &String| {
        let fields = text
            .trim_end()
            .lines()
            .map(|line| line.split_once('=').expect("a field"));
        let object: serde_json::Map<String, serde_json::Value> =
            fields.map(|(name, value)| (name.into(), value.into())).collect();
        serde_json::to_string(&object).expect("JSON") + "\n"
    };
    let lines: String = text.iter().map(json).collect();
    assert_eq!(told(lines.as_bytes()), expected);
}

#[test]
fn a_value_with_line_ends_is_skipped_to_its_length() {
    let hidden = b"a\n\nMESSAGE=Accepted publickey for nobody from 1 port 2\nb";
    let mut text = export("aa", 0, "sudo", "COMMAND").into_bytes();
    text.truncate(text.len() - 1);
    text.extend_from_slice(b"_CMDLINE\n");
    text.extend_from_slice(&(hidden.len() as u64).to_le_bytes());
    text.extend_from_slice(hidden);
    text.extend_from_slice(b"\n\n");
    text.extend_from_slice(export("aa", 7, "sshd", "Accepted publickey for member-1 from 1 port 2").as_bytes());
    assert_eq!(told(&text), ["10:00:07 member-1 Login"]);
    text.truncate(text.len() - 300);
    assert!(read(&text).is_err(), "it ends within a field");
}

#[test]
fn refuses_a_line_that_looks_like_an_access_and_cannot_be_read() {
    for (line, said) in [
        (
            "Nov 23 10:00:07 b sshd[8]: Accepted publickey for member-1",
            "does not say whom",
        ),
        (
            "Nov 23 10:00:07 b sshd[8]: Accepted publickey for a b c from 1 port 2",
            "no name",
        ),
        (
            "Nov 23 10:00:07 b systemd-logind[8]: New session 3",
            "does not say whose",
        ),
        ("hello", "no export of the journal"),
        ("{\"MESSAGE\":\"x\"}", "no time"),
        ("{\"MESSAGE\":", "no JSON"),
    ] {
        let Unreadable(found) = read(line.as_bytes()).expect_err("refused");
        assert!(found.contains(said), "{line}: {found}");
    }
}

#[test]
fn a_line_without_a_year_has_the_last_that_is_not_beyond() {
    let line = b"Dec 31 10:00:00 b sshd[8]: Accepted publickey for member-1 from 1 port 2\n";
    let Some(Seen::Access(access)) = read(line).expect("read").pop() else {
        panic!("no access");
    };
    assert_eq!(access.time.to_string(), "2025-12-31T10:00:00Z");
    assert_eq!(access.what, ConsoleWhat::Login);
}

#[test]
fn what_a_client_writes_into_a_line_makes_no_access_of_another() {
    // A user name is the only text of a stranger's in these lines.
    let line =
        b"Nov 23 10:00:07 b sshd[8]: Invalid user x from 1.1.1.1 port 2: Accepted publickey for root from 1 port 2\n";
    assert_eq!(told(line), ["10:00:07 - Failed"]);
}

proptest! {
    #[test]
    fn no_log_brings_the_reader_down(text in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&text);
    }

    #[test]
    fn no_change_of_a_good_log_does(at in 0usize..600, octet in any::<u8>()) {
        for good in [AUTH_LOG.to_owned(), export("aa", 0, "sshd", "Accepted publickey for a from b port c")] {
            let mut bytes = good.into_bytes();
            let at = at % bytes.len();
            bytes[at] = octet;
            let _ = read(&bytes);
        }
    }
}
