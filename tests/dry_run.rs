//! A dry run tells what the event then does: the same commands in the same order, and nothing is left behind.

use std::collections::BTreeMap;
use std::path::Path;

use record::journal::What;
use support::event::{Ended, Event};

#[test]
fn shows_the_commands_that_the_event_then_gives() {
    let event = Event::planned();
    let shown = commands(&dry(&event, &["--dry-run"]).good());
    let mut engine = event.run();
    engine.play_to_the_end();
    let _ = engine.end().good();
    let given: Vec<String> = event
        .journal()
        .into_iter()
        .filter_map(intent)
        .map(|command| blank(&command))
        .collect();
    assert!(given.len() > 80, "{given:#?}");
    assert_eq!(shown, given);
}

#[test]
fn leaves_nothing_behind_and_asks_for_no_secret() {
    let event = Event::planned();
    event.write("standard-error", "");
    let before = files(event.root());
    for flag in ["--dry-run", "--verbose"] {
        // Without the flag, the environment says it.
        let ended = dry(&event, &[flag]).good();
        assert!(
            ended
                .out
                .ends_with("Nothing was written, and the HSM was not touched.\n"),
            "{}",
            ended.out
        );
        assert!(!ended.out.contains("Password of"), "{}", ended.out);
        assert!(
            ended
                .out
                .contains("  login --username root_owner --role crypto-user [secret]\n"),
            "{}",
            ended.out
        );
    }
    assert_eq!(files(event.root()), before);
}

/// Each answer that changes what is done, for the event and for the cluster's initialisation.
#[test]
fn shows_the_commands_whatever_the_probe_said() {
    let event = Event::planned();
    for (question, answer, shows) in [
        ("password-prompt", "tty", "--password [secret]"),
        ("use-voids-other-tokens", "yes", "logout"),
        ("approval-role", "refused", "--approval approval.json"),
        ("mfa-off-word", "disable", "login "),
        ("mfa-password", "not-asked", "login "),
    ] {
        event.write("answers.toml", format!("[answers]\n{question} = \"{answer}\"\n"));
        let answers = ["--hsm-answers", "answers.toml", "--dry-run"];
        let shown = commands(&dry(&event, &answers).good());
        assert!(
            shown.len() > 80 && shown.iter().any(|line| line.contains(shows)),
            "{question}: {shown:#?}"
        );
        let initialised = event.initialise(&answers).end();
        assert_eq!(initialised.code, Some(0), "{question}: {}", initialised.err);
        assert!(
            initialised.out.contains("user change-mfa"),
            "{question}: {}",
            initialised.out
        );
    }
}

#[test]
fn splits_the_windows_as_the_probe_says() {
    let event = Event::planned();
    event.write("answers.toml", "[answers]\nuse-voids-other-tokens = \"yes\"\n");
    let shown = dry(&event, &["--dry-run", "--hsm-answers", "answers.toml"]).good().out;
    let windows = shown.matches(": a token for each signature:").count();
    assert_eq!(windows, 8, "{shown}");
    let checked = event.ceremony(&[
        "--now",
        Event::NOW,
        "plan",
        "check",
        "plan.toml",
        "--inputs",
        "inputs",
        "--hsm-answers",
        "answers.toml",
    ]);
    let said = checked.good().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("8 signatures under the quorum need 8 windows of ten minutes"),
        "{said}"
    );
}

#[test]
fn refuses_a_plan_whose_time_is_too_short_for_its_windows() {
    let event = Event::planned();
    event.write("answers.toml", "[answers]\nuse-voids-other-tokens = \"yes\"\n");
    event.replace(
        "plan.toml",
        "closes = \"2026-11-25T00:00:00Z\"",
        "closes = \"2026-11-22T01:00:00Z\"",
    );
    let now = "2026-11-22T00:00:00Z";
    let check = ["--now", now, "plan", "check", "plan.toml", "--inputs", "inputs"];
    let _ = event.ceremony(&check).good();
    let error = "plan.toml: 8 signatures need 8 windows of ten minutes: 80 minutes in all, and the event is open for 60 \
                 minutes";
    let ended = event.ceremony(&[&check[..], &["--hsm-answers", "answers.toml"]].concat());
    assert_eq!((ended.error(), ended.code), (error, Some(3)), "{}", ended.err);
}

/// It changes nothing and yet logs in: a wrong password counts.
#[test]
fn a_check_of_the_hsm_is_never_dry() {
    let event = Event::planned();
    for set in ["1", "yes"] {
        for more in [&["--plan", "inbound/plan.cbor"][..], &["--without-keys"]] {
            let terms = ["--roster", "inputs/roster.cbor", "--policy", "inputs/policy.toml"];
            let terms = if more.len() == 2 { &[][..] } else { &terms };
            let verb = [&["hsm", "check", "--hsm-cli", "/bin/true"][..], terms, more].concat();
            event.ceremony_with(&verb, ("DRY_RUN", set)).refuses(
                2,
                "the environment's DRY_RUN asks for a dry run, and a check has none",
                Some(
                    "unset DRY_RUN: a check changes nothing, but it asks the HSM and logs in, and a wrong password counts",
                ),
            );
        }
    }
}

/// A dry run; without `--dry-run` the environment asks for it.
fn dry(event: &Event, options: &[&str]) -> Ended {
    let places = [
        "--plan",
        "inbound/plan.cbor",
        "--inbound",
        "inbound",
        "--outbound",
        "out",
        "--disk",
        "disk",
    ];
    let verb = [&["--now", Event::NOW, "run"][..], &places, options].concat();
    match options.contains(&"--dry-run") {
        true => event.ceremony(&verb),
        false => event.ceremony_with(&verb, ("DRY_RUN", "yes")),
    }
}

/// The commands, long ones folded for 80 columns put together again, with what is made up blanked.
fn commands(ended: &Ended) -> Vec<String> {
    let (_, listed) = ended
        .out
        .split_once("Every command to the HSM, in order")
        .expect("the commands");
    let mut commands: Vec<String> = Vec::new();
    for line in listed.lines() {
        match (line.len() - line.trim_start().len(), commands.last_mut()) {
            (2, _) => commands.push(line.trim().to_owned()),
            (6, Some(command)) => *command += &format!(" {}", line.trim()),
            _ => {}
        }
    }
    commands.iter().map(|command| blank(command)).collect()
}

fn intent(entry: record::journal::Entry) -> Option<String> {
    match entry.what {
        What::Intent { command } => Some(command),
        _ => None,
    }
}

/// Without references, sizes and digests: a dry run has other keys and tokens.
fn blank(command: &str) -> String {
    let word = |word: &str| match word {
        _ if word.starts_with("key-reference=") => "key-reference=...".to_owned(),
        _ if word.contains("sha256:") => "sha256:...".to_owned(),
        _ if word.starts_with('[') && word[1..].bytes().all(|byte| byte.is_ascii_digit()) => "[n".to_owned(),
        _ => word.to_owned(),
    };
    command.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Every file below a folder, with its contents.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.display().to_string(), std::fs::read(&path).expect("a file"))),
        }
    }
    found
}
