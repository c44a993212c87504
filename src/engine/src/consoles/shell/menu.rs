//! The menu: numbers and lines, for a person at a terminal. Nothing that is typed becomes a command.

use std::io::BufRead;

use record::Bytes;
use record::screen::fold;

use super::armour;
use super::command::is_file_name;
use super::line::Line;
use super::screen::show;
use crate::consoles::wire::{Answer, Question};
use crate::error::Error;

/// Offers it until the member leaves.
pub fn offer(mut line: Line) -> Result<(), Error> {
    let mut typed = Typed(std::io::stdin().lock());
    say(
        "The console of an event of the Rust Project's PKI. What you see is the console's word; what you sign, you sign on \
         your own machine.",
    )?;
    ask(&mut line, &Question::Status)?;
    let mut in_vain = 0;
    loop {
        show(&MENU.map(str::to_owned))?;
        let Some(number) = typed.line() else { return Ok(()) };
        in_vain = match number.trim() {
            "1" | "2" | "3" | "4" | "5" | "6" | "7" => 0,
            _ => in_vain + 1,
        };
        match number.trim() {
            "1" => ask(&mut line, &Question::Status)?,
            "2" => ask(&mut line, &Question::Plan)?,
            "3" => ask(&mut line, &Question::Approvals)?,
            "4" => receive(&mut line, &mut typed)?,
            "5" => give(&mut line, &mut typed)?,
            "6" => ask(&mut line, &Question::Sign)?,
            "7" => return Ok(()),
            // No person does that; whatever does it does not stop by itself.
            _ if in_vain >= MOST_IN_VAIN => return say("That was none of the numbers too often: you left."),
            _ => say("Type one of the numbers 1 to 7, and press Enter.")?,
        }
    }
}

fn ask(line: &mut Line, question: &Question) -> Result<(), Error> {
    match line.ask(question)? {
        Answer::Said { lines } => show(&lines),
        Answer::File { name, bytes } => show(&armour::lines(&name, &bytes)),
        Answer::Refused { error, hint } => {
            say(&format!("REFUSED: {error}"))?;
            hint.iter().try_for_each(|hint| say(&format!("hint: {hint}")))
        }
    }
}

fn receive(line: &mut Line, typed: &mut Typed<impl BufRead>) -> Result<(), Error> {
    ask(line, &Question::List)?;
    match typed.name("Which one? Type its name, or nothing to go back.")? {
        Some(name) => ask(line, &Question::Get { name }),
        None => Ok(()),
    }
}

fn give(line: &mut Line, typed: &mut Typed<impl BufRead>) -> Result<(), Error> {
    let Some(name) = typed.name("Which file do you give? Type its name, or nothing to go back.")? else {
        return Ok(());
    };
    match pasted(typed, name.ends_with(".sig"))? {
        Ok((bundle, signature)) => ask(
            line,
            &Question::Give {
                name,
                bundle: Bytes(bundle),
                signature,
            },
        ),
        Err(why) => say(&format!("REFUSED: {why}")),
    }
}

/// A bundle, unless there is none, and its signature; or why what was pasted is neither.
fn pasted(typed: &mut Typed<impl BufRead>, signature_alone: bool) -> Result<Result<(Vec<u8>, String), String>, Error> {
    let mut bundle = Vec::new();
    if !signature_alone {
        say("Paste the bundle in base64, between these two lines; then paste its signature.")?;
        show(&[armour::BEGIN, armour::END].map(str::to_owned))?;
        let lines = typed.between(armour::BEGIN, armour::END);
        bundle = match lines.and_then(|lines| armour::read(&lines)) {
            Ok(bundle) => bundle,
            Err(why) => return Ok(Err(why)),
        };
    }
    say("Paste the signature now: all of it, from BEGIN SSH SIGNATURE to END SSH SIGNATURE.")?;
    let lines = typed.between(armour::SIGNATURE, armour::SIGNATURE_END);
    Ok(lines.map(|lines| {
        let body: String = lines.iter().map(|line| format!("{}\n", line.trim())).collect();
        (
            bundle,
            format!("{}\n{body}{}\n", armour::SIGNATURE, armour::SIGNATURE_END),
        )
    }))
}

