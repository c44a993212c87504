//! Before anything is made: is this a cluster to be thrown away, and does the operator say so?

use hsm::{Habits, Secret};
use record::screen::Shown;
use serde_json::Value;

use super::Probe;
use super::answers::Facts;
use super::people::{ADMINS, AUDITED, FIRST, OUTSIDER, OWNER, Person, SECOND, SPARE};
use super::said::{Line, one_line};
use super::trouble::{Stop, Trouble};
use crate::error::Error;

impl Probe<'_> {
    /// Looks, asks, and changes nothing.
    pub fn gate(&mut self) -> Result<Facts, Stop> {
        self.console.show(&Shown::Heading {
            title: "A probe of a cluster that will be thrown away".into(),
        });
        let client = self.client()?;
        let mut session = self.cli.interactive()?;
        let nodes = self.must(&mut session, &Line::new("cluster hsm-info"))?;
        let users = self.must(&mut session, &Line::new("user list"))?;
        session.quit();
        let hsms = nodes
            .yes()
            .and_then(|data| data["hsms"].as_array().cloned())
            .unwrap_or_default();
        for hsm in &hsms {
            self.console.say(format!("HSM {}", Facts::described(hsm)));
        }
        let new = self.refuse_strangers(users.yes().unwrap_or(&Value::Null))?;
        self.console.say(
            "The probe makes and deletes users and keys, locks an account, spends tokens and changes the admins' \
             quorum. Whatever is on this cluster may be lost.",
        );
        let (question, answers) = ("Is this cluster for throwing away?".into(), vec![WORDS.to_owned()]);
        self.console.show(&Shown::Deciding { question, answers });
        if self.console.enter().as_deref().map(str::trim) != Some(WORDS) {
            let what = format!("nobody typed '{WORDS}', so nothing was touched");
            let hint = "type throw away, in these two words, if nothing on this cluster is needed any more";
            return Err(Error::HsmState { what, hint }.into());
        }
        Ok(Facts { client, hsms, new })
    }

    /// Finds out how passwords are taken, lets the first admin in, and makes sure that there is no key.
    pub fn enter(&mut self) -> Result<(), Stop> {
        self.find_password_prompt()?;
        let mut session = self.cli.interactive()?;
        let new = self.must(&mut session, &Line::new("user list"))?;
        let new = new
            .yes()
            .and_then(|data| data["users"].as_array().map(|users| is_new(users)))
            == Some(true);
        let users = [FIRST, OWNER, SECOND, OUTSIDER, AUDITED, SPARE, ADMINS[0], ADMINS[1]];
        let usable = |secret: &Secret| secret.check_for_user(Habits::default(), users);
        let password = match new {
            true => self
                .console
                .new_secret("New password of the first admin, who is called admin", &usable)?,
            false => self.console.secret("Password of the user admin")?,
        };
        self.cli.keep_secret(&password);
        self.demand_typable(&password)?;
        password.check_told_apart(users).map_err(Error::from)?;
        if new {
            let line = self.with_password(Line::new("cluster activate"), &password, 2);
            self.must(&mut session, &line)?;
        }
        session.quit();
        self.people.push(Person::new(FIRST, password));
        self.login(FIRST)?.quit();
        self.refuse_keys()
    }

    /// Only the first admin and the HSM's own user may be there. Answers whether the cluster is not activated yet.
    fn refuse_strangers(&self, users: &Value) -> Result<bool, Error> {
        let users = users["users"].as_array().map(Vec::as_slice).unwrap_or_default();
        let expected = |user: &&Value| match user["username"].as_str() {
            Some(FIRST) => ["admin", UNACTIVATED].contains(&user["role"].as_str().unwrap_or_default()),
            _ => user["role"].as_str().is_some_and(|role| role.starts_with("internal(")),
        };
        if let Some(user) = users.iter().find(|user| !expected(user)) {
            let name = one_line(user["username"].as_str().unwrap_or("without a name"));
            return Err(refused(format!("the cluster has a user {name}, so it is no new one")));
        }
        Ok(is_new(users))
    }

    /// A crypto user sees all public keys; and without other crypto users nobody owns a private one.
    fn refuse_keys(&mut self) -> Result<(), Stop> {
        self.create(&[OWNER])?;
        let mut session = self.login(OWNER)?;
        let heard = self.must(&mut session, &Line::new("key list"))?;
        session.quit();
        match heard.yes().and_then(|data| data["total_key_count"].as_u64()) {
            Some(0) => Ok(()),
            Some(count) => Err(refused(format!("the cluster has {count} keys, so it is no new one")).into()),
            None => Err(Trouble::lacks("total_key_count", &heard).into()),
        }
    }

    /// What the client says of itself, if it does.
    fn client(&mut self) -> Result<String, Stop> {
        let (heard, _) = self.cli.single("--version")?;
        let line = heard
            .around
            .out
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .map(one_line);
        Ok(line.unwrap_or_else(|| "it does not say its version".into()))
    }
}

fn is_new(users: &[Value]) -> bool {
    users.iter().any(|user| user["role"] == UNACTIVATED)
}

fn refused(what: String) -> Error {
    Error::HsmState {
        what,
        hint: "the probe wants a cluster of its own, with no key and no user but the first admin",
    }
}

const WORDS: &str = "throw away";
const UNACTIVATED: &str = "unactivated-admin";
