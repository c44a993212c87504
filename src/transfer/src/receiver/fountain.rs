//! The fountain's other end: symbols until they suffice.

use std::collections::BTreeSet;

use raptorq::{EncodingPacket, PayloadId, SourceBlockDecoder};

use crate::animation::oti;

/// Collects symbols of one bundle, all of one checked size.
pub(super) struct Fountain {
    decoder: SourceBlockDecoder,
    seen: BTreeSet<u32>,
    total: usize,
    needed: usize,
    whole: Option<Vec<u8>>,
}

impl Fountain {
    /// The decoder's parameters come from two bounded numbers, never from a frame's own OTI: it asserts on those.
    pub fn new(total: u32, symbol: u16) -> Self {
        let needed = (total as usize).div_ceil(usize::from(symbol));
        let block = (needed * usize::from(symbol)) as u64;
        Self {
            decoder: SourceBlockDecoder::new(0, &oti(total, symbol), block),
            seen: BTreeSet::new(),
            total: total as usize,
            needed,
            whole: None,
        }
    }

    /// Takes one symbol; false if it was there.
    pub fn take(&mut self, id: u32, payload: &[u8]) -> bool {
        if self.exhausted() || !self.seen.insert(id) {
            return false;
        }
        let packet = EncodingPacket::new(PayloadId::new(0, id), payload.to_vec());
        if let Some(mut whole) = self.decoder.decode(std::iter::once(packet)) {
            whole.truncate(self.total);
            self.whole = Some(whole);
        }
        true
    }

    /// What the symbols amount to, once they suffice.
    pub fn bundle(&mut self) -> Option<Vec<u8>> {
        self.whole.take()
    }

    /// Whether so many symbols came that honest ones would have sufficed long ago.
    pub fn exhausted(&self) -> bool {
        self.seen.len() > 2 * self.needed + SLACK
    }
}

/// RFC 6330 §5.8: two symbols more than needed fail once in a million times.
const SLACK: usize = 64;
