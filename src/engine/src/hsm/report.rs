//! What was read of the HSM and what falls short, as a table.

use hsm::{ClusterState, ClusterTerms, Finding, KeySubject, QuorumKeeper};
use record::screen::{Row, Shown};

use crate::console::Console;
use crate::error::Error;
use crate::{cluster, event};

/// Shows state and findings; whatever falls short is an error at the end.
pub fn show(console: &Console, state: &ClusterState, terms: &ClusterTerms, findings: &[Finding]) -> Result<(), Error> {
    let rows = rows(state, terms, findings);
    console.show(&Shown::Table {
        title: "The HSM, against policy and roster:".into(),
        rows,
    });
    if let Some(what) = state.nodes.iter().find_map(event::imitation) {
        console.warn(format!("this is {what}, not an HSM"));
    }
    for key in hsm::key_subjects(state, terms).iter().filter(|key| !key.named) {
        console.warn(format!(
            "the {} is not among those that were named; it is judged by what it says of itself",
            key.subject
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
    let mut table = Table {
        rows: Vec::new(),
        left: findings.iter().collect(),
    };
    let least = format!("at least {}", terms.nodes_least);
    table.value("HSMs", least, state.nodes.len().to_string());
    if let Some(values) = &state.values {
        let cluster = values.cluster.map_or("nothing".into(), |value| value.to_string());
        for (what, found) in [
            ("quorum value user", values.user.to_string()),
            ("quorum value quorum", values.quorum.to_string()),
            ("quorum value cluster", cluster),
        ] {
            table.value(what, terms.threshold.to_string(), found);
        }
    }
    if state.users.is_some() {
        table.users(terms);
    }
    for key in hsm::key_subjects(state, terms) {
        let of_key = |finding: &Finding| finding.subject == key.subject;
        table.group(&key.subject, &demanded(&key, terms), of_key, |short| match short {
            0 => "as it must be".into(),
            n => format!("{n} short"),
        });
    }
    table.rows.extend(table.left.into_iter().map(short));
    table.rows
}

/// The rows so far, and the findings that no row has told.
struct Table<'a> {
    rows: Vec<Row>,
    left: Vec<&'a Finding>,
}

impl<'a> Table<'a> {
    /// A value of the cluster; where it falls short, the finding itself is the row.
    fn value(&mut self, what: &str, expected: String, found: String) {
        let mine = self.take(|finding| finding.subject == "cluster" && finding.what == what);
        match mine.is_empty() {
            true => self.rows.push(row(what, &expected, &found, true)),
            false => self.rows.extend(mine.into_iter().map(short)),
        }
    }

    /// A row for several things, told by how many findings they have; each finding has a row below it.
    fn group(
        &mut self,
        what: &str,
        expected: &str,
        of: impl Fn(&Finding) -> bool,
        found: impl FnOnce(usize) -> String,
    ) {
        let mine = self.take(of);
        self.rows.push(row(what, expected, &found(mine.len()), mine.is_empty()));
        self.rows.extend(mine.into_iter().map(short));
    }

    fn users(&mut self, terms: &ClusterTerms) {
        let owner = std::slice::from_ref(&terms.owner);
        for (what, role, names) in [
            ("admins, with MFA and approval key", "admin", terms.admins.as_slice()),
            ("approvers, without MFA, with key", "crypto-user", &terms.approvers),
            ("key owner, without either", "crypto-user", owner),
        ] {
            let subjects: Vec<String> = names.iter().map(|name| format!("{role} {name}")).collect();
            let bad = |subject: &&String| self.left.iter().any(|finding| finding.subject == **subject);
            let good = subjects.len() - subjects.iter().filter(bad).count();
            let of_these = |finding: &Finding| subjects.contains(&finding.subject);
            let expected = subjects.len().to_string();
            self.group(what, &expected, of_these, |_| format!("{good} as they must be"));
        }
        let can_approve = self.take(|finding| finding.what == "admins who can approve");
        self.rows.extend(can_approve.into_iter().map(short));
        let others = |finding: &Finding| finding.what == "user";
        self.group("users beside these", "none", others, |count| match count {
            0 => "none".into(),
            n => n.to_string(),
        });
    }

    fn take(&mut self, of: impl Fn(&Finding) -> bool) -> Vec<&'a Finding> {
        let (mine, others) = self.left.iter().partition(|finding| of(finding));
        self.left = others;
        mine
    }
}

fn demanded(key: &KeySubject<'_>, terms: &ClusterTerms) -> String {
    match (terms.keeper, key.guarded) {
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
    row(&what, &finding.expected, &finding.found, false)
}

fn row(what: &str, expected: &str, found: &str, good: bool) -> Row {
    Row {
        what: what.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
        good,
    }
}
