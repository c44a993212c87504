//! What people and programs see.

use record::screen::Shown;
use support::rehearsal;

#[test]
fn no_line_is_wider_than_80_columns_but_for_paths_and_commands() {
    for line in rehearsal::plain().done().outcome.out.lines() {
        let wide = line.chars().count() > 80 && !line.contains('/');
        assert!(!wide, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn the_screen_shows_plain_text() {
    let one = rehearsal::plain().done();
    let odd = one.outcome.all().chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(odd, None, "no escape sequences where nobody looks at a terminal");
}

#[test]
fn steps_are_numbered_and_say_who_acts() {
    let steps: Vec<_> = rehearsal::plain()
        .done()
        .outcome
        .out
        .lines()
        .filter(|line| is_step(line))
        .collect();
    assert!(steps.len() > 15, "{} steps", steps.len());
}

#[test]
fn nothing_is_said_on_standard_error() {
    assert_eq!(rehearsal::plain().done().outcome.err, "");
    assert_eq!(rehearsal::other().done().outcome.err, "");
}

#[test]
fn programs_read_one_event_a_line_and_nothing_else() {
    let one = rehearsal::other().done();
    let read = |line: &str| serde_json::from_str::<Shown>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let shown: Vec<_> = one.outcome.out.lines().map(read).collect();
    let steps = shown.iter().filter(|shown| matches!(shown, Shown::Step { .. })).count();
    assert!(steps > 15, "{steps} steps");
    let digest = |shown: &Shown| matches!(shown, Shown::Digest { of, hex } if of == "plan" && hex.len() == 64);
    assert!(shown.iter().any(digest), "the plan's digest is shown");
    assert!(
        shown.iter().any(|shown| matches!(shown, Shown::Countdown { .. })),
        "a countdown while tokens live"
    );
    assert!(
        matches!(shown.last(), Some(Shown::Finished { .. })),
        "{:?}",
        shown.last()
    );
}

/// `3/13  Title  [who]`
fn is_step(line: &str) -> bool {
    let number = line.split(' ').next().unwrap_or_default();
    let parts = number
        .split_once('/')
        .map(|(n, of)| (n.parse::<u32>(), of.parse::<u32>()));
    matches!(parts, Some((Ok(n), Ok(of))) if 0 < n && n <= of)
}
