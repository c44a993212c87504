//! What the first admin does, with the approval of the probe's two admins where the quorum asks for it.

use serde_json::Value;

use super::Probe;
use super::people::{ADMINS, FIRST};
use super::said::{Heard, Line};
use super::trouble::{Stop, Trouble};

impl Probe<'_> {
    /// Does it as the first admin; approvals name the role, as was measured, or else do not, as is documented.
    pub fn as_admin(&mut self, line: &Line) -> Result<Heard, Stop> {
        let heard = self.try_as_admin(line, self.admins_name_role)?;
        if heard.yes().is_some() || !heard.no().is_some_and(|words| is_about_approvals(&words)) {
            return Ok(heard);
        }
        let other = self.try_as_admin(line, !self.admins_name_role)?;
        if other.yes().is_none() {
            return Ok(heard);
        }
        self.admins_name_role = !self.admins_name_role;
        Ok(other)
    }

    fn try_as_admin(&mut self, line: &Line, with_role: bool) -> Result<Heard, Stop> {
        let mut session = self.login(FIRST)?;
        let mut heard = session.ask(line)?;
        if heard.no().is_some_and(|words| words.starts_with(APPROVAL_NEEDED)) {
            let changes_values = line.typed().contains(" set-quorum-value ");
            let token = self.mint(&mut session, if changes_values { "quorum" } else { "user" }, None)?;
            self.put_approval(&token, &ADMINS, with_role)?;
            heard = session.ask(&line.clone().and("--approval approval.json"))?;
        }
        session.quit();
        Ok(heard)
    }

    /// How many admins a service needs, as the HSM says.
    pub fn quorum_value(&mut self, service: &str) -> Result<u64, Stop> {
        let mut session = self.cli.interactive()?;
        let heard = self.must(&mut session, &Line::new("quorum token-sign list-quorum-values"))?;
        session.quit();
        let value = heard.yes().map_or(&Value::Null, |data| &data[service]);
        let number = value.as_u64().or_else(|| value["value"].as_u64());
        number.ok_or_else(|| Trouble::lacks("quorum value", &heard).into())
    }

    /// `user list`, one user.
    pub fn listed(&mut self, name: &str) -> Result<Value, Stop> {
        let mut session = self.cli.interactive()?;
        let heard = session.ask(&Line::new("user list"))?;
        session.quit();
        let users = heard
            .yes()
            .and_then(|data| data["users"].as_array().cloned())
            .unwrap_or_default();
        let found = users.into_iter().find(|user| user["username"] == name);
        found.ok_or_else(|| Trouble::lacks("user of the probe", &heard).into())
    }
}

/// Words that say something of the approvals, and nothing of the deed.
pub fn is_about_approvals(words: &str) -> bool {
    ABOUT_APPROVALS.iter().any(|start| words.starts_with(start))
}

/// Documented (quorum-auth-chsm-cli-admin).
pub const APPROVAL_NEEDED: &str = "Quorum approval is required for this operation";
/// Documented or measured; the last is said of an expired token, and assumed.
const ABOUT_APPROVALS: [&str; 6] = [
    APPROVAL_NEEDED,
    "Quorum Failed",
    "Too few quorum approvals",
    "Invalid username-signature pair",
    "No token signatures provided",
    "The quorum token",
];
