//! The registers quoted, against those that a manifest of the image names.

use super::{Proof, QuoteError, Quoted};
use crate::digest::hex;
use crate::messages::ImageManifest;

impl Quoted {
    /// Compares every register that the manifest names for such a quote; gives their numbers, in the manifest's order.
    /// None are compared where it names none.
    ///
    /// # Errors
    /// A register with another value, or one that the quote says nothing of.
    pub fn compare(&self, manifest: &ImageManifest) -> Result<Vec<u32>, QuoteError> {
        let expected: Vec<(u32, &[u8])> = match &self.proof {
            Proof::Tpm2(_) => manifest.pcrs.iter().map(|pcr| (pcr.number, &pcr.value.0[..])).collect(),
            Proof::Nitro(_) => manifest
                .nitro_pcrs
                .iter()
                .map(|pcr| (pcr.number, &pcr.value[..]))
                .collect(),
        };
        let mut compared = Vec::new();
        for (number, expected) in expected {
            let found = self.register(number).ok_or(QuoteError::RegisterMissing { number })?;
            if found != expected {
                return Err(QuoteError::OtherRegister {
                    number,
                    found: hex(found),
                    expected: hex(expected),
                });
            }
            compared.push(number);
        }
        Ok(compared)
    }

    /// The registers quoted, with their values, in the order of their numbers.
    #[must_use]
    pub fn registers(&self) -> Vec<(u32, &[u8])> {
        match &self.proof {
            Proof::Tpm2(quote) => quote
                .registers
                .iter()
                .map(|pcr| (pcr.number, &pcr.value.0[..]))
                .collect(),
            Proof::Nitro(document) => document
                .registers
                .iter()
                .map(|(number, value)| (*number, &value[..]))
                .collect(),
        }
    }

    fn register(&self, number: u32) -> Option<&[u8]> {
        let mut registers = self.registers().into_iter();
        registers.find_map(|(of, value)| (of == number).then_some(value))
    }
}

/// `4, 7, 11`.
pub(super) fn numbers(of: &[u32]) -> String {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    of.join(", ")
}
