//! A digest in words, to be read aloud: 32 words for its bytes, one more that checks them.
//!
//! The list has 257 words, chosen here: 3 to 7 letters, common, unlike each other in sound and in their first four
//! letters. Byte `b` is word number `b`, counted from 0. With bytes `b[1]` to `b[32]`, the checksum word is number
//!
//! ```text
//! (1*b[1] + 2*b[2] + ... + 32*b[32]) mod 257
//! ```
//!
//! Why 257: it is prime, and larger than every byte and every weight. One wrong word changes the sum by
//! `weight * difference`, two words that changed places change it by `difference of weights * difference of bytes` (the
//! checksum word counting as one of weight -1); neither is a multiple of 257, so each such mistake shows. The last word
//! of the list stands for no byte; only a checksum can be it.

use std::fmt;
use std::sync::LazyLock;

/// The 33 words of 32 bytes, the checksum word last.
#[must_use]
pub fn to_words(bytes: &[u8; 32]) -> [&'static str; 33] {
    let mut numbers = [checksum(bytes); 33];
    for (number, byte) in numbers.iter_mut().zip(bytes) {
        *number = usize::from(*byte);
    }
    numbers.map(|number| LIST[number])
}

/// Numbered rows of eight words within 80 columns, then `check:` and the checksum word.
#[must_use]
pub fn lines(bytes: &[u8; 32]) -> Vec<String> {
    let words = to_words(bytes);
    let mut lines: Vec<String> = words[..32].chunks(ROW).enumerate().map(row).collect();
    lines.push(format!("check: {}", words[32]));
    lines
}

/// Reads the words back, in any case, over any lines, with commas or without, with or without what [`lines`] puts
/// before a row.
///
/// # Errors
/// [`WordsError`] names the first word that cannot be right, or says that the checksum word does not fit.
pub fn from_words(text: &str) -> Result<[u8; 32], WordsError> {
    if text.len() > MAX_TEXT {
        return Err(WordsError::TooLong { bytes: text.len() });
    }
    let words: Vec<&str> = text
        .split([' ', '\t', '\r', '\n', ','])
        .filter(|word| !is_label(word))
        .collect();
    let mut numbers = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        numbers.push(number_of(word, index + 1)?);
    }
    let (&found, rest) = numbers.split_last().ok_or(WordsError::Count { found: 0 })?;
    let bytes: [usize; 32] = rest
        .try_into()
        .map_err(|_| WordsError::Count { found: numbers.len() })?;
    let bytes = to_bytes(&bytes)?;
    match checksum(&bytes) == found {
        true => Ok(bytes),
        false => Err(WordsError::Checksum { found: LIST[found] }),
    }
}

/// Why words are not a digest. Positions count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    /// More text than 33 words with row numbers can be.
    TooLong {
        /// Bytes given.
        bytes: usize,
    },
    /// Not 32 words and a checksum word.
    Count {
        /// Words given.
        found: usize,
    },
    /// A word that is not in the list.
    Unknown {
        /// The word, made plain and cut.
        word: String,
        /// Where it stands.
        position: usize,
    },
    /// The one word that stands for no byte, elsewhere than at the end.
    Misplaced {
        /// Where it stands.
        position: usize,
    },
    /// The words are in the list, but the checksum word does not belong to them.
    Checksum {
        /// The checksum word given.
        found: &'static str,
    },
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "{bytes} bytes of text are too many for 33 words"),
            Self::Count { found } => write!(f, "{found} words given, a digest has 32 and a checksum word"),
            Self::Unknown { word, position } => write!(f, "word {position}, '{word}', is not in the word list"),
            Self::Misplaced { position } => {
                write!(f, "word {position}, '{}', can only be a checksum word", LIST[256])
            }
            Self::Checksum { found } => {
                write!(
                    f,
                    "the checksum word '{found}' does not fit: a word was misread or words changed places"
                )
            }
        }
    }
}

impl std::error::Error for WordsError {}

fn checksum(bytes: &[u8; 32]) -> usize {
    bytes
        .iter()
        .zip(1..)
        .map(|(byte, weight)| usize::from(*byte) * weight)
        .sum::<usize>()
        % 257
}

/// ` 1-8   word     word ...`
fn row((index, words): (usize, &[&str])) -> String {
    let (first, last) = (index * ROW + 1, index * ROW + words.len());
    let mut line = format!("{first:>2}-{last:<2}  ");
    for word in words {
        line += &format!("{word:<8}");
    }
    line.trim_end().to_owned()
}

/// Nothing between two separators, a row's numbers, or the mark before the checksum word.
fn is_label(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || b == b'-') || word.eq_ignore_ascii_case("check:")
}

fn number_of(word: &str, position: usize) -> Result<usize, WordsError> {
    LIST.binary_search(&word.to_ascii_lowercase().as_str()).map_err(|_| {
        let word = word.escape_debug().take(MAX_SHOWN).collect();
        WordsError::Unknown { word, position }
    })
}

fn to_bytes(numbers: &[usize; 32]) -> Result<[u8; 32], WordsError> {
    let mut bytes = [0; 32];
    for (index, number) in numbers.iter().enumerate() {
        bytes[index] = u8::try_from(*number).map_err(|_| WordsError::Misplaced { position: index + 1 })?;
    }
    Ok(bytes)
}

static LIST: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("wordlist.txt").lines().collect());

/// Words to a row: eight of at most seven letters, their gaps and the numbers are 70 columns.
const ROW: usize = 8;

/// Twice what [`lines`] gives for the longest words, rounded up.
const MAX_TEXT: usize = 1024;

/// As much of an unknown word as an error shows.
const MAX_SHOWN: usize = 20;

#[cfg(test)]
mod tests;
