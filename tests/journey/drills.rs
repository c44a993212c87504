//! Single events after the founding event: a drill, with a power cut in it, and scripts that there are not.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use record::screen::{Row, Shown};
use support::rehearsal::{self, text};
use support::scratch::copy_folder;
use support::{Outcome, Scratch, ours, run};

#[test]
fn a_drill_goes_on_after_a_power_cut_and_ends_with_the_time_of_each_person() {
    let folder = Scratch::new("rehearsal-drill");
    let out = text(&folder.join("out"));
    let cut = rehearse(&[
        "--out",
        &out,
        "--drill",
        "crl-refresh",
        "--power-cut",
        "hsm:crypto sign ecdsa#2",
    ])
    .expect(4);
    assert!(cut.err.contains("the power was cut at"), "{cut}");
    assert!(folder.join("out/events/drill-1/bastion/journal").is_file(), "{cut}");
    let done = rehearse(&["--resume", "--out", &out]).expect(0);
    for part in [
        "review",
        "attendance-begin",
        "approval-1",
        "approval-2",
        "attendance-end",
        "countersignature",
    ] {
        let title = format!("drill-1, {part}: from being asked to answering");
        let table = done
            .out
            .split(&title)
            .nth(1)
            .unwrap_or_else(|| panic!("no {title}: {done}"));
        let row = table.lines().find(|line| line.contains("member-1 "));
        assert!(
            row.is_some_and(|row| row.chars().count() <= 80 && row.ends_with(" s")),
            "{row:?}"
        );
    }
    assert!(folder.join("out/store/events/drill-1/record.cbor").is_file());
}

/// Each line is a value; a drill's tables say who took how long for what. What is held after a drill is none.
#[test]
fn programs_read_a_drills_times_as_tables_and_an_event_after_it_is_no_drill() {
    let folder = founded("rehearsal-drill-json");
    let out = text(&folder.join("out"));
    let drill = rehearse(&["--resume", "--out", &out, "--drill", "crl-refresh", "--json"]).expect(0);
    let times: Vec<_> = shown(&drill)
        .into_iter()
        .filter_map(|shown| of_people(&shown))
        .collect();
    let titles: Vec<&str> = times.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "review",
            "attendance-begin",
            "approval-1",
            "attendance-end",
            "countersignature"
        ]
        .map(|part| format!("drill-1, {part}: from being asked to answering"))
    );
    for (title, rows) in &times {
        let people = if title.contains("approval-1") { 5 } else { 9 };
        assert_eq!(rows.len(), people, "{title}");
        let seconds = |row: &Row| row.found.strip_suffix(" s").and_then(|found| found.parse::<f64>().ok());
        assert!(
            rows.iter().all(|row| seconds(row).is_some_and(|took| took > 0.0)),
            "{rows:?}"
        );
    }
    let next = rehearse(&["--resume", "--out", &out, "--script", "console-maintenance", "--json"]).expect(0);
    assert!(shown(&next).iter().all(|shown| of_people(shown).is_none()), "{next}");
    for event in ["drill-1", "console-maintenance-1"] {
        assert!(
            folder
                .join("out/store/events")
                .join(event)
                .join("record.cbor")
                .is_file(),
            "{event}"
        );
    }
}

/// The bad day on which nobody has the log's key any more, and a day after it.
#[test]
fn a_log_whose_key_is_lost_ends_and_the_next_event_goes_on_in_the_log_after_it() {
    let folder = founded("rehearsal-new-log");
    let out = text(&folder.join("out"));
    let words = [
        "--resume",
        "--out",
        &out,
        "--script",
        "new-log",
        "--script",
        "crl-refresh",
        "--json",
    ];
    rehearse(&words).expect(0);
    let store = folder.join("out/store");
    let policy = std::fs::read_to_string(store.join("policy/tlog-policy-2")).expect("the next log policy");
    assert!(
        policy.contains("# frozen pki.rust-lang.org/rehearsal/log/1 "),
        "{policy}"
    );
    let checkpoint = |log: u32| std::fs::read_to_string(store.join(format!("log/{log}/checkpoint"))).expect("one");
    let size = |log: u32| checkpoint(log).lines().nth(1).and_then(|size| size.parse::<u64>().ok());
    assert!(
        policy.contains(&format!("log/1 {} ", size(1).expect("a size"))),
        "{policy}"
    );
    // The rehearsal's last step found entry 0 to be the record of the event that the engine held (`log-opening`).
    assert!(size(2) > Some(4), "two events are in it: {}", checkpoint(2));
    // What the old log proved stays proven; from the root and the newest log policy alone.
    let store_text = |path: &str| text(&store.join(path));
    let certificate = [
        "cert",
        &store_text("certs/release-1.pem"),
        "--rehearsal",
        "--root",
        &store_text("certs/root-1.pem"),
        "--proof",
        &store_text("certs/release-1.tlog-proof"),
        "--log-policy",
        &store_text("policy/tlog-policy-2"),
    ];
    run(ours("ceremony-verify"), certificate, "").expect(0);
}

