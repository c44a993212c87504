//! What a script needs besides what stands: what a rehearsal of it needs, from the same tables.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use record::plan::Kind;
use serde::Deserialize;

/// What one event needs. Who says what to a question is of no matter here.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Needs {
    /// The words of the script's template.
    pub set: BTreeMap<String, String>,
    /// Requests of keepers, by the stem of the input.
    pub requests: BTreeMap<String, String>,
    /// Texts that are inputs, by name.
    pub documents: BTreeMap<String, String>,
    /// Who is not there.
    pub absent: Vec<String>,
    pub roster: Option<RosterChange>,
    pub policy: Option<PolicyChange>,
}

/// What leads from this roster to the next.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RosterChange {
    pub leave: Vec<String>,
    pub join: Vec<String>,
    pub rekey: Vec<String>,
    pub renew: bool,
}

/// What leads from this policy to the next.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PolicyChange {
    replace: BTreeMap<String, String>,
    append: String,
}

impl Needs {
    /// What an event of this kind needs; the first events bring nobody and nothing new.
    pub fn of(kind: Kind, first: bool) -> Self {
        let table = |name: &str| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rehearsal/events");
            let text = fs::read_to_string(folder.join(format!("{name}.toml"))).expect("a table");
            toml::from_str::<Self>(&text).expect("the table reads")
        };
        match kind {
            Kind::RootGeneration => Self {
                requests: ["release", "crates-io", "transparency"].map(own).into(),
                ..Self::default()
            },
            Kind::ClusterInitialisation if first => Self {
                roster: None,
                ..table(kind.name())
            },
            Kind::Drill => Self {
                set: [("of".to_owned(), Kind::CrlRefresh.name().to_owned())].into(),
                ..table(Kind::CrlRefresh.name())
            },
            // The one before it was revoked.
            Kind::RootRotation => Self {
                requests: [own("crates-io")].into(),
                ..table(kind.name())
            },
            kind => table(kind.name()),
        }
    }
}

impl PolicyChange {
    /// The next version's text.
    pub fn next(&self, policy: &str, version: u32) -> String {
        let mut next = policy.replace(
            &format!("version = {version}\n"),
            &format!("version = {}\n", version + 1),
        );
        for (old, new) in &self.replace {
            next = next.replace(old, new);
        }
        next + &self.append
    }
}

fn own(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}
