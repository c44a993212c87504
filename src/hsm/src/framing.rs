//! Framing: one balanced JSON object out of whatever the CLI prints around it.
//!
//! Prompts differ between versions and are never relied on. An object begins with `{` followed, after white space, by a
//! quote or `}`; braces inside strings do not count. Everything else is noise, of which the first part is kept as evidence.

use std::collections::VecDeque;

/// Takes bytes as they come, split anywhere, and gives whole objects.
#[derive(Debug)]
pub struct Framer {
    limit: usize,
    taken_in: usize,
    state: State,
    object: Vec<u8>,
    noise: Vec<u8>,
    whole: VecDeque<Vec<u8>>,
}

/// More bytes came than an answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The bound, in bytes.
    pub limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    /// After `{`, before the first quote.
    Opening,
    Inside {
        depth: usize,
    },
    String {
        depth: usize,
        escaped: bool,
    },
}

impl Framer {
    /// A framer that takes at most `limit` bytes, noise included, between two calls of [`Framer::reset`].
    pub fn new(limit: usize) -> Framer {
        Framer {
            limit,
            taken_in: 0,
            state: State::Outside,
            object: Vec::new(),
            noise: Vec::new(),
            whole: VecDeque::new(),
        }
    }

    /// Takes in what was read.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        self.taken_in = self.taken_in.saturating_add(bytes.len());
        if self.taken_in > self.limit {
            return Err(TooLong { limit: self.limit });
        }
        bytes.iter().for_each(|byte| self.step(*byte));
        Ok(())
    }

    /// The next whole object, from its opening to its closing brace.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        self.whole.pop_front()
    }

    /// Has an object begun that has not ended?
    pub fn inside(&self) -> bool {
        self.state != State::Outside
    }

    /// What came outside objects since the last reset, its beginning only.
    pub fn noise(&self) -> String {
        String::from_utf8_lossy(&self.noise).into_owned()
    }

    /// Forgets noise and count, before the next command.
    pub fn reset(&mut self) {
        self.taken_in = 0;
        self.noise.clear();
    }

    fn step(&mut self, byte: u8) {
        match self.state {
            State::Outside if byte == b'{' => self.open(),
            State::Outside => self.hear(byte),
            State::Opening => self.step_opening(byte),
            State::Inside { depth } => self.step_inside(byte, depth),
            State::String { depth, escaped } => {
                self.object.push(byte);
                self.state = match byte {
                    b'"' if !escaped => State::Inside { depth },
                    _ => State::String {
                        depth,
                        escaped: byte == b'\\' && !escaped,
                    },
                };
            }
        }
    }

    fn open(&mut self) {
        self.object = vec![b'{'];
        self.state = State::Opening;
    }

    fn step_opening(&mut self, byte: u8) {
        match byte {
            b'{' => {
                self.give_up();
                self.open();
            }
            b'}' => self.step_inside(byte, 1),
            b'"' => {
                self.object.push(byte);
                self.state = State::String {
                    depth: 1,
                    escaped: false,
                };
            }
            byte if byte.is_ascii_whitespace() => self.object.push(byte),
            byte => {
                self.give_up();
                self.hear(byte);
            }
        }
    }

    fn step_inside(&mut self, byte: u8, depth: usize) {
        self.object.push(byte);
        self.state = match byte {
            b'"' => State::String { depth, escaped: false },
            b'{' => State::Inside { depth: depth + 1 },
            b'}' if depth == 1 => {
                self.whole.push_back(std::mem::take(&mut self.object));
                State::Outside
            }
            b'}' => State::Inside { depth: depth - 1 },
            _ => State::Inside { depth },
        };
    }

    /// It was no object after all.
    fn give_up(&mut self) {
        let bytes = std::mem::take(&mut self.object);
        bytes.into_iter().for_each(|byte| self.hear(byte));
        self.state = State::Outside;
    }

    fn hear(&mut self, byte: u8) {
        if self.noise.len() < NOISE_KEPT {
            self.noise.push(byte);
        }
    }
}

const NOISE_KEPT: usize = 8192;
