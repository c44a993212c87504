//! The words of templates: what each `@word@` stands for.

use record::plan::STANDING;
use record::{Digest, Standing, cbor, text};

use super::known::Known;
use super::template::Words;
use super::{hints, lists, scripts, serial};
use crate::error::Error;
use crate::files;

impl Words for Known<'_> {
    type Error = Error;

    fn word(&self, word: &str) -> Result<String, Error> {
        Ok(match word {
            "event" => self.call.event.to_owned(),
            "rehearsal" => self.call.rehearsal.to_string(),
            "serial" => serial()?,
            "generation" => self.standing_if_any().map_or(0, Standing::generation).to_string(),
            "threshold" => self.issuing_policy()?.quorum.threshold.to_string(),
            "owner" => self.owner(),
            "next roster" => self.rosters()?.1.number.to_string(),
            "new members" | "gone members" | "changed members" => match self.list(word)?.join(", ") {
                nobody if nobody.is_empty() => "nobody".into(),
                members => members,
            },
            _ => match self.moment(word)? {
                Some(moment) => moment.to_string(),
                None => self.about(word)?,
            },
        })
    }

    fn list(&self, list: &str) -> Result<Vec<String>, Error> {
        lists::list(self, list)
    }

    fn holds(&self, condition: &str) -> Result<bool, Error> {
        lists::holds(self, condition)
    }

    fn named(&self, name: &str) -> Result<String, Error> {
        self.wanted(name)
    }

    fn script(&self, name: &str) -> Result<String, Error> {
        Ok(scripts::template(scripts::kind(name)?).to_owned())
    }

    fn bad(&self, what: String) -> Error {
        Error::Usage {
            what: format!("the template of {}: {what}", self.call.kind),
            hint: "correct the ceremony script".into(),
        }
    }
}

impl Known<'_> {
    /// Words that are about something: a file, a certificate, a delegate.
    fn about(&self, word: &str) -> Result<String, Error> {
        let after = |verb: &str| word.strip_prefix(verb);
        if let Some(name) = after("digest ") {
            return self.digest(name);
        }
        if let Some(issuer) = after("next crl ") {
            let standing = self.standing_if_any().and_then(|standing| standing.crl(issuer));
            return Ok(standing.map_or(1, |crl| crl.number.saturating_add(1)).to_string());
        }
        if let Some(name) = after("number ") {
            return Ok(self
                .standing_if_any()
                .map_or(1, |standing| standing.next_number(name))
                .to_string());
        }
        if let Some(name) = after("key ") {
            return Ok(self.certificate(name)?.0);
        }
        if let Some(name) = after("guarded ") {
            return Ok(self.delegate(name)?.quorum.to_string());
        }
        if let Some(name) = after("rule of ") {
            return Ok(self.subkey_rule(name)?.name.clone());
        }
        if let Some(name) = after("source of ") {
            return self.source(name);
        }
        if let Some(subkey) = after("issuer for ") {
            return self.issuer_for(subkey);
        }
        if let Some(subkey) = after("uris of ") {
            return self.uris(subkey);
        }
        match after("set ") {
            Some(name) => self.set_or(name),
            None => Err(self.bad(format!("it has the unknown word '{}'", text::plain(word, 40)))),
        }
    }

    /// `set name`, or `set name or word`: a number, a moment, or a certificate's end.
    fn set_or(&self, word: &str) -> Result<String, Error> {
        match word.split_once(" or ") {
            None => self.wanted(word),
            Some((name, other)) => match self.set(name) {
                Some(value) => Ok(value),
                None if other.bytes().all(|b| b.is_ascii_digit()) => Ok(other.to_owned()),
                None => self.word(other),
            },
        }
    }

    fn digest(&self, name: &str) -> Result<String, Error> {
        let path = self.call.folder.join(name);
        let bytes = files::read_if_there(&path, cbor::BUNDLE_LIMIT)?;
        let bytes = bytes.ok_or_else(|| hints::missing(self.call.folder, name))?;
        Ok(Digest::of(&bytes).hex())
    }

    /// The HSM user who owns the keys: who was set, or who owns those that stand, or the name that the scripts use.
    fn owner(&self) -> String {
        let standing = self.standing_if_any().and_then(|standing| standing.keys.first());
        let owner = self.set("owner").or_else(|| standing.map(|key| key.owner.clone()));
        owner.unwrap_or_else(|| "root_owner".into())
    }

    /// The newest certificate of the delegate that signs for a subkey.
    pub fn issuer_for(&self, subkey: &str) -> Result<String, Error> {
        Ok(self.certificate(&self.subkey_rule(subkey)?.delegate)?.0)
    }

    /// What a subkey is for, as TOML strings: where the policy wants it, it was set.
    fn uris(&self, subkey: &str) -> Result<String, Error> {
        if self.subkey_rule(subkey)?.uri_prefix.is_none() {
            return Ok(String::new());
        }
        let own = format!("uri-{subkey}");
        let uri = match self.set(&own) {
            Some(uri) => uri,
            None if self.list("requests")?.len() == 1 => self.wanted("uri")?,
            None => self.wanted(&own)?,
        };
        Ok(format!("\"{uri}\""))
    }

    /// An outside delegate's key: a new request if there is one, else that of its newest certificate.
    fn source(&self, name: &str) -> Result<String, Error> {
        let request = format!("{name}.csr");
        if self.call.folder.join(&request).exists() {
            return Ok(format!("{{ request = \"{request}\" }}"));
        }
        let newest = self.standing_if_any().and_then(|standing| standing.newest(name));
        match newest.map(record::standing::StandingCertificate::stem) {
            Some(stem) if self.is_revoked(&stem) => Err(Error::Elsewhere {
                cause: Box::new(Error::input(
                    STANDING,
                    record::Error::Invalid {
                        file: STANDING,
                        what: format!("{stem} is revoked, so its key is not signed again"),
                    },
                )),
                hint: "have the delegate's keeper make a new key, and put its request into the folder: NAME.csr".into(),
            }),
            Some(stem) => Ok(format!("{{ standing = \"{stem}\" }}")),
            None => Err(hints::missing(self.call.folder, &request)),
        }
    }
}
