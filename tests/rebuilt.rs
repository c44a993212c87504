//! A store is a function of what is published: again from the same bundles and with the same keys it has the same bytes, but for
//! the witnesses' own lines, which have their own time.

use support::again::Again;
use support::aics::Witness;
use support::judges::skip;
use support::rehearsal;
use support::{Scratch, ours, run};

#[test]
fn a_store_that_is_published_again_has_the_same_bytes() {
    let again = Again::new("rebuilt", &rehearsal::whole().done().dir);
    again.event(Some("cluster-initialisation-1"));
    again.event(None);
    again.accesses("root-generation-1", 1);
    again.signatures();
    same(&again);
}

#[test]
fn with_witnesses_their_own_lines_alone_differ() {
    let scratch = Scratch::new("rebuilt-witnessed");
    let Some(mut witness) = Witness::new(&scratch.join("a"), "a") else {
        return skip(
            "with_witnesses_their_own_lines_alone_differ",
            "aics-witness is not installed (tests/run installs it)",
        );
    };
    let out = scratch.join("out");
    let (dir, option) = (rehearsal::text(&out), witness.option("a"));
    let words = [
        "--out",
        &dir,
        "--without-keepers",
        "--witness",
        &option,
        "--quorum",
        "1",
    ];
    // Nobody answers yet, so that the log's key is made before the witness learns of it.
    let _ = run(ours("rehearsal"), words, "").expect(4);
    let policy = out.join("events/cluster-initialisation-1/inbound/inputs/tlog-policy");
    let policy = std::fs::read_to_string(policy).expect("a log policy");
    let key = policy
        .lines()
        .find_map(|line| line.strip_prefix("log "))
        .expect("a log");
    let origin = key.split('+').next().expect("a name");
    let unseen = scratch.join("unseen");
    support::scratch::copy_folder(&scratch.join("a"), &unseen);
    witness.serve(origin, key);
    let _ = run(ours("rehearsal"), ["--out", &dir, "--resume"], "").expect(0);
    // The same witness, as it was before it saw anything: it would refuse to see the log begin again.
    witness.stop();
    std::fs::remove_dir_all(scratch.join("a")).expect("its folder");
    support::scratch::copy_folder(&unseen, &scratch.join("a"));
    witness.serve(origin, key);
    let again = Again::new("rebuilt-again", &out);
    again.event(Some("cluster-initialisation-1"));
    again.event(None);
    same(&again);
}

fn same(again: &Again) {
    let [before, after] = again.stores();
    let names = |store: &std::collections::BTreeMap<String, Vec<u8>>| store.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    for (path, bytes) in &before {
        assert!(after[path] == *bytes, "{path} differs");
    }
    assert!(before.len() > 50, "{}", before.len());
}
