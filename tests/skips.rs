//! No check is left out in silence: a test that cannot be done here says so, and `tests/run` counts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Scratch;
use support::process::{finish, workspace};

/// A test that leaves before its end has called one of these just before, with its name: each says that it was skipped. Or
/// it has judged something.
const SAY_SO: [&str; 10] = [
    "Service::",
    "Sink::",
    "assert",
    "ready(\"",
    "skip(",
    "can_be_others(",
    "has_sshd(",
    "has_pkcs11_tool(",
    "OnToken::planned(",
    "softhsm::module(",
];

#[test]
fn no_test_leaves_early_in_silence() {
    let mut silent = Vec::new();
    let mut tests = 0;
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source");
        for (name, body) in tests_of(&text) {
            tests += 1;
            let early = leaves(&body).filter(|before| !SAY_SO.iter().any(|words| before.contains(words)));
            silent.extend(early.map(|before| format!("{}: {name}: {before}", path.display())));
        }
    }
    assert!(tests > 1000, "{tests} tests were read");
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Those that the tests call instead.
#[test]
fn whatever_tests_ask_before_they_leave_says_that_they_were_skipped() {
    let all: Vec<String> = sources()
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    for (name, says) in [
        ("fn can_be_others(test: &str) -> bool {", "skip(test, "),
        ("pub fn has_sshd(test: &str) -> bool {", "skip(test, "),
        ("pub fn has_pkcs11_tool(test: &str) -> bool {", "skip(test, "),
        ("pub fn planned(test: &str) -> Option<Self> {", "softhsm::module(test)?"),
        ("fn ready(check: &str) -> Option<&'static Rehearsal> {", "skip("),
        (
            "fn listening(test: &str, scheme: &str, more: &[&str]) -> Option<Self> {",
            "skip(test, ",
        ),
        (
            "pub fn starting(test: &str, scratch: &Scratch, more: &[&str]) -> Option<Self> {",
            "skip(test, ",
        ),
        ("pub fn module(test: &str) -> Option<PathBuf> {", "skip(test, "),
    ] {
        let text = all.iter().find(|text| text.contains(name)).expect(name);
        let (_, body) = text.split_once(name).expect("it is there");
        let body = body.split("\n}").next().unwrap_or_default();
        assert!(body.contains(says), "{name}");
    }
}

#[test]
fn an_ignored_test_is_counted_as_skipped_unless_it_is_counted_elsewhere() {
    let scratch = Scratch::new("skips");
    let run = fs::read_to_string(workspace().join("tests/run")).expect("tests/run");
    let (_, function) = run.split_once("\nnote_ignored() {").expect("the function");
    let (function, _) = function.split_once("\n}\n").expect("its end");
    fs::write(
        scratch.join("log"),
        "test scanner::a_page ... ok\ntest scanner::camera ... ignored, there is no camera\n\
         test hostile::client ... ignored, process: of another\ntest kills::all ... ignored, exhaustive: tests/run \
         --full\ntest result: ok. 1 passed; 0 failed; 3 ignored; 0 measured\n",
    )
    .expect("a log");
    let counted = |full: &str| {
        let list = scratch.join(format!("skips-{full}"));
        let script = format!(
            "set -euo pipefail\nnote_ignored() {{{function}\n}}\npassed=4 full={full} skips={}\n: > \"$skips\"\n\
             note_ignored {}\necho \"$passed\"\ncat \"$skips\"\n",
            list.display(),
            scratch.join("log").display()
        );
        finish(Command::new("bash").args(["-c", &script]), "").expect(0).out
    };
    assert_eq!(
        counted("no"),
        "3\nscanner::camera: there is no camera\nkills::all: exhaustive: tests/run --full\n"
    );
    assert_eq!(counted("yes"), "2\nscanner::camera: there is no camera\n");
    // Every log is looked through: where it is counted.
    let (_, counts) = run.split_once("\nrun_tests() {").expect("the function");
    assert!(
        counts
            .split("\n}")
            .next()
            .is_some_and(|body| body.contains("note_ignored \"$log\""))
    );
}

/// The tests of a source, by name, with what they do.
fn tests_of(text: &str) -> Vec<(String, String)> {
    let after = text.split("#[test]\n").skip(1);
    let one = |after: &str| {
        let at = after.find("fn ")?;
        let indent = &after[after[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let end = format!("\n{indent}}}");
        let body = after[at..].split(end.as_str()).next()?;
        let name = body[3..].split('(').next()?;
        Some((name.to_owned(), body.to_owned()))
    };
    after.filter_map(one).collect()
}

/// What stands before each place where a test ends without a value: the statement around it, and the one before it.
fn leaves(body: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = body.lines().collect();
    let ends =
        |line: &str| ["return;", "{ return }", "return eprintln!", "return println!"].map(|end| line.contains(end));
    let at = (0..lines.len()).filter(|at| ends(lines[*at]).contains(&true));
    let before: Vec<String> = at.map(|at| lines[begin(&lines, at)..=at].join("\n")).collect();
    before.into_iter()
}

/// Two lines before, or, where a statement of several lines ends there, its first one.
fn begin(lines: &[&str], at: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let near = at.saturating_sub(2);
    match at
        .checked_sub(1)
        .filter(|last| [");", "};"].contains(&lines[*last].trim()))
    {
        Some(last) => (0..last)
            .rev()
            .find(|first| indent(lines[*first]) == indent(lines[last]))
            .map_or(near, |first| first.min(near)),
        None => near,
    }
}

/// All of ours.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        walk(&workspace().join(folder), &mut found);
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests/skips.rs") {
            found.push(path);
        }
    }
}
