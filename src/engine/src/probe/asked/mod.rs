//! The probers: one for each question, in the order in which they are asked.

mod admins;
mod audit;
mod keys;
mod mfa;
mod outside;
mod registration;
mod time;
mod tokens;
mod view;
mod words;

pub use self::admins::set as set_quorum_value;
pub use self::outside::Lost;
pub use self::time::Times;

use super::prompt::password_prompt;
use super::trouble::Stop;
use super::{Probe, Verdict};

/// Does what the question is about, and looks.
pub type Prober = fn(&mut Probe<'_>) -> Result<Verdict, Stop>;

/// What needs nobody comes first; what changes the admins' quorum, and what needs people or waiting, comes last.
pub const PROBERS: &[(&str, Prober)] = &[
    ("password-prompt", password_prompt),
    ("prompt-text", words::prompt_text),
    ("answer-stream", words::answer_stream),
    ("refusal-exit-code", words::refusal_exit_code),
    ("ecdsa-sign", keys::ecdsa_sign),
    ("data-type-default", keys::data_type_default),
    ("ec-point", keys::ec_point),
    ("empty-id", keys::empty_id),
    ("destroyable-false", keys::destroyable_false),
    ("max-shared-users", keys::max_shared_users),
    ("unshare-below-quorum", keys::unshare_below_quorum),
    ("registration-file", registration::registration_file),
    ("registration-token", registration::registration_token),
    ("token-path-field", tokens::token_path_field),
    ("failure-consumes-token", tokens::failure_consumes_token),
    ("use-voids-other-tokens", tokens::use_voids_other_tokens),
    ("digest-clears-token", tokens::digest_clears_token),
    ("approval-role", tokens::approval_role),
    ("duplicate-approver", tokens::duplicate_approver),
    ("surplus-approvals", tokens::surplus_approvals),
    ("non-shared-approvers", tokens::non_shared_approvers),
    ("mfa-password", mfa::mfa_password),
    ("mfa-keeps-login", mfa::mfa_keeps_login),
    ("mfa-off-word", mfa::mfa_off_word),
    ("undocumented-texts", words::undocumented_texts),
    ("quorum-value-order", admins::quorum_value_order),
    ("own-account-quorum", admins::own_account_quorum),
    ("second-admin-token", admins::second_admin_token),
    ("admin-token-scope", admins::admin_token_scope),
    ("token-list-numbers", admins::token_list_numbers),
    ("pkcs11-view", view::pkcs11_view),
    ("node-change-voids-tokens", outside::node_change_voids_tokens),
    ("plain-text-stream", outside::plain_text_stream),
    ("reconnection", outside::reconnection),
    ("token-life", time::token_life),
    ("expired-token", time::expired_token),
    ("key-token-audit", audit::key_token_audit),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions;

    #[test]
    fn every_question_has_a_prober_and_every_prober_a_question() {
        let questions: Vec<String> = questions::all().into_iter().map(|question| question.name).collect();
        let without: Vec<_> = questions
            .iter()
            .filter(|name| !PROBERS.iter().any(|(known, _)| known == name))
            .collect();
        assert!(without.is_empty(), "nobody asks {without:?}");
        for (at, (name, _)) in PROBERS.iter().enumerate() {
            assert!(questions.iter().any(|known| known == name), "{name} is no question");
            assert!(
                PROBERS[..at].iter().all(|(earlier, _)| earlier != name),
                "{name} is asked twice"
            );
        }
    }
}
