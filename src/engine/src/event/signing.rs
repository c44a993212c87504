//! One signature: intent first, then the HSM, then the check, then the journal. A lost answer is never asked for again
//! by itself.

use base64ct::{Base64, Encoding as _};
use hsm::{Approved, KeyInfo};
use issue::derive::{Derived, assemble};
use record::journal::What;
use record::{Bytes, Digest};

use super::Event;
use super::progress::Open;
use crate::error::Error;

impl Event {
    /// Spends a token on what it was minted for.
    pub(super) fn spend(&mut self, derived: &Derived, key: &KeyInfo, approved: &Approved) -> Result<(), Error> {
        let token = Some(Digest(*approved.token().digest()));
        let action = derived.action();
        self.write(What::Spending {
            token,
            action: action.clone(),
        })?;
        let raw = match self.hsm.sign_ecdsa(key, derived.bytes(), Some(approved)) {
            Ok(raw) => raw.to_vec(),
            // The HSM signed, and only writing down its answer failed: what was signed comes back all the same.
            Err(hsm::Error::Unrecorded { answer, .. }) if signature_in(&answer).is_some() => {
                signature_in(&answer).unwrap_or_default()
            }
            // A clear no is in the journal word for word, and closed the action: there is nothing to be decided.
            Err(error) if !self.progress().open.contains_key(&derived.step) => {
                return Err(match is_mechanism(&error) {
                    true => Error::Mechanism { cause: Box::new(error) },
                    false => error.into(),
                });
            }
            Err(error) => {
                self.write(What::Lost {
                    action,
                    cause: error.to_string(),
                })?;
                return Err(error.into());
            }
        };
        let kept = self.keep(derived, token, &raw);
        if let Err(Error::Issue(cause)) = &kept {
            // It signed something, and not this: no signature that we can use, and none that may be forgotten.
            self.write(What::Lost {
                action,
                cause: cause.to_string(),
            })?;
        }
        kept
    }

    /// Checks a signature and writes it down.
    fn keep(&mut self, derived: &Derived, token: Option<Digest>, raw: &[u8]) -> Result<(), Error> {
        let keys = self.public_keys()?;
        let issuer = keys.get(&derived.issuer).ok_or_else(|| Error::HsmState {
            what: format!("the public key of {} is not known", derived.issuer),
            hint: "stop the event",
        })?;
        let der = assemble(derived, issuer, raw)?;
        self.write(What::Signed {
            action: derived.action(),
            token,
            signature: Bytes(raw.to_vec()),
        })?;
        self.console
            .say(format!("signed: {} ({} octets)", derived.file, der.len()));
        Ok(())
    }

    /// Before anything is signed in a resumed event: each action that was begun and not seen to end is settled, by the
    /// HSM's answer if the journal has it, else by people.
    pub(super) fn settle_open_actions(&mut self, derived: &[Derived]) -> Result<(), Error> {
        let progress = self.progress();
        for (step, open) in progress.open.iter().filter(|(_, open)| !open.again) {
            let Some(derived) = derived.iter().find(|one| one.step == *step) else {
                continue;
            };
            let answered = open.answer.as_deref().and_then(signature_in);
            let kept = answered.map(|raw| self.keep(derived, open.token, &raw));
            match kept {
                Some(Err(Error::Issue(_))) | None => self.decide(derived, open)?,
                Some(kept) => {
                    kept?;
                    self.console
                        .say(format!("The HSM's answer for {step} was in the journal."));
                }
            }
        }
        Ok(())
    }

    /// The same in an event that ends early: nobody decides any more, and what is not known is declared.
    pub(super) fn declare_open_actions(&mut self, derived: &[Derived]) -> Result<(), Error> {
        let progress = self.progress();
        for open in progress.open.values() {
            let one = derived.iter().find(|one| one.step == open.action.step);
            let answered = open.answer.as_deref().and_then(signature_in);
            let kept = one.zip(answered).map(|(one, raw)| self.keep(one, open.token, &raw));
            match kept {
                Some(Err(Error::Issue(_))) | None if open.lost || one.is_none() => {}
                Some(Err(Error::Issue(_))) | None => {
                    let cause = "the event was ended before anybody knew".to_owned();
                    let action = open.action.clone();
                    self.write(What::Lost { action, cause })?;
                }
                Some(kept) => kept?,
            }
        }
        Ok(())
    }

