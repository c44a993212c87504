//! Commands that check the outcome with other people's tools, ready to paste.

use std::fs;

use record::screen::Shown;

use crate::clock::Clock;
use crate::rehearsal::Rehearsal;
use crate::stages::newest_root;

/// Those for the event that was held last.
pub fn of(rehearsal: &Rehearsal) -> Vec<Shown> {
    let openssl = match rehearsal.event.is_founding() {
        true => (
            "The delegates' certificates, with OpenSSL",
            vec![founding_certificates(rehearsal)],
        ),
        false => ("The event's revocation lists, with OpenSSL", lists(rehearsal)),
    };
    let signature = vec![signature(rehearsal)];
    [
        openssl,
        ("A member's signature on the record, with OpenSSH", signature),
        ("The whole store, from the root alone", vec![store(rehearsal)]),
    ]
    .into_iter()
    .filter(|(_, lines)| !lines.is_empty())
    .map(|(title, lines)| Shown::Commands {
        title: title.into(),
        lines,
    })
    .collect()
}

fn founding_certificates(rehearsal: &Rehearsal) -> String {
    let path = |name: &str| in_store(rehearsal, name);
    let delegates = ["release", "crates-io", "bors", "transparency", "console"];
    let delegates = delegates.map(|name| path(&format!("certs/{name}-1.pem"))).join(" ");
    let (attime, _) = moved_clock(rehearsal.clock);
    format!(
        "openssl verify -x509_strict -crl_check{attime} -CAfile {} -CRLfile {} {delegates}",
        path("certs/root-1.pem"),
        path("crl/root-1.crl")
    )
}

/// One for each issuer whose list the event made.
fn lists(rehearsal: &Rehearsal) -> Vec<String> {
    let made = fs::read_dir(rehearsal.here.bastion().join("outputs/crl"));
    let entries = made.into_iter().flatten().flatten();
    let mut issuers: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    issuers.sort();
    let line = |issuer: &String| {
        format!(
            "openssl crl -inform DER -noout -text -CAfile {} -in {}",
            in_store(rehearsal, &format!("certs/{issuer}.pem")),
            in_store(rehearsal, &format!("crl/{issuer}.crl"))
        )
    };
    issuers.iter().map(line).collect()
}

fn signature(rehearsal: &Rehearsal) -> String {
    let event = |name: &str| in_store(rehearsal, &format!("events/{}/{name}", rehearsal.event.name));
    let present = rehearsal.present().unwrap_or_default();
    let member = present.first().map_or("member-1", String::as_str);
    let (_, verify_time) = moved_clock(rehearsal.clock);
    format!(
        "ssh-keygen -Y verify{verify_time} -f {} -I {member} -n {} -s {} < {}",
        event("allowed_signers"),
        record::sshsig::namespace::RECORD,
        event(&format!("countersignatures/{member}.sig")),
        event("record.cbor")
    )
}

fn store(rehearsal: &Rehearsal) -> String {
    // On a clock that was not moved the event may still be to come.
    let clock = rehearsal.clock.words().into_iter();
    format!(
        "{} store {} --root {} --rehearsal{}",
        quoted(&rehearsal.binaries.verify.display().to_string()),
        quoted(&rehearsal.places.store().display().to_string()),
        quoted(
            &newest_root(&rehearsal.places.store())
                .unwrap_or_default()
                .display()
                .to_string()
        ),
        clock.map(|word| format!(" {word}")).collect::<String>()
    )
}

fn in_store(rehearsal: &Rehearsal, name: &str) -> String {
    quoted(&format!("{}/store/{name}", rehearsal.places.out.display()))
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
