//! What a program says in one message: sshd (OpenSSH 7 to 10), PAM, login, systemd-logind, systemd, the kernel, journald,
//! EC2 Instance Connect. What each one writes is in its source; both punctuations of each that changed are taken.

use record::access::is_word;

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// What a message says of an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is about no access.
    Nothing,
    /// Somebody was let in, and who says so.
    Login { user: String, by: By },
    /// Somebody left.
    Logout { user: String, pam: bool },
    /// A session of systemd-logind's ended; whose, its beginning said.
    SessionRemoved { session: String },
    /// Somebody was not let in; without a name, it was none of an account.
    Failed { user: Option<String> },
    /// The machine started.
    PowerOn,
    /// The machine stops, or its power key was pressed.
    PowerOff,
    /// Lines were left out.
    Suppressed { count: u64 },
}

/// Who says that somebody was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// sshd, before the session.
    Sshd,
    /// PAM, in the process of the service.
    Pam,
    /// systemd-logind, of its session.
    Logind { session: String },
}

/// Reads a message.
///
/// # Errors
/// It begins like one of an access, and goes on otherwise.
pub(super) fn read(ident: &str, message: &str) -> Result<Said, Unreadable> {
    match ident {
        "sshd" | "sshd-session" | "sshd-auth" => sshd(message),
        "systemd-logind" => logind(message),
        "systemd" | "systemd-shutdown" | "init" | "shutdown" => systemd(ident, message),
        "kernel" => Ok(kernel(message)),
        "systemd-journald" | "systemd-journal" | "rsyslogd" | "imjournal" => Ok(suppressed(message)),
        // A key was asked for, or handed to sshd: whether somebody came by it, sshd says.
        "ec2-instance-connect" | "eic_run_authorized_keys" => Ok(Said::Nothing),
        _ => pam(message),
    }
}

fn sshd(message: &str) -> Result<Said, Unreadable> {
    if let Some(rest) = message.strip_prefix("Accepted ") {
        // "publickey for member-1 from 192.0.2.1 port 4711 ssh2: ED25519-SK SHA256:..."; the end is left out by some.
        let user =
            for_user(rest, " from ").ok_or(Unreadable("sshd let somebody in, and the line does not say whom"))?;
        return Ok(Said::Login {
            user: user.map_err(|_| LET_IN)?,
            by: By::Sshd,
        });
    }
    if let Some(rest) = message.strip_prefix("Failed ") {
        return failed(rest);
    }
    if message.starts_with("Invalid user ") || message.starts_with("Illegal user ") {
        return Ok(Said::Failed { user: None });
    }
    if let Some(rest) = message.strip_prefix("Disconnected from user ") {
        let user = rest.split(' ').next().unwrap_or_default();
        return Ok(Said::Logout {
            user: name(user)?,
            pam: false,
        });
    }
    pam(message)
}

/// "publickey for member-1 from ...", "none for invalid user x from ...": a name that is no account's is not kept, for people
/// type passwords there.
fn failed(rest: &str) -> Result<Said, Unreadable> {
    if rest.contains(" for invalid user ") || rest.contains(" for illegal user ") {
        return Ok(Said::Failed { user: None });
    }
    // Others of sshd's messages begin so too: "Failed to allocate internet-domain X11 display socket."
    match for_user(rest, " from ") {
        // Each client asks what it may try, and that is no attempt.
        Some(_) if rest.starts_with("none ") => Ok(Said::Nothing),
        Some(user) => Ok(Said::Failed { user: Some(user?) }),
        None => Ok(Said::Nothing),
    }
}

/// The name between "for" and what follows it; a name cannot have a space in it.
fn for_user(text: &str, after: &str) -> Option<Result<String, Unreadable>> {
    let (method, rest) = text.split_once(" for ")?;
    let known = method
        .bytes()
        .all(|octet| octet.is_ascii_alphanumeric() || b"-/@._".contains(&octet));
    let (user, _) = rest.split_once(after)?;
    known.then(|| name(user))
}

fn name(user: &str) -> Result<String, Unreadable> {
    match is_word(user) {
        true => Ok(user.to_owned()),
        false => Err(Unreadable("what stands for an account is no name of one")),
    }
}

/// Worse than a line that nobody can read.
const LET_IN: Unreadable = Unreadable("somebody was let in, and what stands for the account is no name of one");

