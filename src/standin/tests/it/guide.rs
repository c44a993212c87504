//! The guide for those who test against the stand-in names what is there, and all of it.

use std::collections::BTreeSet;

use crate::support::Cluster;

const GUIDE: &str = include_str!("../../../../docs/guides/stand-in.md");

fn help(words: &[&str]) -> String {
    let output = Cluster::new().command().args(words).arg("--help").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Words in backticks in the first column of the table under that heading.
fn table(heading: &str) -> BTreeSet<String> {
    let section = GUIDE.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("|---"));
    let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells
        .flat_map(|cell| cell.split(", "))
        .map(|word| word.trim_matches('`').to_owned())
        .collect()
}

#[test]
fn the_guide_has_every_fault_and_no_other() {
    let help = help(&["standin", "fault"]);
    let faults = help
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- ")?.split(':').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(table("\n## Faults"), faults);
}

#[test]
fn the_guide_has_every_order_and_no_other() {
    let help = help(&["standin"]);
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let orders: BTreeSet<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let said: BTreeSet<_> = GUIDE
        .split("standin ")
        .skip(1)
        .filter_map(|rest| {
            rest.split(|letter: char| !letter.is_ascii_lowercase() && letter != '-')
                .next()
        })
        .collect();
    let missing: Vec<_> = orders.difference(&said).filter(|order| **order != "help").collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unknown: Vec<_> = GUIDE
        .split("cloudhsm-standin standin ")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .filter(|word| !orders.contains(word))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
