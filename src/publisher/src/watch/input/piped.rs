//! Lines of standard input, read beside everything else. What was read of a pipe cannot be read again.

use std::io::{BufRead as _, Read as _};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use super::super::follow::Piece;

/// Standard input.
pub struct Piped {
    lines: Receiver<Piece>,
    ended: bool,
}

impl Piped {
    /// Begins to read.
    pub fn start() -> Self {
        let (sender, lines) = sync_channel(AHEAD);
        std::thread::spawn(move || read(&sender));
        Self { lines, ended: false }
    }

    /// What has come.
    pub fn poll(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while pieces.len() < AHEAD {
            match self.lines.try_recv() {
                Ok(piece) => pieces.push(piece),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.ended = true;
                    break;
                }
            }
        }
        pieces
    }

    /// Whether the other side has closed it.
    pub fn has_ended(&self) -> bool {
        self.ended
    }
}

/// Until its end, or nobody takes the lines any more.
fn read(lines: &SyncSender<Piece>) {
    let mut input = std::io::stdin().lock();
    let mut too_long = false;
    loop {
        let mut bytes = Vec::new();
        let count = input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes);
        if !matches!(count, Ok(count) if count > 0) {
            let _ = lines.send(Piece::End);
            return;
        }
        let whole = bytes.last() == Some(&b'\n');
        bytes.truncate(bytes.len() - usize::from(whole));
        let cut = !whole && bytes.len() as u64 == LONGEST;
        // The rest of a line that is too long is no line.
        let piece = match (cut, too_long) {
            (true, false) => Some(Piece::TooLong { end: 0 }),
            (true, true) | (false, true) => None,
            (false, false) => Some(Piece::Line {
                bytes,
                start: 0,
                end: 0,
            }),
        };
        too_long = cut;
        if piece.is_some_and(|piece| lines.send(piece).is_err()) {
            return;
        }
    }
}

/// So many lines are read ahead.
const AHEAD: usize = 4096;
/// As long as a line of a log may be.
const LONGEST: u64 = 1024 * 1024;
