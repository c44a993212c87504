//! TPMS_ATTEST (TPM 2.0 Library, part 2, section 10.12): what the TPM says and its key signs.

use super::QuoteError;
use super::reader::Reader;

/// A quote as the TPM wrote it: of registers of the SHA-256 bank alone.
pub(super) struct Attest<'a> {
    /// What the TPM was given to be signed with it.
    pub extra: &'a [u8],
    pub clock: Clock,
    /// The firmware's version, as the manufacturer numbers it.
    pub firmware: u64,
    /// The registers' numbers, in order.
    pub registers: Vec<u32>,
    /// SHA-256 over their values, in that order.
    pub digest: &'a [u8],
}

/// TPMS_CLOCK_INFO (section 10.11.1): two quotes with other counters are of two boots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Milliseconds that the TPM was under power since it was last cleared.
    pub milliseconds: u64,
    /// How often it was reset since it was last cleared: every boot is a reset.
    pub resets: u32,
    /// How often it was restarted, or woke from sleep, since that reset.
    pub restarts: u32,
    /// Whether its clock never showed a later time.
    pub safe: bool,
}

impl<'a> Attest<'a> {
    /// Reads all of it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, QuoteError> {
        let mut reader = Reader::new("attestation", bytes)?;
        let magic = reader.u32()?;
        if magic != MAGIC {
            return Err(QuoteError::Magic { found: magic });
        }
        let kind = reader.u16()?;
        if kind != QUOTE {
            return Err(QuoteError::Kind { found: kind });
        }
        demand_signer(reader.sized()?)?;
        let attest = Self {
            extra: reader.sized()?,
            clock: clock(&mut reader)?,
            firmware: reader.u64()?,
            registers: registers(&mut reader)?,
            digest: reader.sized()?,
        };
        reader.end()?;
        Ok(attest)
    }
}

/// The key's qualified name: its hash is that of the key's own name. Which keys stand above it nobody sees in it.
fn demand_signer(name: &[u8]) -> Result<(), QuoteError> {
    match name.strip_prefix(&SHA256.to_be_bytes()) {
        Some(digest) if digest.len() == DIGEST => Ok(()),
        _ => Err(QuoteError::Signer { octets: name.len() }),
    }
}

fn clock(reader: &mut Reader<'_>) -> Result<Clock, QuoteError> {
    Ok(Clock {
        milliseconds: reader.u64()?,
        resets: reader.u32()?,
        restarts: reader.u32()?,
        safe: match reader.u8()? {
            0 => false,
            1 => true,
            found => return Err(QuoteError::Safe { found }),
        },
    })
}

/// TPML_PCR_SELECTION (section 10.9.7): one bank, SHA-256, 24 registers of which some are selected.
fn registers(reader: &mut Reader<'_>) -> Result<Vec<u32>, QuoteError> {
    let banks = reader.u32()?;
    if banks != 1 {
        return Err(QuoteError::Banks { found: banks });
    }
    let bank = reader.u16()?;
    if bank != SHA256 {
        return Err(QuoteError::Bank { found: bank });
    }
    let octets = reader.u8()?;
    if octets != SELECT {
        return Err(QuoteError::SelectionSize { octets });
    }
    let bits = reader.take(SELECT.into())?;
    let selected = |number: &u32| bits[*number as usize / 8] >> (number % 8) & 1 == 1;
    let registers: Vec<u32> = (0..8 * u32::from(SELECT)).filter(selected).collect();
    match registers.is_empty() {
        true => Err(QuoteError::NoRegisters),
        false => Ok(registers),
    }
}

/// TPM_GENERATED_VALUE: what a TPM signs begins so, and it signs nothing else that does.
const MAGIC: u32 = 0xff54_4347;
/// TPM_ST_ATTEST_QUOTE.
const QUOTE: u16 = 0x8018;
/// TPM_ALG_SHA256.
pub(super) const SHA256: u16 = 0x000b;
/// Octets of a SHA-256.
pub(super) const DIGEST: usize = 32;
/// Octets of a selection of 24 registers, as the PC Client profile has them.
const SELECT: u8 = 3;
