//! What the publisher keeps aside, as a publication left it that was cut off.

use std::fs;

use serde_cbor::Value;
use support::process::ours;
use support::rehearsal::{self, text};
use support::{Scratch, run};

use crate::valid;

#[test]
fn what_is_staged_is_as_described() {
    let (folder, [first, second]) = cut_off();
    for (event, bytes) in [("cluster-initialisation-1", &first), ("root-generation-1", &second)] {
        valid("staging", "staged", bytes).unwrap_or_else(|error| panic!("{event}: {error}"));
        let Ok(Value::Map(fields)) = serde_cbor::from_slice(bytes) else {
            panic!("{event}: a map");
        };
        assert_eq!(
            fields.get(&Value::Text("event".into())),
            Some(&Value::Text(event.into()))
        );
        for field in fields.keys() {
            let mut without = fields.clone();
            without.remove(field);
            let without = serde_cbor::to_vec(&Value::Map(without)).expect("CBOR");
            assert!(
                valid("staging", "staged", &without).is_err(),
                "{event}: without {field:?}"
            );
        }
    }
    drop(folder);
}

/// Both events of a rehearsal, each cut off when the first file was to be written, then gone on with.
fn cut_off() -> (Scratch, [Vec<u8>; 2]) {
    let folder = Scratch::new("staging");
    let rehearsal = rehearsal::plain().done();
    let (key, store) = (folder.join("log.key"), folder.join("store"));
    fs::copy(rehearsal.private.join("publisher/log.key"), &key).expect("the key");
    let state = fs::read_to_string(rehearsal.private.join("publisher/log.key.state")).expect("its memory");
    let mut state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    state["checkpoint"] = serde_json::Value::Null;
    state["publication"] = serde_json::Value::Null;
    fs::write(folder.join("log.key.state"), state.to_string()).expect("its memory");
    fs::create_dir(&store).expect("a store");
    let (key, place) = (text(&key), text(&store));
    let passwords = fs::read(rehearsal.private.join("passwords.json")).expect("passwords");
    let passwords: serde_json::Value = serde_json::from_slice(&passwords).expect("JSON");
    let input = format!("{}\n", passwords["log key"].as_str().expect("the log key's"));
    // Each event is the first that writes into a folder, and a file is there instead.
    let events = [
        ("events/cluster-initialisation-1/outbound", "objects"),
        ("outbound", "crl"),
    ];
    let staged = events.map(|(event, taken)| {
        let in_the_way = store.join(taken);
        fs::write(&in_the_way, "in the way").expect("a file");
        let outbound = rehearsal.dir.join(event);
        let (results, signatures) = (
            text(&outbound.join("results.cbor")),
            text(&outbound.join("countersignatures")),
        );
        let words = ["append", "--store", &place, "--log-key", &key, "--results", &results];
        let words = [&words[..], &["--countersignatures", &signatures]].concat();
        let _ = run(ours("ceremony-publish"), &words, &input).expect(4);
        let bytes = staging(&folder);
        fs::remove_file(&in_the_way).expect("out of the way");
        let words = ["resume", "--store", &place, "--log-key", &key];
        let _ = run(ours("ceremony-publish"), words, "").expect(0);
        bytes
    });
    (folder, staged)
}

/// The one bundle that is staged, beside its claim.
fn staging(folder: &Scratch) -> Vec<u8> {
    let staged = fs::read_dir(folder.join("store/.staging")).expect("something is staged");
    let paths: Vec<_> = staged.map(|entry| entry.expect("an entry").path()).collect();
    let is_claim = |path: &&std::path::PathBuf| path.to_string_lossy().contains("-after-");
    let claim = paths.iter().find(is_claim).expect("a claim");
    let bundle = paths.iter().find(|path| !is_claim(path)).expect("a bundle");
    let name = bundle.file_name().and_then(|name| name.to_str()).expect("a name");
    assert_eq!(fs::read_to_string(claim).expect("text"), name);
    let bytes = fs::read(bundle).expect("its bytes");
    assert!(name.ends_with(&record::Digest::of(&bytes).hex()), "{name}");
    bytes
}
