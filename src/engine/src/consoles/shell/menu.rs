//! The menu: numbers and lines, for a person at a terminal. Nothing that is typed becomes a command.

use std::io::BufRead as _;

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
    );
    ask(&mut line, &Question::Status)?;
    loop {
        show(&MENU.map(str::to_owned));
        let Some(number) = typed.line() else { return Ok(()) };
        match number.trim() {
            "1" => ask(&mut line, &Question::Status)?,
            "2" => ask(&mut line, &Question::Plan)?,
            "3" => ask(&mut line, &Question::Approvals)?,
            "4" => receive(&mut line, &mut typed)?,
            "5" => give(&mut line, &mut typed)?,
            "6" => ask(&mut line, &Question::Sign)?,
            "7" => return Ok(()),
            _ => say("Type one of the numbers 1 to 7, and press Enter."),
        }
    }
}

fn ask(line: &mut Line, question: &Question) -> Result<(), Error> {
    match line.ask(question)? {
        Answer::Said { lines } => show(&lines),
        Answer::File { name, bytes } => show(&armour::lines(&name, &bytes)),
        Answer::Refused { error, hint } => {
            say(&format!("REFUSED: {error}"));
            hint.iter().for_each(|hint| say(&format!("hint: {hint}")));
        }
    }
    Ok(())
}

fn receive(line: &mut Line, typed: &mut Typed<'_>) -> Result<(), Error> {
    ask(line, &Question::List)?;
    match typed.name("Which one? Type its name, or nothing to go back.") {
        Some(name) => ask(line, &Question::Get { name }),
        None => Ok(()),
    }
}

fn give(line: &mut Line, typed: &mut Typed<'_>) -> Result<(), Error> {
    let Some(name) = typed.name("Which file do you give? Type its name, or nothing to go back.") else {
        return Ok(());
    };
    let bundle = match name.strip_suffix(".sig") {
        Some(_) => Ok(Vec::new()),
        None => {
            say("Paste the bundle in base64, between these two lines; then paste its signature.");
            show(&[armour::BEGIN, armour::END].map(str::to_owned));
            typed
                .between(armour::BEGIN, armour::END)
                .and_then(|lines| armour::read(&lines))
        }
    };
    let given = bundle.and_then(|bundle| {
        say("Paste the signature now: all of it, from BEGIN SSH SIGNATURE to END SSH SIGNATURE.");
        let lines = typed.between(armour::SIGNATURE, armour::SIGNATURE_END)?;
        let body: String = lines.iter().map(|line| format!("{}\n", line.trim())).collect();
        let signature = format!("{}\n{body}{}\n", armour::SIGNATURE, armour::SIGNATURE_END);
        Ok((bundle, signature))
    });
    match given {
        Ok((bundle, signature)) => ask(
            line,
            &Question::Give {
                name,
                bundle: Bytes(bundle),
                signature,
            },
        ),
        Err(why) => {
            say(&format!("REFUSED: {why}"));
            Ok(())
        }
    }
}

/// What is typed, line by line.
struct Typed<'a>(std::io::StdinLock<'a>);

impl Typed<'_> {
    /// The next line; none at the end, and none that is longer than any we ask for.
    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let mut input = std::io::Read::take(&mut self.0, LONGEST_LINE);
        let read = input.read_until(b'\n', &mut line).ok()?;
        let whole =
            read > 0 && (line.last() == Some(&b'\n') || read < usize::try_from(LONGEST_LINE).unwrap_or(usize::MAX));
        whole.then(|| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }

    fn name(&mut self, question: &str) -> Option<String> {
        say(question);
        let name = self.line()?.trim().to_owned();
        if name.is_empty() {
            return None;
        }
        match is_file_name(&name) {
            true => Some(name),
            false => {
                say("That is no file's name.");
                None
            }
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

fn say(text: &str) {
    show(&fold(text, "", ""));
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
/// No line that we ask for is longer, in octets.
const LONGEST_LINE: u64 = 8192;
/// What is pasted is shorter.
const LARGEST: usize = 2 * 1024 * 1024;
