//! How a certificate stands: what the newest published list of its issuer says of it.

use record::Time;

use super::{Certificate, Crl, Site};

/// What is published of a certificate's revocation.
pub enum Standing<'s> {
    /// A root: no list can name it.
    Root,
    /// Its issuer has no list yet.
    Unlisted,
    /// The issuer's newest list does not name it.
    Unnamed(&'s Crl),
    /// The issuer's newest list names it.
    Revoked(&'s Crl, &'s x509::CrlEntry),
}

impl Site {
    /// How a certificate stands, by the newest list in the store.
    pub fn standing(&self, certificate: &Certificate) -> Standing<'_> {
        if certificate.is_root() {
            return Standing::Root;
        }
        let tbs = certificate.x509.tbs();
        let key = tbs.authority_key_id();
        let issued =
            |crl: &&Crl| crl.x509.tbs().issuer() == tbs.issuer() && key == Some(crl.x509.tbs().authority_key_id());
        let Some(crl) = self.newest(issued) else {
            return Standing::Unlisted;
        };
        match crl.x509.tbs().entry(tbs.serial()) {
            None => Standing::Unnamed(crl),
            Some(entry) => Standing::Revoked(crl, entry),
        }
    }

    /// The newest list that an issuer signed; none if it signed none, and none of a cross-certificate: the root that it is
    /// about has one.
    pub fn list_of<'s>(&'s self, issuer: &'s Certificate) -> Option<&'s Crl> {
        self.lists_of(issuer).max_by_key(|crl| crl.x509.tbs().number())
    }

    /// All lists that an issuer signed, in the order in which they were made.
    pub fn lists_of<'s>(&'s self, issuer: &'s Certificate) -> impl Iterator<Item = &'s Crl> {
        let (tbs, cross) = (issuer.x509.tbs(), issuer.is_cross());
        let lists = self.events.iter().flat_map(|event| &event.crls);
        lists.filter(move |crl| {
            let list = crl.x509.tbs();
            !cross && list.issuer() == tbs.subject() && Some(list.authority_key_id()) == tbs.subject_key_id()
        })
    }

    /// The last moment that the pages know of: the end of the latest event.
    pub fn as_of(&self) -> Option<Time> {
        self.events.iter().map(|event| event.record.ended).max()
    }

    fn newest(&self, wanted: impl Fn(&&Crl) -> bool) -> Option<&Crl> {
        let lists = self.events.iter().flat_map(|event| &event.crls);
        lists.filter(wanted).max_by_key(|crl| crl.x509.tbs().number())
    }
}
