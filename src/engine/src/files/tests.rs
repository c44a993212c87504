//! What lies where we write and read: nothing is overwritten, followed or waited for.

use std::os::unix::fs::symlink;

use super::*;

#[test]
fn never_overwrites_and_says_what_to_do() {
    let folder = Folder::new("overwrites");
    let path = folder.0.join("a");
    write_new(&path, b"one").expect("new");
    let error = write_new(&path, b"two").expect_err("it exists");
    assert!(error.hint().expect("a hint").starts_with("nothing is ever overwritten"));
    assert_eq!(read(&path, 3).expect("reads"), b"one");
    write_once(&path, b"one").expect("the same again");
    write_once(&path, b"two").expect_err("something else");
    assert!(!folder.0.join("a.part").exists(), "nothing half-written stays");
    replace(&path, b"two").expect("it is to be replaced");
    assert_eq!(read(&path, 3).expect("reads"), b"two");
}

#[test]
fn reads_regular_files_of_a_bounded_length_alone() {
    let folder = Folder::new("reads");
    let path = folder.0.join("a");
    write_new(&path, b"one").expect("new");
    let refused = |path: &Path, limit| read(path, limit).expect_err("refused").to_string();
    assert!(refused(&path, 2).contains("more than 2 octets"));
    symlink(&path, folder.0.join("link")).expect("a link");
    assert!(refused(&folder.0.join("link"), 3).contains("not a regular file"));
    make_pipe(&folder.0.join("pipe"));
    assert!(refused(&folder.0.join("pipe"), 3).contains("not a regular file"));
}

#[test]
fn appends_to_regular_files_alone() {
    let folder = Folder::new("appends");
    let [path, link, pipe] = ["a", "link", "pipe"].map(|name| folder.0.join(name));
    write_new(&path, b"one").expect("new");
    open_to_append(&path)
        .expect("opens")
        .write_all(b" two")
        .expect("written");
    assert_eq!(read(&path, 7).expect("reads"), b"one two");
    symlink(&path, &link).expect("a link");
    make_pipe(&pipe);
    for other in [&link, &pipe, &folder.0] {
        let error = open_to_append(other).expect_err("refused").to_string();
        assert!(
            error.contains("not a regular file") || error.contains("Is a directory"),
            "{error}"
        );
    }
}

#[test]
fn a_link_or_a_pipe_in_the_place_of_a_part_is_not_written_to() {
    for write in [write_new, replace, write_once] {
        let folder = Folder::new("parts");
        let [victim, path, part] = ["victim", "a", "a.part"].map(|name| folder.0.join(name));
        fs::write(&victim, b"the victim's").expect("a victim");
        symlink(&victim, &part).expect("a link");
        write(&path, b"one").expect("the link is taken away");
        assert_eq!(fs::read(&victim).expect("reads"), b"the victim's");
        assert!(path.symlink_metadata().expect("there").is_file(), "it is no link");
        fs::remove_file(&path).expect("removed");
        make_pipe(&part);
        write(&path, b"two").expect("the pipe is taken away");
        assert_eq!(read(&path, 3).expect("reads"), b"two");
        assert!(!part.exists());
    }
}

#[test]
fn a_folder_in_the_place_of_a_part_is_left_and_named() {
    let folder = Folder::new("folders");
    fs::create_dir(folder.0.join("a.part")).expect("a folder");
    let error = write_new(&folder.0.join("a"), b"one").expect_err("there is a folder");
    assert!(error.to_string().contains("a.part: "), "{error}");
    assert!(folder.0.join("a.part").is_dir());
}

#[test]
fn a_file_in_the_place_of_a_folder_is_said_to_be_none() {
    let folder = Folder::new("no-folder");
    let file = folder.0.join("a");
    fs::write(&file, b"one").expect("a file");
    for path in [file.clone(), file.join("b")] {
        let error = make_folder(&path).expect_err("a file is there");
        let words = format!("cannot make {}: Not a directory (os error 20)", path.display());
        assert_eq!(error.to_string(), words);
        let hint = format!("name another folder: {} is none, or lies in none", path.display());
        assert_eq!(error.hint(), Some(hint));
    }
}

#[test]
fn what_reads_back_as_something_else_never_gets_the_name() {
    let folder = Folder::new("reads-back");
    let path = folder.0.join("a");
    let lies = |part: &Path| {
        assert_eq!(fs::read(part).expect("it is written"), b"one");
        let path = String::new();
        Err(Error::ReadBack { path })
    };
    let error = write_new_among_others(&path, b"one", lies).expect_err("it reads back otherwise");
    assert_eq!(error.exit_code(), 4);
    assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 0, "nothing stays");
    write_new_among_others(&path, b"one", |_| Ok(())).expect("written");
    assert!(write_new_among_others(&path, b"two", |_| Ok(())).is_err());
    assert_eq!(fs::read(&path).expect("it stays"), b"one");
    assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 1);
}

fn make_pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, Mode::RUSR | Mode::WUSR).expect("a pipe");
}

/// A folder of one test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ceremony-files-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
