//! Signatures as lines: made by the HSM, and checked by it and by `openssl`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::Lines;
use crate::deed::SignatureDeed;
use crate::place::{Came, MESSAGE};
use crate::scenario::Step;
use crate::{people, shape};

impl Lines {
    pub(super) fn signature(&mut self, step: &Step, deed: &SignatureDeed) -> Came {
        match deed {
            SignatureDeed::Sign { key, token, data } => self.sign(step, key, token.as_deref(), data.as_deref()),
            SignatureDeed::Verify(key) => self.verify(step, key),
            SignatureDeed::Judge(key) => self.judge(step, key),
        }
    }

    fn sign(&mut self, step: &Step, key: &str, token: Option<&str>, data: Option<&str>) -> Came {
        let data = data.unwrap_or(MESSAGE);
        let line = format!(
            "crypto sign ecdsa --key-filter {} --hash-function sha384 --data {}{}",
            self.filter(key),
            people::encode(data.as_bytes()),
            self.approval(token)
        );
        let came = self.say(step, &line);
        if let Came::Yes(answer) = &came {
            let signature = answer["signature"].as_str().unwrap_or_default().to_owned();
            self.signed.insert(key.to_owned(), (data.to_owned(), signature));
        }
        came
    }

    fn verify(&mut self, step: &Step, key: &str) -> Came {
        let (message, signature) = &self.signed[key];
        let line = format!(
            "crypto verify ecdsa --key-filter key-reference={} --hash-function sha384 --data {} --signature {signature}",
            self.reference(key, "public_key"),
            people::encode(message.as_bytes())
        );
        self.say(step, &line)
    }

    fn judge(&mut self, step: &Step, key: &str) -> Came {
        let (file, came) = self.public_key(step, key);
        let Came::Yes(said) = &came else { return came };
        shape::demand("generate-file", said, &BTreeMap::new());
        let (message, signature) = &self.signed[key];
        let signature = people::decode(signature).expect("base64");
        assert_eq!(signature.len(), 96, "r ‖ s");
        let pem = fs::read_to_string(&file).expect("the key's file");
        people::judge(&pem, message.as_bytes(), &signature, &self.place.path("judged"));
        Came::Yes(Value::Null)
    }
}
