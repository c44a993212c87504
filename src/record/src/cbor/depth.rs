//! How deep arrays and maps lie within each other: found without recursion, before a decoder that recurses reads them.

use crate::Error;

/// Our deepest type, the record, has five levels with its envelope, and an entry of a journal one more.
pub const DEEPEST: usize = 12;

/// Refuses what is nested more than [`DEEPEST`] deep. What is wrong in another way is left to the decoder.
///
/// # Errors
/// [`Error::TooDeep`].
pub fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut open = Open::default();
    let mut rest = bytes;
    while let Some(head) = Head::read(&mut rest) {
        match head.major {
            BYTES | TEXT if head.indefinite => open.enter(None)?,
            BYTES | TEXT => match usize::try_from(head.argument).ok().and_then(|n| rest.get(n..)) {
                Some(after) => rest = after,
                None => return Ok(()),
            },
            ARRAY | MAP | TAG => {
                let times = if head.major == MAP { 2 } else { 1 };
                let items = if head.major == TAG { 1 } else { head.argument };
                open.enter((!head.indefinite).then(|| items.saturating_mul(times)))?;
            }
            _ if head.indefinite => open.leave(),
            _ => {}
        }
        open.one_read(matches!(head.major, ARRAY | MAP | TAG) || (head.indefinite && head.major != SIMPLE));
        if open.levels == 0 {
            break;
        }
    }
    Ok(())
}

/// What is open around the place that is read: items left in each, none where a break ends it.
#[derive(Default)]
struct Open {
    left: [Option<u64>; DEEPEST],
    levels: usize,
}

impl Open {
    fn enter(&mut self, items: Option<u64>) -> Result<(), Error> {
        let slot = self.left.get_mut(self.levels);
        *slot.ok_or(Error::TooDeep { limit: DEEPEST })? = items;
        self.levels += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.levels = self.levels.saturating_sub(1);
    }

    /// One item was read, or, if it was `opened`, its head: whatever is full with it is closed.
    fn one_read(&mut self, opened: bool) {
        if !opened {
            self.count();
        }
        while self.levels > 0 && self.left[self.levels - 1] == Some(0) {
            self.leave();
            self.count();
        }
    }

    fn count(&mut self) {
        if let Some(Some(left)) = self.levels.checked_sub(1).map(|top| &mut self.left[top]) {
            *left = left.saturating_sub(1);
        }
    }
}

/// An item's first octets (RFC 8949 section 3).
struct Head {
    major: u8,
    argument: u64,
    indefinite: bool,
}

impl Head {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let (&first, after) = rest.split_first()?;
        let (major, low) = (first >> 5, first & 31);
        let octets = match low {
            0..24 | 31 => 0,
            24..28 => 1 << (low - 24),
            _ => return None,
        };
        let (argument, after) = after.split_at_checked(octets)?;
        *rest = after;
        let long = argument.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
        let argument = if low < 24 { u64::from(low) } else { long };
        Some(Self {
            major,
            argument,
            indefinite: low == 31,
        })
    }
}

const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    /// `levels` of something, around a zero.
    fn nested(open: &[u8], close: &[u8], levels: usize) -> Vec<u8> {
        [open.repeat(levels), vec![0], close.repeat(levels)].concat()
    }

    #[test]
    fn as_deep_as_the_limit_passes_and_no_deeper() {
        let kinds: [(&[u8], &[u8]); 7] = [
            (&[0x81], &[]),           // an array of one
            (&[0xa1, 0x00], &[]),     // a map of one
            (&[0x9f], &[0xff]),       // an array without a length
            (&[0xbf, 0x00], &[0xff]), // a map without a length
            (&[0xc1], &[]),           // a tag
            (&[0x98, 0x01], &[]),     // an array whose length is not in its shortest form
            (&[0x82, 0x00], &[]),     // an array of a number and the next
        ];
        for (open, close) in kinds {
            let deep = |levels| check(&nested(open, close, levels));
            assert!(deep(DEEPEST).is_ok(), "{open:02x?}");
            for levels in [DEEPEST + 1, 128, 1_000_000] {
                let error = deep(levels).expect_err("too deep");
                assert_eq!(
                    error.to_string(),
                    "not a bundle that can be read: nested more than 12 deep"
                );
            }
        }
    }

    /// It recurses, and gives up at 128: ours comes long before.
    #[test]
    fn the_decoders_own_bound_is_behind_ours() {
        let deep = |levels| serde_cbor::from_slice::<serde_cbor::Value>(&nested(&[0x81], &[], levels));
        assert!(deep(127).is_ok());
        let error = deep(128).expect_err("too deep").to_string();
        assert!(error.starts_with("recursion limit exceeded"), "{error}");
        const { assert!(DEEPEST < 127) };
    }

    #[test]
    fn what_was_closed_is_not_counted() {
        let pairs: Vec<u8> = [0x82, 0x81, 0x00, 0xa1, 0x00, 0x80].repeat(1_000);
        let list = [&[0x99, 0x03, 0xe8][..], &pairs].concat();
        assert!(check(&list).is_ok());
        // Strings in pieces, and a map as a map's key.
        assert!(check(&[0x9f, 0x5f, 0x41, 0x00, 0xff, 0xa1, 0xa1, 0x00, 0x00, 0x00, 0xff]).is_ok());
    }

    #[test]
    fn what_stands_in_a_string_is_not_nested() {
        assert!(check(&[&[0x58, 200][..], &[0x81; 200]].concat()).is_ok());
        assert!(check(&[&[0x78, 200][..], &[0x81; 200]].concat()).is_ok());
    }

    #[test]
    fn what_follows_and_what_is_missing_is_left_to_the_decoder() {
        for bytes in [
            &[][..],
            &[0x00, 0x81],
            &[0x5b, 0xff],
            &[0x81],
            &[0x1c],
            &[0xff, 0xff],
            &[0x9b, 0xff],
        ] {
            assert!(check(bytes).is_ok(), "{bytes:02x?}");
        }
        let most = [vec![0x9b], vec![0xff; 8], vec![0x81; 20]].concat();
        assert!(check(&most).is_err(), "a huge length does not hide what is in it");
    }
}
