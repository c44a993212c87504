//! The keyboard: lines, read by a thread so that waiting can have an end, and the terminal's echo.

use std::io::{BufRead, IsTerminal as _};
use std::sync::mpsc::Sender;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::hearing::Heard;

/// Sends the lines of standard input, until it ends or, while a secret is typed, Ctrl-C ends it.
pub(super) fn listen(sender: Sender<Heard>) {
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let interrupts: &[u8] = if input.is_terminal() { &INTERRUPTS } else { &[] };
        while let Some(line) = line(&mut input, interrupts) {
            if sender.send(Heard::Line(line)).is_err() {
                return;
            }
        }
        // Nobody may hear it any more.
        let _ = sender.send(Heard::Ended);
    });
}

/// The next line without its end. None at the end, after what is no text, and where one of `interrupts` was typed.
fn line(input: &mut impl BufRead, interrupts: &[u8]) -> Option<String> {
    let mut line = Vec::new();
    loop {
        let there = input.fill_buf().ok()?;
        let end = there
            .iter()
            .position(|octet| *octet == b'\n' || interrupts.contains(octet));
        line.extend(&there[..end.unwrap_or(there.len())]);
        let (taken, ended) = (end.map_or(there.len(), |end| end + 1), there.is_empty());
        let interrupted = end.is_some_and(|end| there[end] != b'\n');
        input.consume(taken);
        match (end, ended) {
            _ if interrupted => return None,
            (None, false) => {}
            (None, true) if line.is_empty() => return None,
            _ => break,
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).ok()
}

/// The terminal's echo, off until this is dropped.
///
/// Ctrl-C must not end the program meanwhile: the terminal would stay without echo, and what was to be taken away would
/// stay as well. It ends the line instead, and with it the input, so that the run ends in its own way. (SIGTERM from
/// another terminal does leave the echo off, as handling signals would take `unsafe` or one more crate: `stty sane`.)
pub(super) struct Echo(Option<Termios>);

impl Echo {
    pub(super) fn off() -> Self {
        let stdin = std::io::stdin();
        if !stdin.is_terminal() {
            return Self(None);
        }
        let Ok(before) = tcgetattr(&stdin) else {
            return Self(None);
        };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        let [interrupt, quit] = INTERRUPTS;
        for (index, code) in [
            (SpecialCodeIndex::VINTR, DISABLED),
            (SpecialCodeIndex::VQUIT, DISABLED),
            (SpecialCodeIndex::VEOL, interrupt),
            (SpecialCodeIndex::VEOL2, quit),
        ] {
            quiet.special_codes[index] = code;
        }
        let _ = tcsetattr(&stdin, OptionalActions::Now, &quiet);
        Self(Some(before))
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// Ctrl-C and Ctrl-\.
const INTERRUPTS: [u8; 2] = [0x03, 0x1c];
/// termios(3): `_POSIX_VDISABLE`, which is 0 on Linux.
const DISABLED: u8 = 0;

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8], interrupts: &[u8]) -> Vec<String> {
        std::iter::from_fn(|| line(&mut input, interrupts)).collect()
    }

    #[test]
    fn lines_end_as_they_do_everywhere() {
        assert_eq!(all(b"a\r\n\nb\x03\nc", &[]), ["a", "", "b\x03", "c"]);
        assert!(all(b"\xff\nb\n", &[]).is_empty(), "what is no text is the end");
    }

    #[test]
    fn what_was_typed_before_ctrl_c_is_nobodys_password() {
        assert_eq!(all(b"a\nsecr\x03et\n", &INTERRUPTS), ["a"]);
        assert!(all(b"\x1c\n", &INTERRUPTS).is_empty());
    }
}
