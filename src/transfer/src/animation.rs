//! The animation: RFC 6330's fountain code over one bundle, one symbol a frame.

use raptorq::{ObjectTransmissionInformation, SourceBlockEncoder};

use crate::error::Error;
use crate::frame::{Frame, Part, id_of};
use crate::{LIMIT, frame};

/// A bundle as endlessly many frames: its own octets first, then repair symbols.
pub struct Animation {
    id: [u8; 8],
    total: u32,
    symbol: u16,
    source: Vec<Vec<u8>>,
    encoder: SourceBlockEncoder,
}

impl Animation {
    /// Prepares a bundle of at most [`LIMIT`] octets, in symbols of at most `symbol` octets ([`SYMBOL_MIN`] to
    /// [`SYMBOL_MAX`]). They are as much smaller as the bundle's end needs no filling.
    ///
    /// # Errors
    /// An empty or too large bundle, or no such size.
    pub fn new(bundle: &[u8], symbol: u16) -> Result<Self, Error> {
        let total = bundle.len();
        if bundle.is_empty() {
            return Err(Error::Empty);
        }
        if total > LIMIT {
            return Err(Error::TooLarge {
                size: total,
                limit: LIMIT,
                animate: false,
            });
        }
        if !(SYMBOL_MIN..=SYMBOL_MAX).contains(&symbol) {
            return Err(Error::Symbol { size: symbol });
        }
        let even = total.div_ceil(total.div_ceil(usize::from(symbol)));
        let symbol = u16::try_from(even).unwrap_or(symbol).max(SYMBOL_MIN);
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let source = padded(bundle, usize::from(symbol));
        let encoder = SourceBlockEncoder::new(0, &oti(total, symbol), &source.concat());
        Ok(Self {
            id: id_of(bundle),
            total,
            symbol,
            source,
            encoder,
        })
    }

    /// The number of source symbols: fewer frames never suffice, and a few more almost always do.
    #[must_use]
    pub fn needed(&self) -> u32 {
        u32::try_from(self.source.len()).unwrap_or(u32::MAX)
    }

    /// The octets in a frame, header and checksum included.
    #[must_use]
    pub fn frame_size(&self) -> usize {
        usize::from(self.symbol) + frame::FOUNTAIN_OVERHEAD
    }

    /// The frame of this number. There are 2^24 of them; then they begin again.
    #[must_use]
    pub fn frame(&self, number: u32) -> Vec<u8> {
        let id = number % SYMBOL_IDS;
        let repair;
        let payload = match self.source.get(id as usize) {
            Some(symbol) => symbol.as_slice(),
            None => {
                repair = self.encoder.repair_packets(id - self.needed(), 1);
                repair.first().map_or(&[][..], |packet| packet.data())
            }
        };
        let symbol = self.symbol;
        let part = Part::Fountain { symbol, id, payload };
        Frame {
            id: self.id,
            total: self.total,
            part,
        }
        .write()
    }
}

/// The bundle in symbols, the last one filled up with zeros.
fn padded(bundle: &[u8], symbol: usize) -> Vec<Vec<u8>> {
    let whole = |part: &[u8]| {
        let mut part = part.to_vec();
        part.resize(symbol, 0);
        part
    };
    bundle.chunks(symbol).map(whole).collect()
}

/// RFC 6330 §3.3.2, of two numbers that were checked: one source block, no sub-blocks, alignment 1.
pub(crate) fn oti(total: u32, symbol: u16) -> ObjectTransmissionInformation {
    ObjectTransmissionInformation::new(u64::from(total), symbol, 1, 1, 1)
}

/// The smallest symbol, in octets: what a screen of 24 lines shows has a few more.
pub const SYMBOL_MIN: u16 = 64;
/// The largest symbol, in octets: larger codes are read badly.
pub const SYMBOL_MAX: u16 = 1400;
/// RFC 6330 §3.2: an encoding symbol id has 24 bits.
pub(crate) const SYMBOL_IDS: u32 = 1 << 24;
