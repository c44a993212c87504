//! The vectors that the example in the crate's documentation reads are this world's, byte for byte.

use std::path::PathBuf;

use crate::support::{self, ARTIFACT, logs};

#[test]
fn the_vectors_are_as_they_are_made() {
    let world = support::rehearsal();
    let proof = world.proof_file(&[&world.release]).to_string();
    let subkeys = world.proof_file(&[&world.subkey, &world.release]).to_string();
    let entry = world.entry(&world.release).encode();
    let entry: String = entry.iter().map(|octet| format!("{octet:02x}")).collect();
    for (name, bytes) in [
        ("artifact", ARTIFACT),
        ("artifact.proof", proof.as_bytes()),
        ("artifact-by-subkey.proof", subkeys.as_bytes()),
        ("log-policy", logs::policy(world.domain).as_bytes()),
        ("signature-entry.hex", format!("{entry}\n").as_bytes()),
        ("root.pem", world.root.certificate.to_pem().as_bytes()),
    ] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/vectors")
            .join(name);
        if std::fs::read(&path).ok().as_deref() != Some(bytes) {
            let left = path.with_file_name(format!("{name}.actual"));
            std::fs::write(&left, bytes).unwrap();
            panic!("{} is not as it is made: {}", path.display(), left.display());
        }
    }
}
