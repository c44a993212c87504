//! The folder's promises: exclusive, whole, compared, and nothing outside the store.

use super::*;

/// A folder of its own for each test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("publisher-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn open(&self) -> Folder {
        Folder::open(&self.0).unwrap()
    }
}

fn one(path: &str, bytes: &[u8]) -> [super::super::File; 1] {
    [(path.into(), bytes.into())]
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn creates_a_file_once_and_takes_the_same_bytes_again() {
    let scratch = Scratch::new("once");
    let mut store = scratch.open();
    store.create(&one("certs/root-1.der", b"first")).unwrap();
    store.create(&one("certs/root-1.der", b"first")).unwrap();
    store.settle().unwrap();
    assert_eq!(store.list().unwrap(), ["certs/root-1.der"]);
    let mode = fs::metadata(scratch.0.join("certs/root-1.der"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o444);
}

#[test]
fn refuses_other_bytes_under_a_name_that_is_taken() {
    let scratch = Scratch::new("other");
    let mut store = scratch.open();
    store.create(&one("certs/root-1.der", b"first")).unwrap();
    let error = store.create(&one("certs/root-1.der", b"second")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "certs/root-1.der is in the store already, with other contents"
    );
    assert_eq!(store.read("certs/root-1.der").unwrap().unwrap(), b"first");
    assert_eq!(store.list().unwrap(), ["certs/root-1.der"]);
}

#[test]
fn replaces_a_mutable_file_only_if_it_is_what_was_seen() {
    let scratch = Scratch::new("swap");
    let mut store = scratch.open();
    store.swap("log/1/checkpoint", None, b"one").unwrap();
    let error = store.swap("log/1/checkpoint", None, b"two").unwrap_err();
    assert_eq!(
        error.to_string(),
        "log/1/checkpoint changed in the store while it was being replaced"
    );
    let error = store.swap("log/1/checkpoint", Some(b"zero"), b"two").unwrap_err();
    assert!(matches!(error, Error::Changed { .. }));
    store.swap("log/1/checkpoint", Some(b"one"), b"two").unwrap();
    assert_eq!(store.read("log/1/checkpoint").unwrap().unwrap(), b"two");
}

#[test]
fn refuses_a_second_writer() {
    let scratch = Scratch::new("busy");
    let first = scratch.open();
    let error = Folder::open(&scratch.0).err().unwrap();
    assert!(
        error.to_string().starts_with("another process is at work with "),
        "{error}"
    );
    drop(first);
    scratch.open();
}

#[test]
fn removes_what_a_killed_writer_left() {
    let scratch = Scratch::new("left");
    fs::create_dir(scratch.0.join(".incoming")).unwrap();
    fs::write(scratch.0.join(".incoming/0"), b"half").unwrap();
    let mut store = scratch.open();
    store.create(&one("index", b"whole")).unwrap();
    assert_eq!(store.list().unwrap(), ["index"]);
    assert!(!scratch.0.join(".incoming").exists());
}

#[test]
fn refuses_paths_that_lead_elsewhere() {
    let scratch = Scratch::new("paths");
    let mut store = scratch.open();
    for path in [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        ".incoming",
        "a b",
        "a\n",
    ] {
        assert!(
            matches!(store.create(&one(path, b"")), Err(Error::Path { .. })),
            "{path:?}"
        );
        assert!(
            matches!(store.swap(path, None, b""), Err(Error::Path { .. })),
            "{path:?}"
        );
    }
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn refuses_to_write_through_a_link() {
    let scratch = Scratch::new("link");
    let outside = Scratch::new("outside");
    std::os::unix::fs::symlink(outside.0.join("x"), scratch.0.join("index")).unwrap();
    let error = scratch.open().create(&one("index", b"x")).unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("index in the store: it is "), "{said}");
    assert!(said.ends_with("not a regular file"), "{said}");
    assert!(!outside.0.join("x").exists());
}

#[test]
fn creates_many_files_side_by_side() {
    let scratch = Scratch::new("many");
    let files: Vec<super::super::File> = (100..150)
        .map(|n| (format!("a/{n}"), format!("file {n}").into()))
        .collect();
    let mut store = scratch.open();
    store.create(&files[20..30]).unwrap();
    store.create(&files).unwrap();
    store.settle().unwrap();
    let written = files
        .iter()
        .filter(|(path, bytes)| store.read(path).unwrap().as_ref() == Some(bytes))
        .count();
    assert_eq!((written, store.list().unwrap().len()), (50, 50));
}

#[test]
fn keeps_aside_what_no_reader_is_shown() {
    let scratch = Scratch::new("aside");
    let mut store = scratch.open();
    store.stage("log-1-aa", b"bundle").unwrap();
    store.stage("log-1-aa", b"bundle").unwrap();
    store.stage("sig-1-bb", b"of another log").unwrap();
    let error = store.stage("log-1-aa", b"another").unwrap_err();
    assert_eq!(
        error.to_string(),
        ".staging/log-1-aa is in the store already, with other contents"
    );
    assert!(store.list().unwrap().is_empty());
    drop(store);
    // Another process finds it.
    let mut store = scratch.open();
    assert_eq!(store.staged("log-1-aa").unwrap().unwrap(), b"bundle");
    assert!(store.staged("log-1-cc").unwrap().is_none());
    store.unstage("log-1-aa").unwrap();
    store.unstage("log-1-aa").unwrap();
    assert!(scratch.0.join(".staging").exists(), "another log's is there");
    store.unstage("sig-1-bb").unwrap();
    assert!(!scratch.0.join(".staging").exists());
    assert!(matches!(store.stage("../x", b""), Err(Error::Path { .. })));
}
