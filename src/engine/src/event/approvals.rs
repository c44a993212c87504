//! One member's approval, checked against the request it answers before the HSM sees it.

use std::collections::BTreeSet;

use record::messages::{Approval, ApprovalRequest, TokenApproval};
use record::{Bundle, Digest, Member};

use crate::inbox::same;

/// The request that went out, and what an answer to it must fit.
pub struct Request {
    /// SHA-256 of the request's file.
    pub digest: Digest,
    /// The request.
    pub body: ApprovalRequest,
}

impl Request {
    /// Reads a request's file.
    pub fn read(file: &[u8]) -> Option<Self> {
        let body = Bundle::<ApprovalRequest>::decode(file).ok()?.body;
        Some(Self {
            digest: Digest::of(file),
            body,
        })
    }

    /// Says what is wrong with a member's approval, if anything.
    pub fn check(&self, member: &Member, approval: &Approval) -> Result<(), String> {
        same("event", &approval.event, &self.body.event)?;
        same("member", &approval.member, &member.id)?;
        same("plan", &approval.plan, &self.body.plan)?;
        same("image", &approval.image, &self.body.image)?;
        same("session", &approval.session, &self.body.session)?;
        same("request", &approval.request, &self.digest)?;
        let mut seen = BTreeSet::new();
        for consent in &approval.tokens {
            if !seen.insert(consent.token) {
                return Err("it has the same token twice".into());
            }
            self.check_token(member, consent)?;
        }
        match seen.len() == self.body.tokens.len() {
            true => Ok(()),
            false => Err(format!(
                "it answers {} of {} tokens",
                seen.len(),
                self.body.tokens.len()
            )),
        }
    }

    fn check_token(&self, member: &Member, consent: &TokenApproval) -> Result<(), String> {
        let asked = self.body.tokens.iter().find(|asked| asked.token == consent.token);
        let asked = asked.ok_or("it has a token that was not asked for")?;
        if asked.action.digest != consent.action {
            return Err(format!("it is for other bytes than those of {}", asked.action.step));
        }
        // Only keys are approved with approval keys: what admins do, with admin keys.
        let is_keys = asked.service.starts_with("key-");
        let key = if is_keys {
            member.approval_key()
        } else {
            member.admin_key()
        };
        let key = key.map_err(|error| error.to_string())?;
        let good = key.verify_token(&consent.token.0, &consent.signature);
        good.map_err(|error| format!("the RSA signature for {} is not good: {error}", asked.action.step))
    }
}
