//! Events stopped in the middle: `ceremony resume` goes on, does nothing twice, and ends with the same bytes.

#[path = "resume/journal.rs"]
mod journal;
#[path = "resume/keys.rs"]
mod keys;
#[path = "resume/rehearsal.rs"]
mod rehearsal;
#[path = "resume/room.rs"]
mod room;
#[path = "resume/signing.rs"]
mod signing;
#[path = "resume/stops.rs"]
mod stops;

use record::record::Record;
use support::event::Event;

/// What every event that was resumed must have come to: the frozen bytes, good in the eyes of `openssl`, each signed
/// once unless people decided otherwise.
fn ends_well(event: &Event) -> Record {
    event.results_are_as_frozen();
    event.replays();
    event.judge_results();
    let record = event.record();
    let signed: Vec<_> = record.outputs.iter().map(|output| output.step.clone()).collect();
    assert_eq!(signed.len(), 8, "{signed:?}");
    let decided = |step: &str| {
        let again = |exception: &&record::record::Exception| {
            exception.step.as_deref() == Some(step) && exception.what.contains("decided")
        };
        record.exceptions.iter().filter(again).count()
    };
    for (step, times) in event.signings().iter().filter(|(step, _)| *step != "results") {
        assert_eq!(
            *times,
            1 + decided(step),
            "{step} is signed once, and again only after a decision"
        );
    }
    assert!(event.journalled(|what| matches!(what, record::journal::What::Closed)));
    record
}

/// Resumes to the end.
fn goes_on(event: &Event) -> Record {
    let mut engine = event.resume();
    engine.play_to_the_end();
    let _ = engine.end().good();
    ends_well(event)
}
