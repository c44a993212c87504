//! What was read of the HSM and what falls short, as a table.

use hsm::{ClusterState, ClusterTerms, Finding, QuorumKeeper};
use record::screen::{Row, Shown};

use crate::cluster;
use crate::console::Console;
use crate::error::Error;

/// Shows state and findings; whatever falls short is an error at the end.
pub fn show(console: &Console, state: &ClusterState, terms: &ClusterTerms, findings: &[Finding]) -> Result<(), Error> {
    let rows = rows(state, terms, findings);
    console.show(&Shown::Table {
        title: "The HSM, against policy and roster:".into(),
        rows,
    });
    for label in hsm::other_keys(state, terms) {
        console.warn(format!(
            "the key {label} is not among those that were named; it is judged by what it says of itself"
        ));
    }
    if state.keys.is_none() {
        console.warn("no key was looked at");
    }
    if terms.keeper == QuorumKeeper::Login {
        console.warn(
            "this module knows no owners, shares or quorum values; the console counts the approvals, and the module's own \
             rule guards the login",
        );
    }
    cluster::demand(findings)
}

/// Each group in one row, and below it what falls short in it.
fn rows(state: &ClusterState, terms: &ClusterTerms, findings: &[Finding]) -> Vec<Row> {
    let mut left: Vec<&Finding> = findings.iter().collect();
    let mut rows = Vec::new();
    let mut group = |what: String, expected: String, found: String, of: &dyn Fn(&Finding) -> bool| {
        let (mine, others): (Vec<&Finding>, Vec<&Finding>) = left.iter().partition(|finding| of(finding));
        left = others;
        let told = mine.len() == 1 && mine[0].what == what;
        rows.push(row(what, expected, found, mine.is_empty()));
        if !told {
            rows.extend(mine.into_iter().map(short));
        }
    };
    let cluster = |what: &'static str| move |finding: &Finding| finding.subject == "cluster" && finding.what == what;
    let least = format!("at least {}", terms.nodes_least);
    group("HSMs".into(), least, state.nodes.len().to_string(), &cluster("HSMs"));
    if let Some(values) = &state.values {
        let quorum = values.cluster.map_or("nothing".into(), |value| value.to_string());
        for (what, found) in [
            ("quorum value user", values.user.to_string()),
            ("quorum value quorum", values.quorum.to_string()),
            ("quorum value cluster", quorum),
        ] {
            group(what.into(), terms.threshold.to_string(), found, &cluster(what));
        }
    }
    if state.users.is_some() {
        let owner = std::slice::from_ref(&terms.owner);
        for (what, role, names) in [
            ("admins, with MFA and approval key", "admin", terms.admins.as_slice()),
            ("approvers, without MFA, with key", "crypto-user", &terms.approvers),
            ("key owner, without either", "crypto-user", owner),
        ] {
            let subjects: Vec<String> = names.iter().map(|name| format!("{role} {name}")).collect();
            let bad = |subject: &&String| findings.iter().any(|finding| finding.subject == **subject);
            let good = subjects.len() - subjects.iter().filter(bad).count();
            group(
                what.into(),
                subjects.len().to_string(),
                format!("{good} as they must be"),
                &|finding| subjects.contains(&finding.subject),
            );
        }
        let others = |finding: &Finding| finding.what == "user" || finding.what.starts_with("admins who");
        let count = left_over(findings, terms);
        group("users beside these".into(), "none".into(), count, &others);
    }
    for label in labels(state, terms) {
        let subject = format!("key {label}");
        let falls_short = findings.iter().filter(|finding| finding.subject == subject).count();
        let found = match falls_short {
            0 => "as it must be".to_owned(),
            n => format!("{n} short"),
        };
        group(subject.clone(), demanded(&label, state, terms), found, &|finding| {
            finding.subject == subject
        });
    }
    rows.extend(left.into_iter().map(short));
    rows
}

fn left_over(findings: &[Finding], terms: &ClusterTerms) -> String {
    let known = |subject: &str| {
        let mut names = terms.admins.iter().chain(&terms.approvers).chain([&terms.owner]);
        names.any(|name| subject.ends_with(&format!(" {name}")))
    };
    let users = findings.iter().filter(|finding| finding.what == "user");
    match users.filter(|finding| !known(&finding.subject)).count() {
        0 => "none".into(),
        n => n.to_string(),
    }
}

/// The private keys, those that must be there first.
fn labels(state: &ClusterState, terms: &ClusterTerms) -> Vec<String> {
    let Some(_) = &state.keys else {
        return Vec::new();
    };
    let mut labels: Vec<String> = terms.keys.iter().map(|(label, _)| label.clone()).collect();
    labels.extend(hsm::other_keys(state, terms));
    labels
}

fn demanded(label: &str, state: &ClusterState, terms: &ClusterTerms) -> String {
    let named = terms
        .keys
        .iter()
        .find(|(named, _)| named == label)
        .map(|(_, guarded)| *guarded);
    let listed = state.keys.iter().flatten().find(|key| key.label() == label);
    let says_so = || listed.is_some_and(|key| key.quorum().use_ > 0 || !key.shared_users().is_empty());
    match (terms.keeper, named.unwrap_or_else(says_so)) {
        (QuorumKeeper::Login, _) => "kept inside".into(),
        (QuorumKeeper::Hsm, true) => format!("quorum {} of {}", terms.threshold, terms.approvers.len()),
        (QuorumKeeper::Hsm, false) => "owner alone".into(),
    }
}

fn short(finding: &Finding) -> Row {
    let what = match finding.subject.as_str() {
        "cluster" => finding.what.to_owned(),
        subject => format!("{subject}: {}", finding.what),
    };
    row(what, finding.expected.clone(), finding.found.clone(), false)
}

fn row(what: String, expected: String, found: String, good: bool) -> Row {
    Row {
        what,
        expected,
        found: record::text::plain(&found, 400),
        good,
    }
}
