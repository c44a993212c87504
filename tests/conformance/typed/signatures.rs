//! Signatures as operations of the trait, checked by the HSM and by `openssl`.

use hsm::Error;
use serde_json::{Value, json};

use super::Typed;
use crate::deed::SignatureDeed;
use crate::people;
use crate::place::MESSAGE;
use crate::scenario::Step;
use crate::told::pem;

impl Typed {
    pub(super) fn signature(&mut self, step: &Step, deed: &SignatureDeed) -> Result<Value, Error> {
        match deed {
            SignatureDeed::Sign { key, token, data } => {
                let approved = self.approved(token.as_ref())?;
                let (private, message) = (self.private(key), data.clone().unwrap_or_else(|| MESSAGE.into()));
                let signature = self
                    .hsm(step)
                    .sign_ecdsa(&private, message.as_bytes(), approved.as_ref())?;
                self.signed.insert(key.clone(), (message, signature));
                Ok(json!({ "key-reference": private.reference }))
            }
            SignatureDeed::Verify(key) => {
                let (public, (message, signature)) = (self.pair(key).public, self.signed[key].clone());
                let verified = self.hsm(step).verify_ecdsa(&public, message.as_bytes(), &signature)?;
                assert!(verified, "the HSM does not verify its own signature");
                let other = self.hsm(step).verify_ecdsa(&public, b"something else", &signature)?;
                assert!(!other, "the HSM verifies a signature over something else");
                Ok(Value::Null)
            }
            SignatureDeed::Judge(key) => {
                let (public, (message, signature)) = (self.pair(key).public, self.signed[key].clone());
                let spki = pem(&self.hsm(step).public_key_spki(&public)?);
                people::judge(&spki, message.as_bytes(), &signature, &self.folder.join("judged"));
                Ok(Value::Null)
            }
        }
    }
}
