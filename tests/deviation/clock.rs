//! The clock: compared before anything is begun.

use record::journal::What;
use record::screen::Shown;
use support::event::Event;

use super::held;

#[test]
fn a_clock_that_is_wrong_begins_nothing() {
    let event = Event::planned();
    let mut engine = event.run();
    let asked = engine.next_shown();
    let question = "It is 2026-11-22T10:00:00Z by the console's clock, in UTC. Compare it with another clock, and have a \
                    member do the same; a minute of difference is too much.";
    let answers = ["the clock is right", "stop"].map(str::to_owned).to_vec();
    let question = question.to_owned();
    assert_eq!(asked, Some(Shown::Deciding { question, answers }));
    engine.type_line("stop");
    let error = "the console's clock says 2026-11-22T10:00:00Z, and that is not right";
    engine
        .end()
        .refuses(1, error, Some("set the console's clock, and begin again"));
    assert!(!event.has("bastion/journal"));
}

#[test]
fn an_event_without_an_answer_on_the_clock_is_not_begun() {
    let event = Event::planned();
    let mut engine = event.run();
    let _ = engine.next_shown();
    let ended = engine.hang_up();
    assert!(
        ended
            .error()
            .starts_with("standard input ended before an answer to: It is 2026")
    );
    assert_eq!(
        (ended.hint(), ended.code),
        (Some("nothing was begun: say `ceremony run` again"), Some(1))
    );
    assert!(!event.has("bastion/journal"));
}

#[test]
fn the_record_says_who_confirmed_the_clock_and_how_the_machine_was() {
    let event = Event::planned();
    let record = held(&event);
    assert_eq!(
        event.journal().iter().filter(|entry| entry.what == What::Clock).count(),
        1
    );
    let clock = &record.facts["clock"];
    assert!(
        clock.starts_with("found right by the operator at 2026-11-22T10:00:0"),
        "{clock}"
    );
    let all = "; the clocks of member-1, member-2, member-3, member-4, member-5, member-6 were at most ";
    assert!(clock.contains(all), "{clock}");
    let power = &record.facts["power"];
    assert!(power.starts_with("the engine was started once, in boot "), "{power}");
}
