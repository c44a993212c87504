use std::collections::BTreeMap;

use tlog::{Hash, SignedCheckpoint, Signer, TileReader, tile};
use verifier::layout::{Log, Series};
use zeroize::Zeroizing;

use super::*;
use crate::append::InLog;
use crate::logs;
use crate::store::Source;
use crate::witness::Answer;

/// A store with a log of so many entries.
#[derive(Clone, Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Source for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, std::io::Error> {
        Ok(self.0.get(path).cloned())
    }

    fn list(&self) -> Result<Vec<String>, std::io::Error> {
        Ok(self.0.keys().cloned().collect())
    }
}

fn store(entries: u8) -> Memory {
    let (mut store, empty) = (Memory::default(), Checkpoint::empty(tlog::REHEARSAL_ORIGIN).unwrap());
    let old = store.clone();
    let reader = TileReader::open(InLog(&old, Log::MAIN), &empty).unwrap();
    let entries: Vec<[u8; 1]> = (0..entries).map(|n| [n]).collect();
    let grown = tile::append(&reader, &entries).unwrap();
    for (path, bytes) in grown.files() {
        store.0.insert(Log::MAIN.file(path), bytes.clone());
    }
    let signed = signed(grown.size(), *grown.root());
    store.0.insert(Log::MAIN.checkpoint(), signed.to_string().into_bytes());
    store
}

fn signer() -> Signer {
    Signer::new(tlog::REHEARSAL_ORIGIN, Zeroizing::new([9; 32])).unwrap()
}

fn signed(size: u64, root: Hash) -> SignedCheckpoint {
    let checkpoint = Checkpoint::new(tlog::REHEARSAL_ORIGIN, size, root).unwrap();
    checkpoint.sign(&signer()).unwrap()
}

/// A witness that shows this.
struct Shows(Result<Answer, String>);

impl Shows {
    fn checkpoint(signed: &SignedCheckpoint) -> Self {
        let body = signed.to_string().into_bytes();
        let media = "text/plain".into();
        Self(Ok(Answer {
            status: 200,
            media,
            body,
        }))
    }
}

impl Ask for Shows {
    fn post(&self, _: &str, _: &str) -> Result<Answer, String> {
        Err("nothing is cosigned here".into())
    }

    fn get(&self, _: &str) -> Result<Answer, String> {
        self.0.clone()
    }

    fn now(&self) -> u64 {
        0
    }
}

fn policy() -> Policy {
    let witness = tlog::Cosigner::new("w.example", Zeroizing::new([5; 32])).unwrap();
    let (log, witness) = (signer().key().clone(), witness.key().clone());
    Policy::parse(format!("log {log}\nwitness w {witness} https://w.example/\nquorum none\n").as_bytes()).unwrap()
}

fn check_with(store: &Memory, reason: Reason, state: Option<&Path>, ask: &Shows) -> Result<Vec<String>, Error> {
    let (logs, signer) = (logs::open(store, Series::Main)?, signer());
    let end = End {
        log: &logs[0],
        key: signer.key(),
        reason,
        state,
    };
    check(&end, &policy(), ask)
}

fn root(entries: u8) -> Hash {
    let store = store(entries);
    let logs = logs::open(&store, Series::Main).unwrap();
    *logs[0].signed.checkpoint().root()
}

#[test]
fn a_witness_that_has_seen_as_much_or_less_agrees() {
    for seen in [2, 5] {
        let ask = Shows::checkpoint(&signed(seen.into(), root(seen)));
        let said = check_with(&store(5), Reason::Lost, None, &ask).unwrap();
        assert_eq!(said[1], format!("Witness w has seen {seen} entries, of this tree"));
    }
}

#[test]
fn refuses_a_lost_key_whose_log_some_witness_has_seen_more_of() {
    let ahead = Shows::checkpoint(&signed(6, root(6)));
    let error = check_with(&store(5), Reason::Lost, None, &ahead).unwrap_err();
    assert!(
        matches!(error, Error::WitnessAhead { theirs: 6, ours: 5, .. }),
        "{error}"
    );
    let forked = Shows::checkpoint(&signed(4, root(5)));
    let error = check_with(&store(5), Reason::Lost, None, &forked).unwrap_err();
    assert!(matches!(error, Error::WitnessForked { size: 4, .. }), "{error}");
}

#[test]
fn tells_what_a_thief_had_cosigned() {
    for seen in [signed(6, root(6)), signed(4, root(5))] {
        let said = check_with(&store(5), Reason::Stolen, None, &Shows::checkpoint(&seen)).unwrap();
        assert!(said[1].starts_with("STOLEN: the witness w has seen "), "{said:?}");
    }
}

#[test]
fn tells_of_a_witness_that_cannot_be_asked() {
    let down = Shows(Err("connection refused".into()));
    let said = check_with(&store(5), Reason::Lost, None, &down).unwrap();
    assert_eq!(said[1], "Witness w: connection refused");
}

#[test]
fn refuses_a_log_that_cannot_be_read_to_its_end() {
    let mut store = store(5);
    store.0.get_mut("log/1/tile/entries/000.p/5").unwrap()[2] ^= 1;
    let down = Shows(Err(String::new()));
    let error = check_with(&store, Reason::Lost, None, &down).unwrap_err();
    assert!(matches!(error, Error::Log(_)), "{error}");
}

#[test]
fn refuses_what_the_old_key_signed_beyond_it() {
    let path = std::env::temp_dir().join(format!("ceremony-new-log-{}.state", std::process::id()));
    let mut state = ledger::State::of(signer().key().to_string());
    let down = Shows(Err(String::new()));
    let tried = |state: &ledger::State| {
        std::fs::write(&path, ledger::encode(state)).unwrap();
        check_with(&store(5), Reason::Lost, Some(&path), &down)
    };
    state.checkpoint = Some(signed(5, root(5)).to_string());
    assert!(tried(&state).is_ok());
    state.checkpoint = Some(signed(6, root(6)).to_string());
    assert!(matches!(tried(&state), Err(Error::CheckpointDiffers { .. })));
    state.publication = Some(ledger::Staged {
        name: "log-1-x".into(),
        finished: false,
    });
    assert!(matches!(tried(&state), Err(Error::Unfinished { .. })));
    state.log = "another".into();
    assert!(matches!(tried(&state), Err(Error::ForeignKey { .. })));
    std::fs::remove_file(&path).unwrap();
}
