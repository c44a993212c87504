//! What a script needs besides what stands: data, one file a script under `events/`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;

/// What one event of a script needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Needs {
    /// The ceremony script, where this has a name of its own.
    pub script: Option<String>,
    /// How long after the event before it, in days.
    pub after_days: u64,
    /// The words of the script's template: `--set WORD=VALUE`.
    pub set: BTreeMap<String, String>,
    /// Requests of keepers outside: by the stem of the input `STEM.csr`, the delegate whose keeper makes a new key.
    pub requests: BTreeMap<String, String>,
    /// Texts that are inputs: by the input's name.
    pub documents: BTreeMap<String, String>,
    /// Our own guides that the first event of the script publishes: `auditor`, `relying-party`.
    pub guides: Vec<String>,
    /// Who is not there: somebody whose keys are lost, say.
    pub absent: Vec<String>,
    /// Whether it is about a cluster that is not the members' yet.
    pub new_cluster: bool,
    /// Whether the log's key is lost, and the event opens the next log.
    pub new_log: bool,
    /// What changes in the roster.
    pub roster: Option<RosterChange>,
    /// What changes in the policy.
    pub policy: Option<PolicyChange>,
    /// What people say when the engine asks them.
    pub answer: Vec<Answer>,
}

/// What leads from this roster to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RosterChange {
    /// Where the Leadership Council's appointment is to be found.
    pub appointment: String,
    /// Members whose time is over.
    pub leave: Vec<String>,
    /// Members who come, with keys of their own.
    pub join: Vec<String>,
    /// Members who make new keys.
    pub rekey: Vec<String>,
    /// Whether those who stay begin a new term.
    pub renew: bool,
}

/// What leads from this policy to the next, which has the next version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyChange {
    /// Texts that stand there once, and what stands there then.
    pub replace: BTreeMap<String, String>,
    /// What comes after everything else.
    pub append: String,
}

/// What people say to one question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Part of the question, in any case.
    pub asked: String,
    /// The answer.
    pub says: String,
}

impl Needs {
    /// What a rehearsal of this script needs.
    pub fn of(script: &str) -> Result<Self, Error> {
        let known = SCRIPTS.iter().find(|(name, _)| *name == script);
        let (_, text) = known.ok_or_else(|| Error::Usage {
            what: format!("there is no script '{}' to rehearse", record::text::plain(script, 63)),
            hint: format!("there are: {}", SCRIPTS.map(|(name, _)| name).join(", ")),
        })?;
        toml::from_str(text).map_err(|error| Error::Usage {
            what: format!("what {script} needs is not readable: {}", error.message()),
            hint: "the tables are a part of this program: build it again".into(),
        })
    }

    /// The files of its guides that an event publishes: name and text.
    pub fn guides(&self) -> impl Iterator<Item = (String, &'static str)> {
        let known = |name: &String| GUIDES.into_iter().find(|(guide, _)| guide == name);
        let files = self.guides.iter().filter_map(known);
        files.map(|(name, text)| (format!("{name}.md"), text))
    }

    /// Whether a member goes, who knows the key owner's password.
    pub fn somebody_leaves(&self) -> bool {
        self.roster.as_ref().is_some_and(|change| !change.leave.is_empty())
    }

    /// What people say to this question, if the table has it.
    pub fn says(&self, question: &str) -> Option<&str> {
        let asked = question.to_lowercase();
        let found = self
            .answer
            .iter()
            .find(|answer| asked.contains(&answer.asked.to_lowercase()));
        found.map(|answer| answer.says.as_str())
    }
}

/// By name.
const GUIDES: [(&str, &str); 2] = [
    ("auditor", include_str!("../../../docs/guides/auditor.md")),
    ("relying-party", include_str!("../../../docs/guides/relying-party.md")),
];

/// By script, or by what is rehearsed with one.
const SCRIPTS: [(&str, &str); 14] = [
    (
        "cluster-initialisation",
        include_str!("../events/cluster-initialisation.toml"),
    ),
    (
        "console-maintenance",
        include_str!("../events/console-maintenance.toml"),
    ),
    ("crl-refresh", include_str!("../events/crl-refresh.toml")),
    ("delegate-issuance", include_str!("../events/delegate-issuance.toml")),
    (
        "delegate-replacement",
        include_str!("../events/delegate-replacement.toml"),
    ),
    (
        "delegate-revocation",
        include_str!("../events/delegate-revocation.toml"),
    ),
    ("hsm-maintenance", include_str!("../events/hsm-maintenance.toml")),
    ("member-change", include_str!("../events/member-change.toml")),
    (
        "member-key-replacement",
        include_str!("../events/member-key-replacement.toml"),
    ),
    ("new-log", include_str!("../events/new-log.toml")),
    ("root-emergency", include_str!("../events/root-emergency.toml")),
    ("root-rotation", include_str!("../events/root-rotation.toml")),
    ("subkey-issuance", include_str!("../events/subkey-issuance.toml")),
    ("threshold-change", include_str!("../events/threshold-change.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_s_needs_can_be_read() {
        for (script, _) in SCRIPTS {
            Needs::of(script).unwrap_or_else(|error| panic!("{script}: {error}"));
        }
    }

    #[test]
    fn an_unknown_script_is_refused_and_the_known_ones_are_named() {
        let error = Needs::of("root-burning").expect_err("refused");
        assert_eq!(error.to_string(), "there is no script 'root-burning' to rehearse");
        assert!(error.hint().is_some_and(|hint| hint.contains("crl-refresh")));
    }

    #[test]
    fn an_answer_is_found_by_a_part_of_the_question() {
        let needs: Needs = toml::from_str("[[answer]]\nasked = \"The clock\"\nsays = \"right\"").expect("reads");
        assert_eq!(needs.says("Is the clock of this console right?"), Some("right"));
        assert_eq!(needs.says("Is the door shut?"), None);
    }
}
