//! One subject, one key; one serial number, one certificate: in the plan, and with everything that stands.

use std::collections::BTreeMap;

use x509::TbsCertificate;

use super::Derived;
use super::standing::Standing;
use crate::Error;

/// Checks all certificates that a plan makes against each other and against those that stand.
pub fn check(derived: &[Derived], standing: &Standing) -> Result<(), Error> {
    let mut seen = Distinct::default();
    for (stem, tbs) in standing.certificates() {
        seen.take(stem, tbs);
    }
    for (one, tbs) in derived.iter().filter_map(|one| Some((one, one.certificate()?))) {
        seen.check(&one.file, tbs).map_err(Error::Plan)?;
        seen.take(&one.file, tbs);
    }
    Ok(())
}

/// What certificates use up: serial numbers, subjects and keys, each with the certificate that uses it.
#[derive(Default)]
pub struct Distinct {
    serials: BTreeMap<Vec<u8>, String>,
    /// Keys by subject.
    keys: BTreeMap<Vec<u8>, (Vec<u8>, String)>,
    /// Subjects by key.
    subjects: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Distinct {
    /// Notes what a certificate uses up.
    pub fn take(&mut self, what: &str, tbs: &TbsCertificate) {
        let (subject, key) = (tbs.subject().to_der(), tbs.public_key().spki_der().to_vec());
        self.serials.insert(tbs.serial().to_vec(), what.to_owned());
        self.subjects.insert(key.clone(), subject.clone());
        self.keys.insert(subject, (key, what.to_owned()));
    }

    /// Whether another certificate may be beside those noted.
    ///
    /// # Errors
    /// A serial number that is used up, a subject with another key, or a key with another subject.
    pub fn check(&self, what: &str, tbs: &TbsCertificate) -> Result<(), String> {
        if let Some(other) = self.serials.get(tbs.serial()) {
            let serial = tbs.serial_hex();
            return Err(format!("the serial number {serial} of {what} is that of {other}"));
        }
        let (subject, key) = (tbs.subject().to_der(), tbs.public_key().spki_der());
        match self.keys.get(&subject) {
            Some((other, whose)) if other != key => {
                return Err(format!(
                    "{what} and {whose} have one subject, {}, and two keys",
                    tbs.subject()
                ));
            }
            _ => {}
        }
        // A subject's key is nobody else's: two names for one key would undo whatever tells the two apart.
        match self.subjects.get(key) {
            Some(other) if *other != subject => Err(format!("the key in {what} has another certificate already")),
            _ => Ok(()),
        }
    }
}