    fn decide(&mut self, derived: &Derived, open: &Open) -> Result<(), Error> {
        let question = format!(
            "The signing of {} was begun, and no good answer came: a signature over these bytes may exist. The same \
             bytes can be signed again; the record will say so.",
            derived.file
        );
        match self.console.decide(&question, &["sign again", "stop"])?.as_str() {
            "sign again" => {
                let reason = "the members present decided to sign the same bytes again".to_owned();
                self.write(What::Again {
                    action: open.action.clone(),
                    reason,
                })
            }
            _ => Err(Error::Undecided {
                step: derived.step.clone(),
            }),
        }
    }
}

/// The signature in an answer to `crypto sign ecdsa`: base64 of r and s.
fn signature_in(answer: &str) -> Option<Vec<u8>> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    if answer.get("error_code")?.as_u64()? != 0 {
        return None;
    }
    let raw = Base64::decode_vec(answer.get("data")?.get("signature")?.as_str()?).ok()?;
    (raw.len() == 96).then_some(raw)
}

/// The refusal in an answer, in plain words, if it is one of those that mean for certain that nothing was signed: the
/// HSM's own words about approvals, or that it has no such mechanism. Any other error, known or not, leaves open what
/// happened inside. A token's no is always one: its driver tells losses apart.
pub(super) fn refusal_in(answer: &str, by_a_token: bool) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    if answer.get("error_code")?.as_i64()? == 0 {
        return None;
    }
    let text = answer.get("data")?.as_str()?;
    if by_a_token {
        return Some(record::text::plain(text, 300));
    }
    let refusal = hsm::answer_error(text);
    let certain = matches!(
        refusal,
        hsm::Error::QuorumFailed
            | hsm::Error::TooFewApprovals { .. }
            | hsm::Error::ApprovalRefused
            | hsm::Error::NoSignatures
    ) || is_mechanism(&refusal);
    certain.then(|| refusal.to_string())
}

/// Known issue of some versions: ECDSA fails with "invalid mechanism". The mechanism is looked at before anything is
/// signed, so a token may be spent and no signature exists.
fn is_mechanism(refusal: &hsm::Error) -> bool {
    matches!(refusal, hsm::Error::Unknown { text } if text.to_lowercase().contains("invalid mechanism"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_refusal_in_a_clear_no_only() {
        let no = r#"{"error_code":1,"data":"Quorum Failed"}"#;
        let words = "the HSM refused: this key needs its quorum's approval";
        assert_eq!(refusal_in(no, false).as_deref(), Some(words));
        for other in [
            r#"{"error_code":0,"data":"Quorum Failed"}"#,
            "Quorum Failed",
            r#"{"error_code":1}"#,
            r#"{"error_code":1,"data":"Internal error"}"#,
            r#"{"error_code":1,"data":"HSM is disconnected"}"#,
            r#"{"error_code":1,"data":"Quorum token has expired"}"#,
            "{}",
        ] {
            assert_eq!(refusal_in(other, false), None, "{other}");
        }
    }

    #[test]
    fn a_mechanism_that_the_client_lacks_signed_nothing() {
        let no = r#"{"error_code":1,"data":"Invalid mechanism specified"}"#;
        let words = "the HSM refused in unknown words: Invalid mechanism specified";
        assert_eq!(refusal_in(no, false).as_deref(), Some(words));
    }

    #[test]
    fn a_tokens_no_is_a_no() {
        let no = r#"{"error_code":1,"data":"the token refused C_Sign: CKR KeyFunctionNotPermitted"}"#;
        let words = "the token refused C_Sign: CKR KeyFunctionNotPermitted";
        assert_eq!(refusal_in(no, true).as_deref(), Some(words));
        assert_eq!(refusal_in(no, false), None);
    }

    #[test]
    fn finds_a_signature_in_a_good_answer_only() {
        let good = format!(
            r#"{{"error_code":0,"data":{{"signature":"{}"}}}}"#,
            Base64::encode_string(&[7; 96])
        );
        assert_eq!(signature_in(&good), Some(vec![7; 96]));
        let short = format!(
            r#"{{"error_code":0,"data":{{"signature":"{}"}}}}"#,
            Base64::encode_string(&[7; 64])
        );
        for bad in [good.replace(":0,", ":1,"), short, "{}".into(), "Quorum Failed".into()] {
            assert_eq!(signature_in(&bad), None, "{bad}");
        }
    }
}
