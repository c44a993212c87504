//! The console's log, as `journalctl -o export` writes it: the machine's start and stop, and each member's login by sshd.

use record::journal::{Entry, What};
use record::messages::{Attendance, Phase};
use record::{Body as _, Bundle, Digest, Time};

/// The log of one event, by its journal: a member comes with the word to be present, and leaves with the word at the end or
/// with the machine's stop.
pub fn export(event: &str, entries: &[Entry]) -> String {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return String::new();
    };
    let mut log = Log {
        boot: Digest::of(event.as_bytes()).hex()[..32].to_owned(),
        text: String::new(),
        lines: 0,
    };
    log.line(first.at, ("kernel", None), "Linux version 6.12.58 (nixbld@localhost)");
    let mut here: Vec<String> = Vec::new();
    for entry in entries {
        match word(entry) {
            Some((member, Phase::Begin)) if !here.contains(&member) => {
                log.comes(entry.at, &member);
                here.push(member);
            }
            Some((member, Phase::End)) if here.contains(&member) => {
                log.leaves(entry.at, &member);
                here.retain(|one| *one != member);
            }
            _ => {}
        }
    }
    here.iter().for_each(|member| log.leaves(last.at, member));
    log.line(last.at, ("systemd-logind", Some(1)), "Powering off...");
    log.line(last.at, ("kernel", None), "reboot: Power down");
    log.text
}

/// A member's word to be present, and at which end of the event.
fn word(entry: &Entry) -> Option<(String, Phase)> {
    let What::Received { kind, signed } = &entry.what else {
        return None;
    };
    let word = (kind == Attendance::TYPE).then(|| Bundle::<Attendance>::decode(&signed.bundle).ok())??;
    Some((signed.member.clone(), word.body.phase))
}

struct Log {
    boot: String,
    text: String,
    lines: u64,
}

impl Log {
    fn comes(&mut self, at: Time, member: &str) {
        let (pid, host) = place(member);
        let accepted =
            format!("Accepted publickey for {member} from {host} port 50022 ssh2: ED25519-SK SHA256:rehearsed");
        self.line(at, ("sshd-session", Some(pid)), &accepted);
        let opened = format!("pam_unix(sshd:session): session opened for user {member}(uid={pid}) by {member}(uid=0)");
        self.line(at, ("sshd-session", Some(pid)), &opened);
    }

    fn leaves(&mut self, at: Time, member: &str) {
        let (pid, host) = place(member);
        let gone = format!("Disconnected from user {member} {host} port 50022");
        self.line(at, ("sshd-session", Some(pid)), &gone);
        let closed = format!("pam_unix(sshd:session): session closed for user {member}");
        self.line(at, ("sshd-session", Some(pid)), &closed);
    }

    /// systemd.io/JOURNAL_EXPORT_FORMATS: a field a line, and an empty line after each entry.
    fn line(&mut self, at: Time, (program, pid): (&str, Option<u32>), message: &str) {
        self.lines += 1;
        let (transport, pid) = match pid {
            None => ("kernel", String::new()),
            Some(pid) => ("syslog", format!("_PID={pid}\n")),
        };
        self.text += &format!(
            "__CURSOR=s=rehearsal;i={:x};b={}\n__REALTIME_TIMESTAMP={}000000\n_BOOT_ID={}\n_TRANSPORT={transport}\n\
             SYSLOG_IDENTIFIER={program}\n{pid}MESSAGE={message}\n\n",
            self.lines, self.boot, at.0, self.boot
        );
    }
}

/// The process of a member's session, and an address of RFC 5737, for documentation.
fn place(member: &str) -> (u32, String) {
    let number: u32 = member.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    (1_000 + number, format!("192.0.2.{}", number % 250))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_to_which_nobody_came_was_started_and_stopped() {
        let entry = |number, at| Entry {
            number,
            previous: Digest::of(b""),
            at: Time(at),
            what: What::Clock,
        };
        let log = export("e-1", &[entry(0, 100), entry(1, 200)]);
        let of = |name: &str| -> Vec<String> {
            let values = log.lines().filter_map(|line| line.strip_prefix(name));
            values.map(str::to_owned).collect()
        };
        assert_eq!(of("__REALTIME_TIMESTAMP="), ["100000000", "200000000", "200000000"]);
        assert!(of("MESSAGE=")[0].starts_with("Linux version ") && of("MESSAGE=")[1].starts_with("Powering off"));
        assert!(log.ends_with("\n\n") && of("_BOOT_ID=").iter().all(|boot| boot.len() == 32));
        assert_eq!(export("e-1", &[]), "");
    }
}
