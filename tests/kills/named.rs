//! Keys that an event makes are random: a name stands for each, on both sides, before bytes are compared.

use ::record::record::{KeyChange, Record};

/// Octets that differ from one holding to the next, and what is written over them.
pub struct Named(Vec<(Vec<u8>, Vec<u8>)>);

impl Named {
    /// The public keys that the event made, and their key identifiers as this store's certificates have them.
    pub fn of<'a>(record: &Record, certificates: impl Iterator<Item = &'a Vec<u8>> + Clone) -> Self {
        let mut named = Self(Vec::new());
        let made = |change| [KeyChange::Made, KeyChange::Adopted].contains(&change);
        for key in record.keys.iter().filter(|key| made(key.change)) {
            let point = key.public_key.last_chunk::<P384_POINT>().expect("a P-384 key");
            named.add(point, &format!("key {}", key.key));
            named.add(&key.fingerprint.0, &format!("fingerprint {}", key.key));
            let of_it = certificates.clone().find(|der| position(der, point).is_some());
            let identifier = subject_key_identifier(of_it.expect("a certificate of the key"));
            named.add(identifier, &format!("identifier {}", key.key));
        }
        named
    }

    /// The octets with names in the places of those that differ.
    pub fn over(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for (value, name) in &self.0 {
            while let Some(place) = position(&bytes, value) {
                bytes[place..place + value.len()].copy_from_slice(name);
            }
        }
        bytes
    }

    /// The name is as long as what it stands for, so that lengths stay.
    fn add(&mut self, value: &[u8], name: &str) {
        let name: Vec<u8> = format!("<{name}> ").bytes().cycle().take(value.len()).collect();
        assert_ne!(value, name);
        self.0.push((value.to_vec(), name));
    }
}

fn position(bytes: &[u8], value: &[u8]) -> Option<usize> {
    bytes.windows(value.len()).position(|window| window == value)
}

/// RFC 5280 section 4.2.1.2: an octet string within the extension's octet string.
fn subject_key_identifier(der: &[u8]) -> &[u8] {
    let oid = [0x06, 0x03, 0x55, 0x1d, 0x0e, 0x04];
    let place = position(der, &oid).expect("a subject key identifier") + oid.len();
    let length = usize::from(der[place + 2]);
    &der[place + 3..][..length]
}

/// An uncompressed point: 0x04 and two coordinates.
const P384_POINT: usize = 97;
