//! What a drafter says with `--set`: which words a script takes, with which values, and whether all were of use.

use record::plan::Kind;
use record::text;

use super::known::Known;
use super::scripts;
use super::template::{Setting, settings};
use crate::error::Error;

impl Known<'_> {
    /// What the scripts say of a name that `--set` gives: this one, and the one that a drill is of.
    fn settings(&self) -> Vec<Setting<'static>> {
        let of = self.set.get("of").and_then(|of| Kind::from_name(of));
        let kinds = [Some(self.call.kind), of.filter(|_| self.call.kind == Kind::Drill)];
        kinds
            .into_iter()
            .flatten()
            .flat_map(|kind| settings(scripts::template(kind)))
            .collect()
    }

    /// Checks what was given: known words, with values that there are.
    pub fn check_settings(&self) -> Result<(), Error> {
        let known = self.settings();
        for (name, value) in &self.set {
            let Some(setting) = known.iter().find(|one| one.name == *name) else {
                continue;
            };
            if !setting.choices.is_empty() && !setting.choices.contains(value) {
                return Err(Error::Usage {
                    what: format!("'{}' is not a value for '{name}'", text::plain(value, 40)),
                    hint: format!("{}: {}", setting.about, setting.choices.join(", ")),
                });
            }
        }
        Ok(())
    }

    /// What was given and has no use: a slip of the pen, most likely.
    ///
    /// # Errors
    /// There is something like that.
    pub fn check_all_used(&self) -> Result<(), Error> {
        let asked = self.asked.borrow();
        let known: Vec<_> = self.settings().into_iter().map(|setting| setting.name).collect();
        // A drill has a description of its own: what is wanted for that of the practised script alone is of no use, and no slip.
        let practised = |name: &str| self.call.kind == Kind::Drill && known.contains(&name);
        let unused = |name: &&&str| !asked.contains(**name) && !practised(name);
        let Some(name) = self.set.keys().find(unused) else {
            return Ok(());
        };
        Err(Error::Usage {
            what: format!(
                "the script {} has no use for '{}'",
                self.call.kind,
                text::plain(name, 40)
            ),
            hint: match known.is_empty() {
                true => "leave it out: the script wants nothing to be set".into(),
                false => format!("it knows: {}", known.join(", ")),
            },
        })
    }

    /// What was given with `--set`.
    pub fn set(&self, name: &str) -> Option<String> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.set.get(name).map(|value| (*value).to_owned())
    }

    /// The same, where the script cannot do without it.
    pub fn wanted(&self, name: &str) -> Result<String, Error> {
        self.set(name).ok_or_else(|| {
            let own = |setting: &Setting<'_>| name == setting.name || name.starts_with(&format!("{}-", setting.name));
            let setting = self.settings().into_iter().find(own);
            let about = setting.map_or_else(String::new, |setting| match setting.choices.is_empty() {
                true => format!(": {}", setting.about),
                false => format!(": {}; one of {}", setting.about, setting.choices.join(", ")),
            });
            Error::Usage {
                what: format!("the script {} wants to know '{name}'", self.call.kind),
                hint: format!("say it with `--set {name}=...`{about}"),
            }
        })
    }
}
