//! What one code holds: a header, a payload and a checksum of both. docs/formats/codes.md has the layout.

use record::Digest;

/// One frame, taken apart. What a field may be, the receiver settles with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// Which bundle: the first octets of its SHA-256.
    pub id: [u8; 8],
    /// How many octets it has.
    pub total: u32,
    /// What is in this frame.
    pub part: Part<'a>,
}

/// What a frame carries of its bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// One of a few codes on paper.
    Still {
        /// From 0.
        index: u8,
        /// How many there are.
        count: u8,
        /// This part's octets.
        payload: &'a [u8],
    },
    /// One of endlessly many.
    Fountain {
        /// Octets in a symbol.
        symbol: u16,
        /// RFC 6330's encoding symbol id: 24 bits.
        id: u32,
        /// The symbol.
        payload: &'a [u8],
    },
}

/// Why octets are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// They are somebody else's.
    Foreign,
    /// They were ours.
    Damaged,
    /// They are ours, of a kind that this program does not know.
    Unknown,
}

impl<'a> Frame<'a> {
    /// Reads a frame: magic, checksum and kind.
    pub fn parse(octets: &'a [u8]) -> Result<Self, NoFrame> {
        if !octets.starts_with(&MAGIC) {
            return Err(NoFrame::Foreign);
        }
        let (told, sum) = octets.split_last_chunk().ok_or(NoFrame::Damaged)?;
        if told.len() < HEAD || crc32fast::hash(told) != u32::from_be_bytes(*sum) {
            return Err(NoFrame::Damaged);
        }
        let (head, rest) = told.split_at(HEAD);
        let id = array(&head[4..12]).ok_or(NoFrame::Damaged)?;
        let total = array(&head[12..16]).map(u32::from_be_bytes).ok_or(NoFrame::Damaged)?;
        let part = match head[3] {
            STILL => still(rest),
            FOUNTAIN => fountain(rest),
            _ => return Err(NoFrame::Unknown),
        };
        let part = part.ok_or(NoFrame::Damaged)?;
        Ok(Self { id, total, part })
    }

    /// The frame's octets.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(match self.part {
            Part::Still { .. } => STILL,
            Part::Fountain { .. } => FOUNTAIN,
        });
        out.extend(self.id);
        out.extend(self.total.to_be_bytes());
        match self.part {
            Part::Still { index, count, payload } => {
                out.extend([index, count]);
                out.extend(payload);
            }
            Part::Fountain { symbol, id, payload } => {
                out.extend(symbol.to_be_bytes());
                out.extend(id.to_be_bytes());
                out.extend(payload);
            }
        }
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out
    }
}

/// The id of a bundle.
pub(crate) fn id_of(bundle: &[u8]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = Digest::of(bundle).0;
    [a, b, c, d, e, f, g, h]
}

fn still(rest: &[u8]) -> Option<Part<'_>> {
    let ([index, count], payload) = rest.split_first_chunk::<2>()?;
    Some(Part::Still {
        index: *index,
        count: *count,
        payload,
    })
}

fn fountain(rest: &[u8]) -> Option<Part<'_>> {
    let (symbol, rest) = rest.split_first_chunk::<2>()?;
    let (id, payload) = rest.split_first_chunk::<4>()?;
    Some(Part::Fountain {
        symbol: u16::from_be_bytes(*symbol),
        id: u32::from_be_bytes(*id),
        payload,
    })
}

fn array<const N: usize>(octets: &[u8]) -> Option<[u8; N]> {
    octets.try_into().ok()
}

const MAGIC: [u8; 3] = *b"PB1";
const STILL: u8 = 0;
const FOUNTAIN: u8 = 1;
/// Magic, kind, id, total.
const HEAD: usize = 16;
/// What a still frame has beside its payload.
pub(crate) const STILL_OVERHEAD: usize = HEAD + 2 + 4;
/// What a fountain's frame has beside its symbol.
pub(crate) const FOUNTAIN_OVERHEAD: usize = HEAD + 6 + 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(payload: &[u8]) -> Frame<'_> {
        let part = Part::Fountain {
            symbol: 64,
            id: 7,
            payload,
        };
        Frame {
            id: *b"abcdefgh",
            total: 70,
            part,
        }
    }

    #[test]
    fn a_frame_survives_the_way_back_and_has_the_stated_overhead() {
        let octets = frame(&[5; 64]).write();
        assert_eq!(octets.len(), 64 + FOUNTAIN_OVERHEAD);
        assert_eq!(Frame::parse(&octets), Ok(frame(&[5; 64])));
    }

    #[test]
    fn every_changed_octet_and_every_truncation_is_refused() {
        let octets = frame(&[5; 64]).write();
        for n in 0..octets.len() {
            let expected = if n < 3 { NoFrame::Foreign } else { NoFrame::Damaged };
            let mut changed = octets.clone();
            changed[n] ^= 1;
            assert_eq!(Frame::parse(&changed), Err(expected), "octet {n}");
            assert_eq!(Frame::parse(&octets[..n]), Err(expected), "cut at {n}");
        }
    }

    #[test]
    fn a_kind_of_later_days_is_unknown_and_not_damaged() {
        let mut octets = frame(&[]).write();
        octets.truncate(octets.len() - 4);
        octets[3] = 9;
        octets.extend(crc32fast::hash(&octets).to_be_bytes());
        assert_eq!(Frame::parse(&octets), Err(NoFrame::Unknown));
    }
}
