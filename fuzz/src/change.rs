//! Choices: where to change, cut or copy. They follow from a number, so that every input is judged the same way again.

/// Small, fast and good enough to choose a place with (xorshift64*).
pub struct Choices(u64);

impl Choices {
    /// The choices that follow from this number.
    #[must_use]
    pub fn from(seed: u32) -> Self {
        // The state is never zero, and seeds that are neighbours begin far apart.
        Self((u64::from(seed) | 1 << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The choices that follow from these bytes.
    #[must_use]
    pub fn of(data: &[u8]) -> Self {
        // FNV-1a, 32 bits.
        let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        Self::from(data.iter().fold(0x811c_9dc5, mix))
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// The same bytes with one bit of them changed. There is at least one byte.
#[must_use]
pub fn one_bit(data: &[u8]) -> Vec<u8> {
    let mut choices = Choices::of(data);
    let mut changed = data.to_vec();
    changed[choices.below(data.len())] ^= 1 << choices.below(8);
    changed
}
