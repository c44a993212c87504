//! One fault at one command, and what people then do.

use std::sync::OnceLock;

use record::journal::What;
use record::screen::Shown;
use support::event::{Engine, Event, is_decision};

use super::{ends, table};

/// One fault at one use of a command.
#[derive(Debug)]
pub struct Case {
    /// What goes wrong.
    pub fault: String,
    /// The command's words.
    pub command: String,
    /// At its n-th use.
    pub nth: u32,
}

impl Case {
    pub fn new(fault: &str, command: &str, nth: u32) -> Self {
        Self {
            fault: fault.into(),
            command: command.into(),
            nth,
        }
    }

    fn order(&self, event: &Event) {
        let nth = self.nth.to_string();
        let mut order = vec!["fault", "--command", &self.command, "--nth", &nth, "--do", &self.fault];
        if self.fault == "slow" {
            order.extend(["--seconds", "1"]);
        }
        event.standin(&order);
    }
}

/// The kinds of commands that an undisturbed event gives, each with the number of its uses.
pub fn commands() -> &'static [(String, u32)] {
    static COMMANDS: OnceLock<Vec<(String, u32)>> = OnceLock::new();
    COMMANDS.get_or_init(|| {
        let event = Event::planned();
        let mut engine = event.run();
        engine.play_to_the_end();
        let _ = engine.end().good();
        let mut counted: Vec<(String, u32)> = Vec::new();
        for entry in event.journal() {
            let What::Intent { command } = entry.what else { continue };
            let words = command.split(' ').take_while(|word| !word.starts_with(['-', '[']));
            let words = words.collect::<Vec<_>>().join(" ");
            match counted.iter_mut().find(|(known, _)| *known == words) {
                Some((_, uses)) => *uses += 1,
                None => counted.push((words, 1)),
            }
        }
        println!("{counted:?}");
        counted
    })
}

/// Has it go wrong, resumes as the hints say, and judges the end.
pub fn play(case: &Case) {
    println!("{case:?}");
    let event = Event::planned();
    case.order(&event);
    let (mut runs, mut decided) = (0, Decided::default());
    loop {
        let mut engine = if runs == 0 { event.run() } else { event.resume() };
        runs += 1;
        play_on(&mut engine, &mut decided);
        let ended = engine.end();
        if ended.code == Some(0) {
            break;
        }
        let (error, hint) = (ended.error().to_owned(), ended.hint().map(str::to_owned));
        println!("  run {runs}: {:?} {error} // {hint:?}", ended.code);
        assert!(matches!(ended.code, Some(1 | 4)), "{case:?}: {:?} {error}", ended.code);
        let hint = hint.unwrap_or_else(|| panic!("{case:?}: no hint: {error}"));
        match table::what_people_do(case, &error, &hint) {
            table::Then::Resume => {}
            table::Then::Repair(order) => event.standin(order),
        }
        assert!(runs < 4, "{case:?}: it does not end");
    }
    ends::well(&event, case, runs, &decided);
}

/// What people were asked, and decided.
#[derive(Default)]
pub struct Decided {
    /// To sign again what may be signed already.
    pub again: usize,
    /// To go on with other HSMs than those of the beginning.
    pub other_hsms: usize,
}

/// Plays as honest people do, who decide to go on whenever they are asked.
fn play_on(engine: &mut Engine<'_>, decided: &mut Decided) {
    while let Some(shown) = engine.next_shown() {
        match &shown {
            Shown::Deciding { answers, .. } if answers.iter().any(|answer| answer == "sign again") => {
                engine.type_line("sign again");
                decided.again += 1;
            }
            Shown::Deciding { answers, .. } if answers.iter().any(|answer| answer == "try again") => {
                engine.type_line("try again");
            }
            Shown::Deciding { answers, question } if is_decision(&shown) => {
                assert!(question.contains("The HSMs are not those"), "{question} {answers:?}");
                engine.type_line("go on");
                decided.other_hsms += 1;
            }
            shown => engine.answer(shown),
        }
    }
}
