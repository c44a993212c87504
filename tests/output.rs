//! Standard output of every program: help fits a terminal, and what was not taken is an error, never a success.

use std::fs::File;
use std::process::{Command, Stdio};

use support::{Scratch, ours};

/// Programs that people call, with commands whose help somebody reads. `ceremony`'s own test walks all of its verbs.
const HELP: &[(&str, &[&str])] = &[
    ("ceremony", &[]),
    (
        "ceremony-member",
        &["setup", "review", "attend", "approve", "image", "show", "scan"],
    ),
    (
        "ceremony-verify",
        &["store", "cert", "record", "artifact", "bundle", "image", "standing"],
    ),
    (
        "ceremony-publish",
        &[
            "init", "append", "issued", "refusal", "staple", "site", "resume", "access", "check", "policy", "roster",
        ],
    ),
    ("ceremony-seal", &[]),
    ("scanner-page", &[]),
    ("rehearsal", &[]),
];

#[test]
fn no_line_of_any_programs_help_is_wider_than_a_terminal() {
    for (program, verbs) in HELP {
        let calls = std::iter::once(None).chain(verbs.iter().map(Some));
        for verb in calls {
            let mut command = Command::new(ours(program));
            let done = command.args(verb).arg("--help").output().expect("runs");
            assert!(done.status.success(), "{program} {verb:?}");
            let shown = String::from_utf8(done.stdout).expect("UTF-8");
            assert!(shown.contains("Usage: "), "{program} {verb:?}: {shown}");
            for line in shown.lines() {
                assert!(line.chars().count() <= 80, "{program} {verb:?}: {line}");
            }
        }
    }
}

/// A full disk takes nothing; `/dev/full` is one.
#[test]
fn an_answer_that_standard_output_does_not_take_is_an_error_with_a_hint() {
    let vector = |name: &str| format!("{}/vectors/{name}.cbor", env!("CARGO_MANIFEST_DIR"));
    let [plan, roster, review] = ["plan", "roster", "review"].map(vector);
    let scratch = Scratch::new("output");
    let sheet = scratch.join("sheet.html").display().to_string();
    let calls: &[(&str, &[&str])] = &[
        ("ceremony", &["--help"]),
        ("ceremony", &["bundle", "show", &roster]),
        ("ceremony", &["--json", "bundle", "show", &roster]),
        ("ceremony", &["bundle", "verify", "--rehearsal", &plan]),
        ("ceremony", &["bundle", "diff", &roster, &roster]),
        ("ceremony", &["bundle", "qr", &review]),
        ("ceremony", &["bundle", "qr", "--sheet", &sheet, &roster]),
        ("ceremony-member", &["--help"]),
        ("ceremony-member", &["show", &roster]),
        ("ceremony-verify", &["--help"]),
        ("ceremony-publish", &["--version"]),
        ("ceremony-seal", &["--help"]),
        ("scanner-page", &["--help"]),
    ];
    for (program, words) in calls {
        let full = File::options().write(true).open("/dev/full").expect("it is there");
        let (code, err) = into(program, words, full.into());
        assert_eq!(code, Some(4), "{program} {words:?}: {err}");
        let lines: Vec<&str> = err.lines().collect();
        assert!(
            lines[0].starts_with(&format!("{program}: error: ")) && lines[1].starts_with(&format!("{program}: hint: ")),
            "{program} {words:?}: {err}"
        );
        assert!(!err.contains("panicked"), "{err}");
    }
}

#[test]
fn a_reader_who_closes_the_pipe_has_read_enough() {
    let roster = format!("{}/vectors/roster.cbor", env!("CARGO_MANIFEST_DIR"));
    let calls: &[(&str, &[&str])] = &[
        ("ceremony", &["bundle", "show", &roster]),
        ("ceremony", &["--help"]),
        ("ceremony-verify", &["--help"]),
        ("ceremony-publish", &["--help"]),
        ("scanner-page", &["--help"]),
    ];
    for (program, words) in calls {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        assert_eq!(
            into(program, words, writer.into()),
            (Some(0), String::new()),
            "{program} {words:?}"
        );
    }
}

#[test]
fn a_full_standard_error_changes_no_exit_code() {
    for (program, code) in [("ceremony", 3), ("ceremony-verify", 3)] {
        let words: &[&str] = match program {
            "ceremony" => &["bundle", "show", "missing.cbor"],
            _ => &["store", "missing", "--root", "missing.pem"],
        };
        let full = File::options().write(true).open("/dev/full").expect("it is there");
        let status = Command::new(ours(program))
            .args(words)
            .stderr(full)
            .status()
            .expect("runs");
        assert_eq!(status.code(), Some(code), "{program}");
    }
}

fn into(program: &str, words: &[&str], out: Stdio) -> (Option<i32>, String) {
    let done = Command::new(ours(program))
        .args(words)
        .stdout(out)
        .output()
        .expect("runs");
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}
