//! Users, their logins and their second factor, as operations of the trait.

use hsm::{Error, PasswordChange, Secret};
use serde_json::{Value, json};

use super::{Typed, nothing, typed_role};
use crate::deed::{Form, UserDeed};
use crate::people;
use crate::place::{NEW_PASSWORD, PASSWORD};
use crate::scenario::Step;
use crate::told::user_told;

impl Typed {
    pub(super) fn user(&mut self, step: &Step, deed: &UserDeed) -> Result<Value, Error> {
        let usual = Secret::new(PASSWORD.into());
        match deed {
            UserDeed::Users => {
                let users = self.hsm(step).users()?;
                Ok(json!({ "users": users.iter().map(user_told).collect::<Vec<_>>() }))
            }
            UserDeed::Login(user) => self.hsm(step).login(user, typed_role(user), &usual).map(nothing),
            UserDeed::LoginWith { user, password } => self
                .hsm(step)
                .login(user, typed_role(user), &Secret::new(password.clone()))
                .map(nothing),
            UserDeed::LoginMfa { user, key } => {
                let token = self.hsm(step).begin_login_mfa(user, typed_role(user), &usual)?;
                let signatures = self.sign_all(token.entries(), key, Form::Right);
                self.hsm(step).finish_login_mfa(&token, &signatures).map(nothing)
            }
            UserDeed::Logout => self.hsm(step).logout().map(nothing),
            UserDeed::CreateUser { user, password, token } => {
                let approved = self.approved(token.as_ref())?;
                let password = password.clone().map_or(usual, Secret::new);
                self.hsm(step)
                    .create_user(user, typed_role(user), &password, approved.as_ref())
                    .map(nothing)
            }
            UserDeed::DeleteUser { user, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .delete_user(user, typed_role(user), approved.as_ref())
                    .map(nothing)
            }
            UserDeed::ChangePassword {
                user,
                token,
                deregister_mfa,
                deregister_quorum,
            } => {
                let approved = self.approved(token.as_ref())?;
                let also = PasswordChange {
                    deregister_mfa: *deregister_mfa,
                    deregister_quorum: *deregister_quorum,
                };
                let password = Secret::new(NEW_PASSWORD.into());
                self.hsm(step)
                    .change_password(user, typed_role(user), &password, also, approved.as_ref())
                    .map(nothing)
            }
            UserDeed::ChangeMfa {
                user,
                key,
                signed_with,
                token,
            } => {
                let approved = self.approved(token.as_ref())?;
                let token = self
                    .hsm(step)
                    .begin_change_mfa(user, typed_role(user), Some(&usual), approved.as_ref())?;
                let signatures = self.sign_all(token.entries(), signed_with.as_ref().unwrap_or(key), Form::Right);
                self.hsm(step)
                    .finish_change_mfa(&token, &people::public_key(key), &signatures)
                    .map(nothing)
            }
            UserDeed::RemoveMfa { user, token } => {
                let approved = self.approved(token.as_ref())?;
                self.hsm(step)
                    .remove_mfa(user, typed_role(user), None, approved.as_ref())
                    .map(nothing)
            }
        }
    }
}
