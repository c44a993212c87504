//! The machine behind the page: it looks at pictures, collects codes, and shows files as codes.

use transfer::Receiver;

use crate::showing::Showing;
use crate::told::{File, Refused, Told};
use crate::{files, told};

/// One page's state. Each call reads the input, and leaves its answer as output.
#[derive(Default)]
pub struct Machine {
    input: Vec<u8>,
    output: Vec<u8>,
    receiver: Receiver,
    codes: u32,
    showing: Option<Showing>,
}

impl Machine {
    /// Room for the next call's input; none if no call takes so much.
    pub fn room(&mut self, length: usize) -> Option<&mut [u8]> {
        if length > INPUT_LIMIT {
            return None;
        }
        self.input.clear();
        self.input.resize(length, 0);
        Some(&mut self.input)
    }

    /// What the last call answered.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Input: a picture, four octets (red, green, blue, opacity) a pixel. Output: the octets of each code in it, with
    /// their number in four octets, big-endian, before them.
    pub fn look(&mut self, width: usize, height: usize) {
        let luma: Vec<u8> = self.input.chunks_exact(4).map(luma).collect();
        self.output.clear();
        for code in transfer::read(&luma, width, height) {
            let length = u32::try_from(code.len()).unwrap_or(0);
            self.output.extend(length.to_be_bytes());
            self.output.extend(code);
        }
    }

    /// Input: what [`Machine::look`] found. Output: how far it has come. What did not fit together the last time is
    /// forgotten before, so that the sender's next pass is read.
    pub fn take(&mut self) {
        let found = std::mem::take(&mut self.input);
        if !found.is_empty() {
            self.receiver.begin_again();
        }
        for code in pieces(&found) {
            self.receiver.take(code);
            self.codes = self.codes.saturating_add(1);
        }
        self.tell();
    }

    /// Forgets what was received. Output: how far it has come.
    pub fn restart(&mut self) {
        self.receiver.restart();
        self.codes = 0;
        self.tell();
    }

    /// Output: of the files that were received the one of this number, as [`Machine::take`] told of them; nothing before
    /// they are whole.
    pub fn received(&mut self, number: usize) {
        let files = self.receiver.bundle().map(files::received).unwrap_or_default();
        self.output = files
            .into_iter()
            .nth(number)
            .map(|file| file.octets)
            .unwrap_or_default();
    }

    /// Input: files that go together, a bundle and signatures beside it: of each its name and its octets, as pieces. They
    /// are shown in an animation with symbols of so many octets, or still where that is 0. Output: what they are and how
    /// many codes they take, or why they cannot be shown.
    pub fn show(&mut self, symbol: u32) {
        let input = std::mem::take(&mut self.input);
        self.showing = None;
        let shown = files::sent(&pieces(&input)).and_then(|sent| {
            let showing = Showing::of(&sent, symbol).map_err(|error| Refused::of(&error))?;
            Ok((told::files(&sent, Some(&showing)), showing))
        });
        self.output = match shown {
            Ok((files, showing)) => {
                self.showing = Some(showing);
                json(&files)
            }
            Err(refused) => json(&refused),
        };
    }

    /// Output: the code of this number of the file that is shown, its quiet zone included: an octet a module, row by
    /// row, 0 where it is dark and 255 where it is light. Comes back with the modules on each side; 0 if there is none.
    pub fn code(&mut self, number: u32) -> usize {
        let drawn = self.showing.as_ref().and_then(|showing| showing.draw(number));
        let (side, modules) = drawn.unwrap_or_default();
        self.output = modules;
        side
    }

    fn tell(&mut self) {
        let files: Vec<File> = self
            .receiver
            .bundle()
            .map(|sent| told::files(sent, None))
            .unwrap_or_default();
        self.output = json(&Told::of(&self.receiver.progress(), self.codes, files));
    }
}

/// ITU-R BT.601, in 256ths. What is transparent is drawn over white before it comes here.
fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [0, 1, 2].map(|n| u32::from(pixel.get(n).copied().unwrap_or(255)));
    u8::try_from((77 * r + 150 * g + 29 * b) >> 8).unwrap_or(255)
}

/// All pieces.
fn pieces(mut octets: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while let Some((piece, rest)) = first(octets) {
        all.push(piece);
        octets = rest;
    }
    all
}

/// The first of several pieces, each with its length before it.
fn first(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Nothing that is told can fail to be JSON.
fn json<T: serde::Serialize>(told: &T) -> Vec<u8> {
    serde_json::to_vec(told).unwrap_or_default()
}

/// A picture of 25 million pixels; the page makes larger ones smaller.
const INPUT_LIMIT: usize = 100_000_000;

#[cfg(test)]
mod tests;