/// What is typed, line by line.
struct Typed<R>(R);

impl<R: BufRead> Typed<R> {
    /// The next line; none at the end, and none that is longer than any we ask for.
    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let mut input = std::io::Read::take(&mut self.0, LONGEST_LINE);
        let read = input.read_until(b'\n', &mut line).ok()?;
        let whole =
            read > 0 && (line.last() == Some(&b'\n') || read < usize::try_from(LONGEST_LINE).unwrap_or(usize::MAX));
        whole.then(|| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }

    fn name(&mut self, question: &str) -> Result<Option<String>, Error> {
        say(question)?;
        let name = self.line().map(|line| line.trim().to_owned());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        match is_file_name(&name) {
            true => Ok(Some(name)),
            false => say("That is no file's name.").map(|()| None),
        }
    }

    /// The lines between two.
    fn between(&mut self, begin: &str, end: &str) -> Result<Vec<String>, String> {
        let (mut lines, mut octets, mut inside) = (Vec::new(), 0, false);
        loop {
            let line = self.line().ok_or("the input ended before that")?;
            // An empty line is kept too.
            octets += line.len() + 1;
            if octets > LARGEST {
                return Err(format!("it has more than {LARGEST} characters"));
            }
            match line.trim() {
                trimmed if trimmed == begin => (inside, lines) = (true, Vec::new()),
                trimmed if trimmed == end && inside => return Ok(lines),
                "" if !inside => return Err(format!("it begins with '{begin}'")),
                _ if inside => lines.push(line),
                _ => {}
            }
        }
    }
}

fn say(text: &str) -> Result<(), Error> {
    show(&fold(text, "", ""))
}

const MENU: [&str; 9] = [
    "",
    "1  status: how far the event is, what is awaited, what you gave",
    "2  read the plan in plain words",
    "3  what is to be approved",
    "4  receive a bundle, as text",
    "5  give a bundle, as text, with its signature",
    "6  what you are to sign now, and how",
    "7  leave",
    "Type a number and press Enter.",
];
/// So many lines in a row that are no number end it.
const MOST_IN_VAIN: usize = 100;
/// No line that we ask for is longer, in octets.
const LONGEST_LINE: u64 = 8192;
/// What is pasted is shorter.
const LARGEST: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read, repeat};

    use super::*;

    #[test]
    fn empty_lines_count_and_whoever_sends_them_without_end_is_cut() {
        let begin = format!("{}\n", armour::BEGIN);
        let endless = begin.as_bytes().chain(repeat(b'\n'));
        let mut typed = Typed(BufReader::new(endless));
        let refused = typed.between(armour::BEGIN, armour::END).expect_err("it never ends");
        assert_eq!(refused, format!("it has more than {LARGEST} characters"));
        // Nothing before the first line stands for anything.
        let mut typed = Typed(BufReader::new(repeat(b'\n')));
        let refused = typed.between(armour::BEGIN, armour::END).expect_err("it never begins");
        assert_eq!(refused, format!("it begins with '{}'", armour::BEGIN));
    }

    #[test]
    fn a_line_without_end_is_the_end() {
        let mut typed = Typed(BufReader::new(repeat(b'x')));
        assert_eq!(typed.line(), None);
        let mut typed = Typed(&b"1\r\nlast"[..]);
        let read: Vec<String> = std::iter::from_fn(|| typed.line()).collect();
        assert_eq!(read, ["1", "last"]);
    }

    #[test]
    fn what_stands_between_two_lines_is_kept_as_it_was_typed() {
        let text = format!("before\n{}\na: b\n\nQUJD\n{}\nafter\n", armour::BEGIN, armour::END);
        let mut typed = Typed(text.as_bytes());
        let lines = typed.between(armour::BEGIN, armour::END).expect("whole");
        assert_eq!(lines, ["a: b", "", "QUJD"]);
        assert_eq!(typed.line().as_deref(), Some("after"));
    }
}
