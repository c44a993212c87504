//! What people see fits a terminal of 80 columns, and every argument is explained.

use crate::support::Cluster;

/// The help of a command and of all that are beneath it, with their words.
fn helps(cluster: &Cluster, words: &[String], found: &mut Vec<(String, String)>) {
    let output = cluster.command().args(words).arg("--help").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{words:?}");
    let help = String::from_utf8(output.stdout).unwrap();
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for name in names.filter(|name| !name.is_empty() && *name != "help") {
        helps(cluster, &[words, &[name.to_owned()]].concat(), found);
    }
    found.push((words.join(" "), help));
}

#[test]
fn no_help_is_wider_than_80_columns_and_every_argument_has_words() {
    let (cluster, mut found) = (Cluster::new(), Vec::new());
    helps(&cluster, &[], &mut found);
    assert!(found.len() > 50, "{}", found.len());
    for (words, help) in found {
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{words}: {line}");
        }
        let options = help.split("Options:\n").nth(1).unwrap();
        let mut lines = options.lines().peekable();
        while let Some(line) = lines.next() {
            let argument = line.trim_start();
            if !argument.starts_with("--") {
                continue;
            }
            // In the same line after two spaces, or in the next one.
            let beside = argument.split_once("  ").map(|(_, text)| text.trim());
            let text = beside.unwrap_or_else(|| lines.peek().map_or("", |line| line.trim()));
            assert!(text.starts_with(char::is_alphanumeric), "{words}: {line}");
        }
    }
}

#[test]
fn help_within_a_session_is_as_narrow() {
    let mut talk = Cluster::with(&[]).talk();
    for line in ["help", "key generate-asymmetric-pair ec --help"] {
        let heard = talk.say(line);
        assert!(heard.contains("Usage: ") && heard.ends_with('\n'), "{heard}");
        for line in heard.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn the_list_of_switches_is_as_narrow() {
    let cluster = Cluster::with(&[]);
    let listed = cluster.order(&["switch"]);
    for line in listed.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let one = "empty-id=prefix  (prefix, nothing)\n    how is an empty id written: \"0x\", or as nothing?\n    [both occur in examples]\n";
    assert!(listed.contains(one), "{listed}");
}
