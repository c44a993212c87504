//! Notes, checkpoints and proofs as files: `accept/` is read and written back byte for byte, `reject/` is refused in the words
//! of the `.error` file beside it.

use std::{fs, path::PathBuf};

use tlog::{Error, Note, Proof, SignedCheckpoint};

use crate::support::{entries, policy, staple};

#[test]
fn notes() {
    hold("note", |bytes| Note::parse(bytes).map(|note| note.to_string()));
}

#[test]
fn checkpoints() {
    hold("checkpoint", |bytes| {
        SignedCheckpoint::parse(bytes).map(|checkpoint| checkpoint.to_string())
    });
}

#[test]
fn proofs() {
    hold("proof", |bytes| {
        let proof = Proof::parse(bytes)?;
        proof.verify_entry(&entries(345..346)[0], &policy())?;
        Ok(proof.to_string())
    });
}

#[test]
fn a_staple_is_still_written_as_in_its_vector() {
    let file = folder("proof").join("accept/two-witnesses.tlog-proof");
    let now = staple(&["a", "b"]).to_string();
    if fs::read_to_string(&file).ok().as_ref() != Some(&now) {
        fs::write(file.with_extension("actual.tlog-proof"), now).unwrap();
        panic!("{} differs; what we write now is beside it", file.display());
    }
}

fn hold(kind: &str, read: impl Fn(&[u8]) -> Result<String, Error>) {
    for file in files(folder(kind).join("accept")) {
        let bytes = fs::read(&file).unwrap();
        match read(&bytes) {
            Ok(text) => assert!(text.as_bytes() == bytes, "{} is not written back", file.display()),
            Err(error) => panic!("{} is refused: {error}", file.display()),
        }
    }
    for file in files(folder(kind).join("reject")).filter(|file| file.extension().is_none_or(|ext| ext != "error")) {
        let wanted = fs::read_to_string(file.with_extension("error")).unwrap();
        let error = read(&fs::read(&file).unwrap()).expect_err(&file.display().to_string());
        assert_eq!(error.to_string(), wanted.trim_end(), "{}", file.display());
    }
}

fn folder(kind: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(kind)
}

/// The files of a folder, which has some.
fn files(folder: PathBuf) -> impl Iterator<Item = PathBuf> {
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.into_iter()
}
