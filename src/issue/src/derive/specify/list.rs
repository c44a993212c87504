//! CRLs: the entries of the list that stands, all of them, and then what the plan adds.

use record::digest;
use record::plan::{PlannedCrl, Revoked};
use record::text::plain;
use x509::{Reason, Time};

use super::{Context, plan};
use crate::derive::x509_time;
use crate::{CrlEntry, CrlSpec, Error};

impl Context<'_> {
    /// A CRL, with the end of its issuer.
    pub fn list(&self, list: &PlannedCrl) -> Result<(CrlSpec, Time), Error> {
        let issuer = &list.issuer;
        let mut entries = self.entries_before(issuer, x509_time(list.this_update))?;
        for added in &list.revoked {
            let entry = self.entry(issuer, added)?;
            if entries.iter().any(|known| known.serial == entry.serial) {
                let serial = digest::hex(&entry.serial);
                return Err(plan(&format!(
                    "{issuer} has revoked the serial number {serial} already"
                )));
            }
            entries.push(entry);
        }
        let found = self.issuer(issuer)?;
        let spec = CrlSpec {
            issuer: found.name,
            issuer_key: self.key(issuer)?.clone(),
            number: list.number,
            this_update: x509_time(list.this_update),
            next_update: x509_time(list.next_update),
            entries,
        };
        Ok((spec, found.end))
    }

    /// What the list that stands has: no entry vanishes.
    fn entries_before(&self, issuer: &str, this_update: Time) -> Result<Vec<CrlEntry>, Error> {
        let Some(crl) = self.standing.crl(issuer) else {
            return Ok(Vec::new());
        };
        let before = crl.tbs();
        if this_update <= before.this_update() {
            return Err(plan(&format!(
                "the CRL of {issuer} is made at {this_update}, not after the one before it, {}",
                before.this_update()
            )));
        }
        let entry = |entry: &x509::CrlEntry| CrlEntry {
            serial: entry.serial.clone(),
            date: entry.date,
            reason: entry.reason,
        };
        Ok(before.entries().iter().map(entry).collect())
    }

    fn entry(&self, issuer: &str, added: &Revoked) -> Result<CrlEntry, Error> {
        let serial = match (&added.certificate, &added.serial) {
            (Some(stem), _) => self.serial_of(issuer, stem)?,
            (None, serial) => {
                let hex = serial.as_deref().unwrap_or_default();
                digest::unhex(hex).ok_or_else(|| plan("a revoked serial number is not one"))?
            }
        };
        let reason = Reason::from_name(&added.reason).ok_or_else(|| {
            plan(&format!(
                "'{}' is no reason of RFC 5280 §5.3.1",
                plain(&added.reason, 40)
            ))
        })?;
        Ok(CrlEntry {
            serial,
            date: x509_time(added.at),
            reason: Some(reason),
        })
    }

    /// The serial number of a certificate that stands, if this issuer signed it.
    fn serial_of(&self, issuer: &str, stem: &str) -> Result<Vec<u8>, Error> {
        let tbs = self.standing.certificate(stem);
        let tbs = tbs.ok_or_else(|| plan(&format!("no certificate {stem} stands")))?;
        let (found, name) = (tbs.issuer(), self.issuer(issuer)?.name);
        match *found == name && tbs.authority_key_id() == Some(&self.key(issuer)?.key_id()[..]) {
            true => Ok(tbs.serial().to_vec()),
            false => Err(plan(&format!("{stem} was not issued by {issuer}, but by {found}"))),
        }
    }
}
