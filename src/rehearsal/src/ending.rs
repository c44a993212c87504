//! The end: what is worth opening, and commands that check it with other people's tools.

use std::path::PathBuf;
use std::time::Duration;

use record::screen::Shown;

use crate::clock::Clock;
use crate::rehearsal::Rehearsal;
use crate::timing;

/// Shows the times, the files and the commands.
pub fn show(rehearsal: &Rehearsal, times: &[(String, Duration)]) {
    rehearsal.screen.show(&Shown::Heading {
        title: "What there is now".into(),
    });
    for (path, what) in files(rehearsal) {
        rehearsal.screen.say(format!("{}: {what}", path.display()));
    }
    commands(rehearsal)
        .iter()
        .for_each(|command| rehearsal.screen.show(command));
    if times.is_empty() {
        rehearsal.screen.say("All parts were done before.");
        return;
    }
    let times: Vec<String> = times
        .iter()
        .map(|(stage, time)| format!("{stage} {:.3} s", time.as_secs_f64()))
        .collect();
    rehearsal.screen.show(&Shown::Heading {
        title: "How long it took".into(),
    });
    rehearsal.screen.say(format!("{}.", times.join(", ")));
}

/// Shows how long each person took.
pub fn drill(rehearsal: &Rehearsal) {
    rehearsal.screen.show(&Shown::Heading {
        title: "How long each person took".into(),
    });
    timing::tables(&rehearsal.memory.taken)
        .iter()
        .for_each(|table| rehearsal.screen.show(table));
}

/// What is worth opening first.
fn files(rehearsal: &Rehearsal) -> [(PathBuf, &'static str); 3] {
    let store = rehearsal.places.store();
    let page = store.join("events").join(&rehearsal.event.name).join("index.html");
    [
        (store.join("index.html"), "the first page of what the public would see"),
        (page, "the event's own page"),
        (
            rehearsal.here.input("plan.toml"),
            "the plan, as people write and read it",
        ),
    ]
}

fn commands(rehearsal: &Rehearsal) -> Vec<Shown> {
    let path = |name: &str| quoted(&format!("{}/store/{name}", rehearsal.places.out.display()));
    let event = |name: &str| path(&format!("events/{}/{name}", rehearsal.event.name));
    let member = rehearsal.memory.present.first().map_or("member-1", String::as_str);
    let delegates = ["release", "crates-io", "bors", "transparency", "console"];
    let delegates = delegates.map(|name| path(&format!("certs/{name}-1.pem"))).join(" ");
    let root = path("certs/root-1.pem");
    let (attime, verify_time) = moved_clock(rehearsal.clock);
    let openssl = format!(
        "openssl verify -x509_strict -crl_check{attime} -CAfile {root} -CRLfile {} {delegates}",
        path("crl/root-1.crl")
    );
    let ssh = format!(
        "ssh-keygen -Y verify{verify_time} -f {} -I {member} -n {} -s {} < {}",
        event("allowed_signers"),
        record::sshsig::namespace::RECORD,
        event(&format!("countersignatures/{member}.sig")),
        event("record.cbor")
    );
    let verify = format!(
        "{} store {} --root {root} --rehearsal{}",
        quoted(&rehearsal.binaries.verify.display().to_string()),
        quoted(&rehearsal.places.store().display().to_string()),
        // On a clock that was not moved the event may still be to come.
        rehearsal
            .clock
            .words()
            .iter()
            .map(|word| format!(" {word}"))
            .collect::<String>()
    );
    [
        ("The delegates' certificates, with OpenSSL", openssl),
        ("A member's signature on the record, with OpenSSH", ssh),
        ("The whole store, from the root alone", verify),
    ]
    .map(|(title, line)| Shown::Commands {
        title: title.into(),
        lines: vec![line],
    })
    .to_vec()
}

/// What tells OpenSSL and OpenSSH the time, if the clock was moved.
fn moved_clock(clock: Clock) -> (String, String) {
    let Some(_) = clock.ahead else {
        return Default::default();
    };
    let now = clock.now();
    let digits: String = now.to_string().chars().filter(char::is_ascii_digit).collect();
    (format!(" -attime {}", now.0), format!(" -O verify-time={digits}Z"))
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match !path.is_empty() && path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_peoples_tools_are_told_the_time_of_a_moved_clock_only() {
        assert_eq!(moved_clock(Clock { ahead: None }), (String::new(), String::new()));
        let (openssl, ssh) = moved_clock(Clock::at(record::Time(1_000_000_000)));
        assert!(openssl.starts_with(" -attime 10000000"), "{openssl}");
        assert!(ssh.starts_with(" -O verify-time=200109090146"), "{ssh}");
        assert!(
            ssh.ends_with('Z') && ssh.len() == " -O verify-time=20010909014640Z".len(),
            "{ssh}"
        );
    }

    #[test]
    fn a_path_with_blanks_and_quotes_is_one_word_for_a_shell() {
        assert_eq!(quoted("a/b-1.pem"), "a/b-1.pem");
        assert_eq!(quoted("it's here"), r"'it'\''s here'");
    }
}