/// "pam_unix(sshd:session): session opened for user member-1(uid=1001) by (uid=0)", and before Linux-PAM 1.4 without the
/// number behind the name.
fn pam(message: &str) -> Result<Said, Unreadable> {
    let Some((service, said)) = pam_session(message) else {
        return Ok(Said::Nothing);
    };
    // Within a session that somebody has, or of a job that nobody came for.
    if WITHIN.contains(&service) {
        return Ok(Said::Nothing);
    }
    let opened = said.strip_prefix("session opened for user ");
    let closed = said.strip_prefix("session closed for user ");
    match (opened, closed) {
        (Some(rest), _) => {
            let user = rest.split([' ', '(']).next().unwrap_or_default();
            Ok(Said::Login {
                user: name(user).map_err(|_| LET_IN)?,
                by: By::Pam,
            })
        }
        (_, Some(rest)) => {
            let user = rest.split([' ', '(']).next().unwrap_or_default();
            Ok(Said::Logout {
                user: name(user)?,
                pam: true,
            })
        }
        _ => Ok(Said::Nothing),
    }
}

/// The service, and what PAM says of its session.
fn pam_session(message: &str) -> Option<(&str, &str)> {
    let (module, said) = message.split_once("): ")?;
    let service = module.strip_prefix("pam_")?.split_once('(')?.1;
    Some((service.strip_suffix(":session")?, said))
}

const WITHIN: &[&str] = &[
    "sudo",
    "sudo-i",
    "su",
    "su-l",
    "runuser",
    "runuser-l",
    "cron",
    "crond",
    "atd",
    "systemd-user",
    "polkit-1",
    "run0",
    "systemd-run0",
];

/// "New session 3 of user member-1.", and since systemd 257 "New session '3' of user 'member-1' with class 'user' and type
/// 'tty'."; the same two of what is removed.
fn logind(message: &str) -> Result<Said, Unreadable> {
    if let Some(rest) = message.strip_prefix("New session ") {
        let cut = rest.split_once(" of user ");
        let (session, rest) = cut.ok_or(Unreadable("systemd-logind has a new session, and does not say whose"))?;
        // Managers and greeters are sessions of nobody.
        if rest.contains("with class 'manager") || rest.contains("with class 'greeter") || rest.contains("'background")
        {
            return Ok(Said::Nothing);
        }
        let user = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split('\'').next().unwrap_or_default(),
            None => rest.split(' ').next().unwrap_or_default().trim_end_matches('.'),
        };
        let session = name(session.trim_matches('\''))?;
        return Ok(Said::Login {
            user: name(user).map_err(|_| LET_IN)?,
            by: By::Logind { session },
        });
    }
    if let Some(rest) = message.strip_prefix("Removed session ") {
        let session = rest.trim_end_matches('.').trim_matches('\'');
        return Ok(Said::SessionRemoved {
            session: name(session)?,
        });
    }
    let down = [
        "Power key pressed",
        "Reboot key pressed",
        "Suspend key pressed",
        "Powering off",
        "Rebooting",
        "Halting",
    ];
    let down = down
        .into_iter()
        .chain(["System is powering down", "System is rebooting", "The system will "]);
    Ok(match down.into_iter().any(|words| message.starts_with(words)) {
        true => Said::PowerOff,
        false => Said::Nothing,
    })
}

fn systemd(ident: &str, message: &str) -> Result<Said, Unreadable> {
    if ident == "systemd-shutdown" || ident == "shutdown" {
        return Ok(Said::PowerOff);
    }
    // "Reached target System Power Off.", "Reached target Power-Off.", "Reached target poweroff.target - System Power Off."
    let target = message
        .strip_prefix("Reached target ")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let ends = [
        "power off",
        "power-off",
        "poweroff.target",
        "reboot",
        "halt",
        "shutdown",
        "kexec",
    ];
    let ends = ends.iter().any(|end| target.contains(end));
    match ends || message.starts_with("Shutting down.") {
        true => Ok(Said::PowerOff),
        false => pam(message),
    }
}

fn kernel(message: &str) -> Said {
    // A console writes the time since the start before it: "[    0.000000] Linux version 6.12.1 ..."
    let text = match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((stamp, text)) if stamp.trim().parse::<f64>().is_ok() => text,
        _ => message,
    };
    if text.starts_with("Linux version ") {
        return Said::PowerOn;
    }
    match [
        "reboot: Power down",
        "reboot: Restarting system",
        "reboot: System halted",
    ]
    .iter()
    .any(|one| text.starts_with(one))
    {
        true => Said::PowerOff,
        false => suppressed(text),
    }
}

/// journald: "Suppressed 23 messages from sshd.service", "Missed 5 kernel messages"; rsyslog: "begin to drop messages due to
/// rate-limiting", "12 messages lost due to rate-limiting".
fn suppressed(message: &str) -> Said {
    let count = |text: &str| text.split(' ').next()?.parse().ok();
    let counted = ["Suppressed ", "Missed "]
        .iter()
        .find_map(|words| message.strip_prefix(words));
    let counted = counted.and_then(count);
    let lost = message.find(" messages lost due to rate-limiting");
    let lost = lost.and_then(|end| message[..end].rsplit(' ').next()?.parse().ok());
    match counted.or(lost) {
        Some(count) if count > 0 => Said::Suppressed { count },
        _ => Said::Nothing,
    }
}
