//! How far a receiver has come: in numbers, and in the words that every reader shows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Stray, Taken};
use crate::frame::Part;

/// How the bundle is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// So many still codes, all of which are needed.
    Stills {
        /// How many there are.
        count: u8,
    },
    /// Symbols of so many octets, of which enough are needed.
    Animation {
        /// Octets in a symbol.
        symbol: u16,
    },
}

/// How far a receiver has come. Before the first good frame all is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How the bundle is cut; none before the first good frame.
    pub kind: Option<Kind>,
    /// Which bundle: the first octets of its SHA-256.
    pub id: [u8; 8],
    /// Its octets.
    pub total: u32,
    /// Different frames that came.
    pub received: u32,
    /// Parts that there are, or the fewest frames that suffice.
    pub needed: u32,
    /// Which parts, or source symbols, came.
    pub parts: Vec<bool>,
    /// Frames that were there already.
    pub again: u32,
    /// Frames that were put aside, by reason.
    pub strays: BTreeMap<Stray, u32>,
    /// Whether the bundle is whole.
    pub complete: bool,
    /// Whether what came is not what the id says.
    pub mismatch: bool,
    /// How often that was so, and what came was forgotten.
    pub forgotten: u32,
}

impl Kind {
    pub(super) fn of(part: &Part<'_>) -> Self {
        match part {
            Part::Still { count, .. } => Self::Stills { count: *count },
            Part::Fountain { symbol, .. } => Self::Animation { symbol: *symbol },
        }
    }

    pub(super) fn needed(self, total: u32) -> u32 {
        match self {
            Self::Stills { count } => count.into(),
            Self::Animation { symbol } => total.div_ceil(symbol.into()),
        }
    }
}

impl Progress {
    pub(super) fn begin(&mut self, kind: Kind, id: [u8; 8], total: u32) {
        (self.kind, self.id, self.total) = (Some(kind), id, total);
        self.needed = kind.needed(total);
        self.parts = vec![false; self.needed as usize];
    }

    /// Of the next pass, after one that did not fit together.
    pub(super) fn next_pass(&mut self) -> Self {
        Self {
            strays: std::mem::take(&mut self.strays),
            forgotten: self.forgotten.saturating_add(1),
            ..Self::default()
        }
    }

    /// A repair symbol is no part, and counts all the same.
    pub(super) fn saw(&mut self, part: usize) {
        self.received += 1;
        if let Some(seen) = self.parts.get_mut(part) {
            *seen = true;
        }
    }

    pub(super) fn count(&mut self, taken: Taken) {
        match taken {
            Taken::Again => self.again = self.again.saturating_add(1),
            Taken::Stray(stray) => {
                let so_many = self.strays.entry(stray).or_default();
                *so_many = so_many.saturating_add(1);
            }
            Taken::Complete => self.complete = true,
            Taken::Mismatch => self.mismatch = true,
            Taken::New => {}
        }
    }

    /// The line that says which parts arrived and how many are needed still.
    #[must_use]
    pub fn line(&self) -> String {
        if self.mismatch {
            return "the parts do not make the bundle that they name".to_owned();
        }
        let Some(kind) = self.kind else {
            return match self.forgotten {
                0 => "no code of a bundle was seen yet".to_owned(),
                _ => "no code was seen since what did not fit together was forgotten".to_owned(),
            };
        };
        let mut line = format!("parts that arrived: {}", runs(&self.parts));
        let repair = self.received as usize - self.parts.iter().filter(|seen| **seen).count();
        if repair > 0 {
            let _ = write!(line, " and {repair} for repair");
        }
        let left = self.needed.saturating_sub(self.received);
        let _ = match kind {
            _ if self.complete => write!(line, "; complete"),
            Kind::Stills { count } => write!(line, "; {left} of {count} are missing"),
            // RFC 6330: a symbol or two above the number of source symbols is enough.
            Kind::Animation { .. } => write!(line, "; still needed: about {}", left.max(1)),
        };
        line
    }

    /// One line for each reason to put frames aside.
    #[must_use]
    pub fn strays(&self) -> Vec<String> {
        let line = |(stray, n): (&Stray, &u32)| format!("put aside: {n} {stray}");
        self.strays.iter().map(line).collect()
    }
}

/// Parts from 1 on, with runs drawn together; long lists are cut, for they are read aloud by screen readers.
fn runs(parts: &[bool]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (n, _) in (1..).zip(parts).filter(|(_, seen)| **seen) {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == n => *end = n,
            _ => runs.push((n, n)),
        }
    }
    let shown = runs.iter().take(RUNS).map(|(begin, end)| match begin == end {
        true => begin.to_string(),
        false => format!("{begin}-{end}"),
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if runs.is_empty() {
        text.push_str("none");
    }
    if runs.len() > RUNS {
        text.push_str(", ...");
    }
    text
}

/// Runs in a line.
const RUNS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_parts_are_drawn_together() {
        let parts = |seen: &[usize]| (1..=14).map(|n| seen.contains(&n)).collect::<Vec<_>>();
        assert_eq!(runs(&parts(&[])), "none");
        assert_eq!(runs(&parts(&[1, 2, 3, 14])), "1-3, 14");
        assert_eq!(runs(&parts(&[1, 3, 5, 7, 9, 11, 13])), "1, 3, 5, 7, 9, 11, ...");
    }

    #[test]
    fn says_what_is_still_needed() {
        let mut progress = Progress::default();
        assert_eq!(progress.line(), "no code of a bundle was seen yet");
        progress.begin(Kind::Animation { symbol: 100 }, [0; 8], 1000);
        progress.saw(0);
        progress.saw(1);
        progress.saw(77);
        assert_eq!(
            progress.line(),
            "parts that arrived: 1-2 and 1 for repair; still needed: about 7"
        );
        progress.count(Taken::Stray(Stray::OtherBundle));
        assert_eq!(progress.strays(), ["put aside: 1 of another bundle"]);
    }
}
