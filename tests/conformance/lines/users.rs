//! Users, their logins and their second factor, as lines.

use std::fs;

use super::files::sign_entries;
use super::{Lines, username};
use crate::deed::{Form, UserDeed};
use crate::people;
use crate::place::{Came, NEW_PASSWORD, PASSWORD, role};
use crate::scenario::Step;

impl Lines {
    pub(super) fn user(&mut self, step: &Step, deed: &UserDeed) -> Came {
        let line = match deed {
            UserDeed::Users => "user list".into(),
            UserDeed::Login(user) => format!("login {} --password {PASSWORD}", username(user)),
            UserDeed::LoginWith { user, password } => format!("login {} --password {password}", username(user)),
            UserDeed::LoginMfa { user, key } => return self.login_mfa(step, user, key),
            UserDeed::Logout => "logout".into(),
            UserDeed::CreateUser { user, password, token } => {
                let (password, approval) = (password.as_deref().unwrap_or(PASSWORD), self.approval(token.as_deref()));
                format!("user create {} --password {password}{approval}", username(user))
            }
            UserDeed::DeleteUser { user, token } => {
                format!("user delete {}{}", username(user), self.approval(token.as_deref()))
            }
            UserDeed::ChangePassword {
                user,
                token,
                deregister_mfa,
                deregister_quorum,
            } => {
                let mut line = format!("user change-password {} --password {NEW_PASSWORD}", username(user));
                line += &self.approval(token.as_deref());
                line += if *deregister_mfa { " --deregister-mfa" } else { "" };
                line + if *deregister_quorum { " --deregister-quorum" } else { "" }
            }
            UserDeed::ChangeMfa {
                user,
                key,
                signed_with,
                token,
            } => return self.change_mfa(step, user, key, signed_with.as_deref().unwrap_or(key), token.as_deref()),
            UserDeed::RemoveMfa { user, token } => {
                let approval = self.approval(token.as_deref());
                format!("user change-mfa token-sign {} --deregister{approval}", username(user))
            }
        };
        self.say(step, &line)
    }

    fn login_mfa(&mut self, step: &Step, user: &str, key: &str) -> Came {
        let file = self.token(&format!("mfa-{user}"));
        let _ = fs::remove_file(&file);
        let (role, file_name) = (role(user), file.display().to_string());
        let talk = self.talk(step);
        talk.type_line(&format!(
            "login --username {user} --role {role} --password {PASSWORD} mfa-token-sign --token {file_name}"
        ));
        if let Some(came) = talk.hear(Some(PATH_PROMPT)) {
            return came;
        }
        sign_entries(&file, key, Form::Right);
        let talk = self.talk(step);
        talk.type_line("");
        talk.hear(None).expect("an answer")
    }

    fn change_mfa(&mut self, step: &Step, user: &str, key: &str, signer: &str, token: Option<&str>) -> Came {
        let (file, public) = (self.token(&format!("mfa-{user}")), self.place.path("mfa.pub"));
        let _ = fs::remove_file(&file);
        fs::write(&public, people::public_key(key)).expect("the public key");
        let (role, approval, name) = (role(user), self.approval(token), file.display().to_string());
        let talk = self.talk(step);
        talk.type_line(&format!(
            "user change-mfa token-sign --username {user} --role {role} --token {name}{approval}"
        ));
        for prompt in ["Enter password:", "Confirm password:"] {
            if let Some(came) = talk.hear(Some(prompt)) {
                return came;
            }
            talk.type_line(PASSWORD);
        }
        if let Some(came) = talk.hear(Some(PATH_PROMPT)) {
            return came;
        }
        sign_entries(&file, signer, Form::Right);
        let talk = self.talk(step);
        talk.type_line("");
        // How this prompt reads is in no page: it ends with a colon.
        if let Some(came) = talk.hear(Some(":")) {
            return came;
        }
        talk.type_line(&public.display().to_string());
        talk.hear(None).expect("an answer")
    }
}

/// The prompt as section 2 has it.
const PATH_PROMPT: &str = "Enter signed token file path (press enter if same as the unsigned token file):";
