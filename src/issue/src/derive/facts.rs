//! What is signed, in words: for screens and paper.

use x509::{KeyUsage, Oid, TbsCertificate};

use super::{Content, Derived};

impl Derived {
    /// What a person should know of it, as pairs of a word and a value.
    pub fn facts(&self) -> Vec<(String, String)> {
        let facts: Vec<(&str, String)> = match &self.content {
            Content::Certificate(tbs) => certificate_facts(tbs.tbs()),
            Content::Crl(tbs) => vec![
                ("revocation list of", tbs.tbs().issuer().to_string()),
                ("number", tbs.tbs().number().to_string()),
                (
                    "revokes",
                    match tbs.tbs().entries().len() {
                        0 => "nothing".into(),
                        n => format!("{n} certificates"),
                    },
                ),
                ("made", tbs.tbs().this_update().to_string()),
                ("next one due", tbs.tbs().next_update().to_string()),
            ],
        };
        facts
            .into_iter()
            .map(|(word, value)| (word.to_owned(), value))
            .collect()
    }
}

fn certificate_facts(tbs: &TbsCertificate) -> Vec<(&'static str, String)> {
    let may = match (tbs.is_ca(), tbs.allows(KeyUsage::DIGITAL_SIGNATURE)) {
        (true, true) => "issue certificates and sign",
        (true, false) => "issue certificates, and sign nothing else",
        (false, _) => "sign, and issue no certificates",
    };
    let purposes = match tbs.ekus() {
        Some((oids, _)) => oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(", "),
        None => "any: it is the root".into(),
    };
    vec![
        ("certificate for", tbs.subject().to_string()),
        ("vouched for by", tbs.issuer().to_string()),
        ("may", may.into()),
        ("purpose", purposes),
        ("from", tbs.not_before().to_string()),
        ("until", tbs.not_after().to_string()),
        ("serial number", tbs.serial_hex()),
        (
            "key",
            format!(
                "{}, SHA-256 {}",
                tbs.public_key().algorithm(),
                record::digest::hex(&tbs.public_key().fingerprint())
            ),
        ),
    ]
}