/// A person presses Enter, types what the screen asks for, and sees what each member sees.
#[test]
fn a_person_plays_a_later_event_at_the_keyboard() {
    let folder = founded("rehearsal-by-hand");
    let out = text(&folder.join("out"));
    let words = [
        "--resume",
        "--out",
        &out,
        "--script",
        "delegate-issuance",
        "--interactive",
    ];
    let (code, said) = by_hand(&words);
    assert_eq!(code, Some(0), "{said}");
    for member in 1..=9 {
        assert!(said.contains(&format!(
            ">>>  Press Enter: member-{member} runs `ceremony-member review`."
        )));
        assert!(said.contains(&format!("---- member-{member} sees ----")), "{said}");
        assert!(
            said.contains(&format!("Passphrase of member-{member}: typed.")),
            "{said}"
        );
    }
    assert!(said.contains(">>>  Type one of: the clock is right, stop"), "{said}");
    assert!(
        said.contains(">>>  Press Enter: member-5 runs `ceremony-member approve`."),
        "{said}"
    );
    let passwords = std::fs::read_to_string(folder.join("out.private/passwords.json")).expect("passwords");
    let secrets = passwords
        .split('"')
        .filter(|word| word.len() == 32 && !word.contains(' '));
    assert_eq!(
        secrets.filter(|secret| said.contains(secret)).count(),
        0,
        "no secret is shown"
    );
    assert!(
        folder
            .join("out/store/events/delegate-issuance-1/record.cbor")
            .is_file()
    );
}

/// A copy of the plain rehearsal, for a later event.
fn founded(test: &str) -> Scratch {
    let (folder, one) = (Scratch::new(test), rehearsal::plain().done());
    copy_folder(&one.dir, &folder.join("out"));
    copy_folder(&one.private, &folder.join("out.private"));
    folder
}

fn shown(told: &Outcome) -> Vec<Shown> {
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    told.out.lines().map(read).collect()
}

/// A table of how long people took.
fn of_people(shown: &Shown) -> Option<(String, Vec<Row>)> {
    match shown {
        Shown::Table { title, rows } if title.ends_with(": from being asked to answering") => {
            Some((title.clone(), rows.clone()))
        }
        _ => None,
    }
}

/// Answers each question as it comes: the first answer that is named, else Enter. How it ended, and all that was on screen.
fn by_hand(words: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(ours("rehearsal"));
    let mut child = command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("it starts");
    let mut keyboard = child.stdin.take().expect("a keyboard");
    let mut said = String::new();
    for line in BufReader::new(child.stdout.take().expect("a screen")).lines() {
        let line = line.expect("text");
        if let Some(question) = line.strip_prefix(">>>  ") {
            let named = question
                .strip_prefix("Type one of: ")
                .and_then(|all| all.split(", ").next());
            let answer = if question.starts_with("Type one line") {
                "nothing was found"
            } else {
                named.unwrap_or_default()
            };
            writeln!(keyboard, "{answer}").expect("it listens");
        }
        said += &line;
        said.push('\n');
    }
    (child.wait().expect("it ends").code(), said)
}

#[test]
fn refuses_a_script_that_there_is_not_before_anything_is_made() {
    let folder = Scratch::new("rehearsal-no-script");
    let out = text(&folder.join("out"));
    let told = rehearse(&["--out", &out, "--script", "root-burning"]).expect(2);
    let error = "rehearsal: error: there is no script 'root-burning' to rehearse\nrehearsal: hint: there are: ";
    assert!(
        told.err.starts_with(error) && told.err.contains("crl-refresh"),
        "{told}"
    );
    assert!(!folder.join("out").exists() && !folder.join("out.private").exists());
}

fn rehearse(arguments: &[&str]) -> Outcome {
    run(ours("rehearsal"), arguments, "")
}
