//! The receiver: frames of one bundle, in any order, with any that are missing, and strays that change nothing.

mod fountain;
mod progress;
mod stray;

use crate::LIMIT;
use crate::animation::{SYMBOL_IDS, SYMBOL_MAX, SYMBOL_MIN};
use crate::error::Error;
use crate::frame::{Frame, Part, id_of};
use crate::stills::span;

use self::fountain::Fountain;
pub use self::progress::{Kind, Progress};
pub use self::stray::Stray;

/// Collects one bundle: the first of which it sees a good frame. Only [`Receiver::restart`] makes it take another.
#[derive(Default)]
pub struct Receiver {
    state: State,
    id: [u8; 8],
    total: u32,
    progress: Progress,
}

/// How far it has come.
#[derive(Default)]
enum State {
    /// No good frame was seen.
    #[default]
    Empty,
    /// Still codes: each part, once it is there.
    Stills(Vec<Option<Vec<u8>>>),
    /// An animation.
    Fountain(Box<Fountain>),
    /// All is there, and has the id.
    Complete(Vec<u8>),
    /// All is there, and has another id: somebody mixed in a frame that nobody can tell apart.
    Mismatch,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It brought something.
    New,
    /// It was there already.
    Again,
    /// It does not belong here, and nothing changed.
    Stray(Stray),
    /// The bundle is whole, and its SHA-256 begins with the id.
    Complete,
    /// As many octets are there as the bundle has, and they are not its. Nothing more is taken before
    /// [`Receiver::begin_again`].
    Mismatch,
}

impl Receiver {
    /// One that waits for any bundle.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything, and takes the next bundle of which it sees a good frame.
    pub fn restart(&mut self) {
        *self = Self::new();
    }

    /// Where what came does not fit together: forgets it, so that the sender's next pass is read. What was put aside
    /// stays counted. False if nothing was to be forgotten.
    pub fn begin_again(&mut self) -> bool {
        if !matches!(self.state, State::Mismatch) {
            return false;
        }
        let progress = self.progress.next_pass();
        *self = Self {
            progress,
            ..Self::new()
        };
        true
    }

    /// Takes the octets of one code.
    pub fn take(&mut self, frame: &[u8]) -> Taken {
        let taken = self.try_take(frame);
        self.progress.count(taken);
        taken
    }

    /// Takes the octets of every code of one picture. True if any of them brought something.
    pub fn take_all(&mut self, frames: &[Vec<u8>]) -> bool {
        let mut news = false;
        for frame in frames {
            news |= matches!(self.take(frame), Taken::New | Taken::Complete | Taken::Mismatch);
        }
        news
    }

    /// Whether nothing more can come: the bundle is whole, or cannot become so.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Complete(_) | State::Mismatch)
    }

    /// The whole bundle, once it is there.
    #[must_use]
    pub fn bundle(&self) -> Option<&[u8]> {
        match &self.state {
            State::Complete(bundle) => Some(bundle),
            _ => None,
        }
    }

    /// The whole bundle, or why there is none.
    ///
    /// # Errors
    /// Parts are missing, or they are not of the bundle that they name.
    pub fn whole(&self) -> Result<&[u8], Error> {
        match &self.state {
            State::Complete(bundle) => Ok(bundle),
            State::Mismatch => Err(Error::Mismatch),
            State::Empty if self.progress.forgotten > 0 => Err(Error::Mismatch),
            _ => Err(Error::Incomplete {
                progress: self.progress.line(),
            }),
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn try_take(&mut self, octets: &[u8]) -> Taken {
        let frame = match Frame::parse(octets) {
            Ok(frame) => frame,
            Err(cause) => return Taken::Stray(cause.into()),
        };
        if let Err(stray) = self.belongs(&frame) {
            return Taken::Stray(stray);
        }
        match &self.state {
            State::Complete(_) => return Taken::Again,
            State::Mismatch => return Taken::Mismatch,
            State::Empty => self.begin(&frame),
            _ => {}
        }
        let new = match (&mut self.state, &frame.part) {
            (State::Stills(parts), Part::Still { index, payload, .. }) => match parts.get_mut(usize::from(*index)) {
                Some(part @ None) => {
                    *part = Some(payload.to_vec());
                    self.progress.saw(usize::from(*index));
                    true
                }
                _ => false,
            },
            (State::Fountain(fountain), Part::Fountain { id, payload, .. }) => {
                let new = fountain.take(*id, payload);
                if new {
                    self.progress.saw(*id as usize);
                }
                new
            }
            _ => false,
        };
        if !new {
            return Taken::Again;
        }
        self.finish()
    }

    /// Whether a frame is of the bundle that is being collected, and can be at all.
    fn belongs(&self, frame: &Frame<'_>) -> Result<(), Stray> {
        let total = frame.total as usize;
        let possible = match frame.part {
            Part::Still { index, count, payload } => {
                span(total, index, count).is_some_and(|span| span.len() == payload.len())
            }
            Part::Fountain { symbol, id, payload } => {
                (SYMBOL_MIN..=SYMBOL_MAX).contains(&symbol)
                    && (1..=LIMIT).contains(&total)
                    && id < SYMBOL_IDS
                    && payload.len() == usize::from(symbol)
            }
        };
        let shape = self.progress.kind.is_some_and(|kind| kind != Kind::of(&frame.part));
        match &self.state {
            _ if !possible => Err(Stray::Impossible),
            State::Empty => Ok(()),
            _ if frame.id != self.id => Err(Stray::OtherBundle),
            _ if frame.total != self.total || shape => Err(Stray::OtherShape),
            _ => Ok(()),
        }
    }

    /// Settles on the bundle of this frame.
    fn begin(&mut self, frame: &Frame<'_>) {
        (self.id, self.total) = (frame.id, frame.total);
        let kind = Kind::of(&frame.part);
        let needed = kind.needed(frame.total);
        self.state = match kind {
            Kind::Stills { .. } => State::Stills(vec![None; needed as usize]),
            Kind::Animation { symbol } => State::Fountain(Box::new(Fountain::new(frame.total, symbol))),
        };
        self.progress.begin(kind, frame.id, frame.total);
    }

    /// Looks whether all is there now.
    fn finish(&mut self) -> Taken {
        let whole = match &mut self.state {
            State::Stills(parts) => parts
                .iter()
                .cloned()
                .collect::<Option<Vec<_>>>()
                .map(|parts| parts.concat()),
            State::Fountain(fountain) => fountain.bundle(),
            _ => None,
        };
        let exhausted = matches!(&self.state, State::Fountain(fountain) if fountain.exhausted());
        match whole {
            Some(bundle) if id_of(&bundle) == self.id => {
                self.state = State::Complete(bundle);
                Taken::Complete
            }
            None if !exhausted => Taken::New,
            _ => {
                self.state = State::Mismatch;
                Taken::Mismatch
            }
        }
    }
}
