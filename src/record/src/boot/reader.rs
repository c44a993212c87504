//! Reads the structures of a TPM: big-endian, each length before its octets, nothing left over.

use super::QuoteError;

/// What is left of one structure.
pub(super) struct Reader<'a> {
    what: &'static str,
    whole: usize,
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Begins a structure, which has at most [`LIMIT`] octets.
    pub fn new(what: &'static str, bytes: &'a [u8]) -> Result<Self, QuoteError> {
        match bytes.len() {
            octets if octets > LIMIT => Err(QuoteError::TooLong {
                what,
                octets,
                limit: LIMIT,
            }),
            whole => Ok(Self {
                what,
                whole,
                left: bytes,
            }),
        }
    }

    /// The next octets.
    pub fn take(&mut self, octets: usize) -> Result<&'a [u8], QuoteError> {
        let (taken, left) = self.left.split_at_checked(octets).ok_or(QuoteError::Cut {
            what: self.what,
            octets: self.whole,
        })?;
        self.left = left;
        Ok(taken)
    }

    /// A fixed number of octets, as an array.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], QuoteError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn u8(&mut self) -> Result<u8, QuoteError> {
        self.array().map(u8::from_be_bytes)
    }

    pub fn u16(&mut self) -> Result<u16, QuoteError> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, QuoteError> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, QuoteError> {
        self.array().map(u64::from_be_bytes)
    }

    /// A TPM2B: two octets of length, then as many.
    pub fn sized(&mut self) -> Result<&'a [u8], QuoteError> {
        let octets = self.u16()?;
        self.take(octets.into())
    }

    /// The structure ends here.
    pub fn end(self) -> Result<(), QuoteError> {
        match self.left.len() {
            0 => Ok(()),
            octets => Err(QuoteError::Trailing {
                what: self.what,
                octets,
            }),
        }
    }
}

/// A TPMT_PUBLIC of RSA-4096 with a policy has about 600 octets.
const LIMIT: usize = 2048;
