//! `--help` of `ceremony` and of every verb below it, as a terminal of 80 columns shows it.

use std::process::Command;

#[test]
fn no_line_of_any_help_is_wider_than_a_terminal() {
    let mut verbs: Vec<Vec<String>> = vec![Vec::new()];
    let mut walked = 0;
    while let Some(words) = verbs.pop() {
        let long = help(&words, "--help");
        for line in long.lines().chain(help(&words, "-h").lines()) {
            assert!(line.chars().count() <= 80, "ceremony {}: {line}", words.join(" "));
        }
        for verb in below(&long) {
            verbs.push([words.as_slice(), &[verb]].concat());
        }
        walked += 1;
    }
    // The program, plan and its seven, hsm and its four, script and its one, bundle and its five, media and its two, run,
    // resume, abort, replay, console, identity.
    assert_eq!(walked, 31);
}

#[test]
fn a_default_and_an_options_value_stay_in_sight() {
    let words = ["hsm".to_owned(), "check".to_owned()];
    let shown = help(&words, "--help");
    assert!(shown.contains("[default: /opt/cloudhsm/bin/cloudhsm-cli]"), "{shown}");
    let shown = help(&["run".to_owned()], "--help");
    let usage =
        "Usage: ceremony run [OPTIONS] --plan <PLAN> --inbound <INBOUND>\n       --outbound <OUTBOUND> --disk <DISK>\n";
    assert!(shown.contains(usage), "{shown}");
}

fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    listed
        .take_while(|line| !line.is_empty() && !line.ends_with(':'))
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}

fn help(words: &[String], flag: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    let done = command.args(words).arg(flag).output().expect("runs");
    assert!(done.status.success(), "{words:?}");
    String::from_utf8(done.stdout).expect("UTF-8")
}
