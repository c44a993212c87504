//! Roots and a key that other implementations computed.

use tlog::{Hash, Signer, VerifierKey, merkle};

use crate::support::{Store, secret, tree};

const ROOTS: [(u64, &str); 5] = [
    (1, "FiHOfaiyVKSlJYyQjHADc2z8NG8kgqvmCmBlH7wRZ5E="),
    (256, "Tos73taU3PGTY0bFzH/EcSwTM87b2mAnidbjuDw6wgU="),
    (257, "B6224GT6QpIYNkL61R6MCnrGiFzlUMB3yTQ95itXrcA="),
    (600, "v3dyglMp7Q5YWb3i2edP6bGnfVwc+noD1kp0SlTuiPg="),
    (70_000, "PyRlJHNNTThWh1rCFkBE4adafIct52rP1LJtrAm1vcA="),
];

#[test]
fn the_empty_tree_has_the_hash_of_nothing() {
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(tree(0).root().unwrap().to_hex(), hex);
    assert_eq!(Hash::from_hex(hex), Ok(Hash::empty()));
}

#[test]
fn one_tree_has_all_known_roots() {
    let tree = tree(70_000);
    for (size, root) in ROOTS {
        assert_eq!(merkle::root(&tree, size).unwrap().to_string(), root, "size {size}");
    }
}

#[test]
fn a_log_that_grew_in_steps_has_all_known_roots() {
    let (store, checkpoint) = Store::of(&[1, 256, 257, 600, 70_000]);
    let reader = store.open(&checkpoint).unwrap();
    for (size, root) in ROOTS {
        assert_eq!(merkle::root(&reader, size).unwrap().to_string(), root, "size {size}");
    }
}

#[test]
fn the_key_of_a_seed_has_the_known_text() {
    let vkey = "pki.rust-lang.org/test+b6145cea+AW7fpKc9fipx5h+7gKr25Xipx753k4LG1/yZ4IZADIMP";
    let signer = Signer::new("pki.rust-lang.org/test", secret("s")).unwrap();
    assert_eq!(signer.key().to_string(), vkey);
    assert_eq!(VerifierKey::parse(vkey), Ok(signer.key().clone()));
}
