//! The end: what is worth opening, and commands that check it with other people's tools.

use std::time::Duration;

use record::screen::Shown;

use crate::stages::Rehearsal;

/// Shows the times, the files and the commands.
pub fn show(rehearsal: &Rehearsal, times: &[(&str, Duration)]) {
    rehearsal.screen.show(&Shown::Heading {
        title: "What there is now".into(),
    });
    let out = rehearsal.places.out.display();
    for (path, what) in FILES {
        rehearsal.screen.say(format!("{out}/{path}: {what}"));
    }
    commands(rehearsal)
        .iter()
        .for_each(|command| rehearsal.screen.show(command));
    let times: Vec<String> = times
        .iter()
        .map(|(stage, time)| format!("{stage} {:.3} s", time.as_secs_f64()))
        .collect();
    rehearsal.screen.show(&Shown::Heading {
        title: "How long it took".into(),
    });
    rehearsal.screen.say(format!("{}.", times.join(", ")));
}

fn commands(rehearsal: &Rehearsal) -> Vec<Shown> {
    let path = |name: &str| quoted(&format!("{}/store/{name}", rehearsal.places.out.display()));
    let event = |name: &str| path(&format!("events/{}/{name}", crate::stages::EVENT_NAME));
    let member = rehearsal.memory.present.first().map_or("member-1", String::as_str);
    let delegates = ["release", "crates-io", "bors", "transparency", "console"];
    let delegates = delegates.map(|name| path(&format!("certs/{name}-1.pem"))).join(" ");
    let root = path("certs/root-1.pem");
    let openssl = format!(
        "openssl verify -x509_strict -crl_check -CAfile {root} -CRLfile {} {delegates}",
        path("crl/root-1.crl")
    );
    let ssh = format!(
        "ssh-keygen -Y verify -f {} -I {member} -n {} -s {} < {}",
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

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match !path.is_empty() && path.chars().all(plain) {
        true => path.to_owned(),
        false => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

/// What is worth opening first.
const FILES: [(&str, &str); 4] = [
    ("store/index.html", "the first page of what the public would see"),
    ("inbound/inputs/plan.toml", "the plan, as people write and read it"),
    (
        "outbound/record.cbor",
        "the written record that everybody present signed",
    ),
    ("bastion/journal", "what the console did, entry by entry"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_blanks_and_quotes_is_one_word_for_a_shell() {
        assert_eq!(quoted("a/b-1.pem"), "a/b-1.pem");
        assert_eq!(quoted("it's here"), r"'it'\''s here'");
    }
}
