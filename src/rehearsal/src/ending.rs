//! The end: what is worth opening, how long everything took, and commands that check it.

use std::path::PathBuf;

use record::screen::Shown;

use crate::commands;
use crate::rehearsal::Rehearsal;
use crate::stages::Times;
use crate::timing;

/// Shows the times, the files and the commands.
pub fn show(rehearsal: &Rehearsal, times: &Times) {
    rehearsal.screen.show(&Shown::Heading {
        title: "What there is now".into(),
    });
    for (path, what) in files(rehearsal) {
        rehearsal.screen.say(format!("{}: {what}", path.display()));
    }
    commands::of(rehearsal)
        .iter()
        .for_each(|command| rehearsal.screen.show(command));
    if times.is_empty() {
        rehearsal.screen.say("All parts were done before.");
        return;
    }
    rehearsal.screen.show(&Shown::Heading {
        title: "How long it took".into(),
    });
    for of_one in times.chunk_by(|a, b| a.0 == b.0) {
        let parts = of_one
            .iter()
            .map(|(_, part, time)| format!("{part} {:.3} s", time.as_secs_f64()));
        let parts: Vec<String> = parts.collect();
        rehearsal.screen.say(format!("{}: {}.", of_one[0].0, parts.join(", ")));
    }
}

/// Says that the last event can begin, and how.
pub fn wait(rehearsal: &Rehearsal) {
    rehearsal.screen.say(format!(
        "{} can begin: its plan is reviewed. `rehearsal --resume --out {}` holds it.",
        rehearsal.event.name,
        rehearsal.places.out.display()
    ));
}

/// Shows how long each person took.
pub fn drill(rehearsal: &Rehearsal) {
    rehearsal.screen.show(&Shown::Heading {
        title: "How long each person took".into(),
    });
    let taken = &rehearsal.memory.taken;
    let here: Vec<_> = taken
        .iter()
        .filter(|one| one.event == rehearsal.event.name)
        .cloned()
        .collect();
    timing::tables(&here)
        .iter()
        .for_each(|table| rehearsal.screen.show(table));
}

/// What is worth opening first.
fn files(rehearsal: &Rehearsal) -> [(PathBuf, &'static str); 3] {
    let store = rehearsal.places.store();
    let page = store.join("events").join(&rehearsal.event.name).join("index.html");
    [
        (store.join("index.html"), "the first page of what the public would see"),
        (page, "the event's own page"),
        (
            rehearsal.here.input("plan.toml"),
            "the plan, as people write and read it",
        ),
    ]
}
