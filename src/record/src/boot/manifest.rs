//! The registers quoted, against those that a manifest of the image names.

use super::{Proof, QuoteError, Quoted};
use crate::digest::hex;
use crate::messages::ImageManifest;

impl Quoted {
    /// Compares every register that the manifest names for such a quote; gives the numbers of those that only a
    /// boot sets back, in the manifest's order. None are compared where it names none.
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
        compared.retain(|number| counts(*number));
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

/// Whether nothing but a boot sets this register back: 16 and 23 anybody may set back, 17 to 22 a late launch (TCG PC Client
/// Platform TPM Profile, PCR attributes).
fn counts(number: u32) -> bool {
    number < 16
}

/// The registers that the image is measured into: as a program that the firmware starts, and by its parts
/// (docs/formats/boot.md).
pub const OF_THE_IMAGE: [u32; 2] = [4, 11];

/// `4, 7, 11`.
pub(super) fn numbers(of: &[u32]) -> String {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    of.join(", ")
}
