//! The report: what was checked, what was not, what is wrong, and what that means.

use record::screen::fold;
use serde::Serialize;

use crate::Finding;
use crate::finding::Findings;

/// What a check of a store or certificate came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was checked, in plain words, with counts.
    pub checked: Vec<String>,
    /// What was not checked, in plain words.
    pub not_checked: Vec<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What a yes rests on.
    pub rests_on: Ground,
    /// How many findings of the store say nothing against what was asked; they are told under what was not checked.
    #[serde(skip)]
    pub besides: usize,
}

/// What a yes rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The root that was given.
    #[default]
    Root,
    /// Nothing yet: the store has no root.
    NoRootYet,
    /// Keys that are in what was given, and no root leads to them.
    Keys,
    /// Nothing: nobody signed it, or no signature was looked at.
    Nobody,
}

impl Ground {
    /// What an outcome without findings means.
    fn clean(self) -> &'static str {
        match self {
            Self::Root => {
                "Nothing is wrong. What was checked follows from the root given, and from nothing else; whether this is \
                 the right root, compare its fingerprint with one from a source that you trust."
            }
            Self::NoRootYet => {
                "Nothing contradicts itself. There is no root yet, so nothing says whose store this is: compare its files \
                 with what other members have."
            }
            Self::Keys => {
                "Nothing is wrong. What was checked rests on keys in the files given, and no root leads to them: compare \
                 the SHA-256 of these files with one from a source that you trust."
            }
            Self::Nobody => {
                "Nothing contradicts itself. No signature stands behind it, so nothing says whose it is: compare its \
                 SHA-256 with one from a source that you trust."
            }
        }
    }
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds what is wrong with a file, by the rule that it breaks.
    pub fn find(&mut self, file: &str, rule: &'static str, what: &str) {
        let mut findings = Findings(std::mem::take(&mut self.findings));
        findings.add(file, rule, what);
        self.findings = findings.0;
    }

    /// The lines that a person reads.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        part(&mut lines, "Checked", self.checked.iter());
        part(&mut lines, "Not checked", self.not_checked.iter());
        for finding in &self.findings {
            lines.push(format!("FINDING {} [{}]", finding.file, finding.rule));
            lines.extend(fold(&finding.what, "  ", "  "));
        }
        if !self.findings.is_empty() {
            lines.push(String::new());
        }
        lines.extend(fold(&self.meaning(), "", ""));
        lines
    }

    /// What the outcome means for somebody who relies on it.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.findings.len() {
            0 if self.besides > 0 => {
                let besides = count(self.besides, "finding", "findings");
                let right = format!("Nothing is wrong with what stands; the store has {besides}, told above.");
                self.rests_on.clean().replacen("Nothing is wrong.", &right, 1)
            }
            0 => self.rests_on.clean().into(),
            n => format!(
                "{n} finding{}. Do not rely on what they name. Keep this copy: it is evidence, whether of a mistake or \
                 of an attack.",
                if n == 1 { "" } else { "s" }
            ),
        }
    }

    /// One JSON object, for programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        let value = Json {
            ok: self.is_clean(),
            report: self,
        };
        serde_json::to_string_pretty(&value).expect("text is JSON")
    }
}

#[derive(Serialize)]
struct Json<'a> {
    ok: bool,
    #[serde(flatten)]
    report: &'a Report,
}

fn part<'a>(lines: &mut Vec<String>, title: &str, items: impl ExactSizeIterator<Item = &'a String>) {
    if items.len() == 0 {
        return;
    }
    lines.push(title.to_owned());
    for item in items {
        lines.extend(fold(item, "  - ", "    "));
    }
    lines.push(String::new());
}

/// `1 batch`, `2 batches`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let finding = Finding {
            file: "certs/root-1.pem".into(),
            rule: "pem-differs",
            what: "it is not the PEM".into(),
        };
        Report {
            checked: vec!["one".into()],
            not_checked: vec!["two".into()],
            findings: vec![finding],
            rests_on: Ground::Root,
            besides: 0,
        }
    }

    #[test]
    fn a_person_reads_file_rule_and_what_it_means() {
        let text = report().lines().join("\n");
        let expected = "Checked\n  - one\n\nNot checked\n  - two\n\nFINDING certs/root-1.pem [pem-differs]\n  it is not the PEM\n\n1 finding. ";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn findings_on_which_nothing_depends_are_not_said_to_be_nothing() {
        let said = |besides| {
            let report = Report {
                besides,
                ..Report::default()
            };
            report.meaning()
        };
        assert!(said(0).starts_with("Nothing is wrong. What was checked follows from the root"));
        let wanted =
            "Nothing is wrong with what stands; the store has 2 findings, told above. What was checked follows";
        assert!(said(2).starts_with(wanted), "{}", said(2));
    }

    #[test]
    fn a_program_reads_ok_and_the_rule() {
        let json: serde_json::Value = serde_json::from_str(&report().to_json()).expect("JSON");
        assert_eq!(json["ok"], false);
        assert_eq!(json["findings"][0]["rule"], "pem-differs");
        let json: serde_json::Value = serde_json::from_str(&Report::default().to_json()).expect("JSON");
        assert_eq!(json["ok"], true);
        assert_eq!(json["rests_on"], "root");
    }
}
