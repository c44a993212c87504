//! Staples: what verifies, and that nothing else does.

use tlog::{Error, Hash, Proof};

use crate::support::{Store, cosigned, entries, policy, staple};

fn entry() -> Vec<u8> {
    entries(345..346).remove(0)
}

#[test]
fn a_staple_proves_its_entry() {
    let proof = staple(&["a", "b"]);
    let accepted = proof.verify_entry(&entry(), &policy()).unwrap();
    assert_eq!(accepted.witnesses.len(), 2);
    assert_eq!(proof.verify_leaf(&Hash::leaf(&entry()), &policy()), Ok(accepted));
    assert_eq!((proof.index(), proof.path().len(), proof.extra()), (345, 10, None));
    assert_eq!(proof.checkpoint().checkpoint().size(), 600);
}

#[test]
fn a_staple_proves_no_other_entry() {
    let error = staple(&["a", "b"]).verify_entry(b"entry 346\n", &policy()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the entry is not at index 345 of the tree of size 600"
    );
}

#[test]
fn a_staple_without_its_quorum_proves_nothing() {
    let error = staple(&["a"]).verify_entry(&entry(), &policy()).unwrap_err();
    assert_eq!(error.to_string(), "the quorum \"W\" is not reached, only A cosigned");
    assert_eq!(
        error.hint(),
        Some("ask for the proof again, with cosignatures of more witnesses")
    );
}

#[test]
fn every_entry_of_a_log_has_its_staple() {
    for size in [1, 2, 3, 17] {
        let (store, checkpoint) = Store::of(&[size]);
        let (reader, signed) = (store.open(&checkpoint).unwrap(), cosigned(&checkpoint, &["a", "c"]));
        for (index, entry) in (0..size).zip(entries(0..size)) {
            let proof = Proof::new(index, reader.prove_inclusion(index).unwrap(), signed.clone()).unwrap();
            let read = Proof::parse(proof.to_string().as_bytes()).unwrap();
            assert_eq!(read, proof);
            assert!(read.verify_entry(&entry, &policy()).is_ok());
        }
    }
}

#[test]
fn a_path_of_another_length_is_refused() {
    let good = staple(&["a", "b"]);
    for length in [0, 9, 11, 63] {
        let mut path = good.path().to_vec();
        path.resize(length, Hash::empty());
        let proof = Proof::new(345, path, good.checkpoint().clone()).unwrap();
        let refused = Err(Error::InclusionLength {
            hashes: length,
            needed: 10,
        });
        assert_eq!(proof.verify_entry(&entry(), &policy()), refused);
    }
    let long = Proof::new(345, vec![Hash::empty(); 64], good.checkpoint().clone());
    assert_eq!(long, Err(Error::ProofHashes { limit: 63 }));
}

#[test]
fn an_index_beyond_the_checkpoint_is_refused() {
    let good = staple(&["a", "b"]);
    let text = good.to_string().replace("index 345", "index 600");
    assert_eq!(
        Proof::parse(text.as_bytes()),
        Err(Error::BeyondTree { wanted: 600, size: 600 })
    );
}

#[test]
fn a_staple_with_any_bit_changed_is_refused() {
    let good = staple(&["a", "b"]).to_string().into_bytes();
    let policy = policy();
    let verify = |bytes: &[u8]| Proof::parse(bytes)?.verify_entry(&entry(), &policy);
    assert!(verify(&good).is_ok());
    for place in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[place] ^= 1 << bit;
            assert!(verify(&changed).is_err(), "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn a_staple_cut_short_or_gone_on_with_is_refused() {
    let good = staple(&["a", "b"]).to_string().into_bytes();
    let policy = policy();
    let verify = |bytes: &[u8]| Proof::parse(bytes)?.verify_entry(&entry(), &policy);
    for length in 0..good.len() {
        assert!(verify(&good[..length]).is_err(), "{length} bytes");
    }
    for more in ["\n", " ", "x", "\r\n", "\0", "\n\n", "— \n"] {
        assert!(
            Proof::parse(&[&good[..], more.as_bytes()].concat()).is_err(),
            "{more:?}"
        );
    }
}

#[test]
fn a_proof_has_a_largest_size() {
    let error = Proof::parse(&vec![b'x'; 1_048_577]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the proof has 1048577 bytes, at most 1048576 are allowed"
    );
}
