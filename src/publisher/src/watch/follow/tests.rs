//! Files that grow, are moved, cut and replaced under a follower.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

struct Log {
    path: PathBuf,
    begin: Instant,
}

impl Log {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("follow-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Self {
            path: folder.join("log"),
            begin: Instant::now(),
        }
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
            .expect("a log");
        file.write_all(text.as_bytes()).expect("a line");
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.with_file_name(name)
    }

    fn follower(&self, place: Option<&Place>) -> Follower {
        Follower::new(&self.path, place, self.begin).expect("a follower")
    }

    fn after(&self, seconds: u64) -> Instant {
        self.begin + Duration::from_secs(seconds)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.path.parent().expect("a folder"));
    }
}

/// Lines as they are, and what else came by its name.
fn told(follower: &mut Follower, now: Instant, last: bool) -> Vec<String> {
    let word = |piece: &Piece| match piece {
        Piece::Line { bytes, .. } => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    };
    let mut all = Vec::new();
    // Each look may switch to another file, and the next one reads it.
    for _ in 0..6 {
        all.extend(follower.poll(now, last).expect("it is read").iter().map(word));
    }
    all
}

#[test]
fn a_file_that_comes_late_is_read_from_its_beginning_and_a_line_when_it_has_ended() {
    let log = Log::new();
    let mut follower = log.follower(None);
    assert_eq!(told(&mut follower, log.after(0), false), [""; 0]);
    log.append("one\ntw");
    assert_eq!(told(&mut follower, log.after(1), false), ["one"]);
    log.append("o\n");
    assert_eq!(told(&mut follower, log.after(2), false), ["two"]);
    log.append("three");
    assert_eq!(told(&mut follower, log.after(3), false), [""; 0]);
    assert_eq!(
        told(&mut follower, log.after(14), false),
        ["three"],
        "its end does not come"
    );
    log.append("\nfour");
    assert_eq!(
        told(&mut follower, log.after(15), true),
        ["", "four"],
        "nothing is waited for"
    );
}

#[test]
fn a_file_that_is_moved_away_is_read_to_its_end_before_the_next() {
    let log = Log::new();
    let mut follower = log.follower(None);
    log.append("one\n");
    assert_eq!(told(&mut follower, log.after(0), false), ["one"]);
    fs::rename(&log.path, log.beside("log.1")).expect("a rotation");
    log.append("three\n");
    // Its writer was not told yet.
    let mut old = OpenOptions::new()
        .append(true)
        .open(log.beside("log.1"))
        .expect("the old one");
    old.write_all(b"two").expect("a line");
    assert_eq!(told(&mut follower, log.after(1), false), [""; 0]);
    assert_eq!(told(&mut follower, log.after(4), false), ["two", "End", "three"]);
}

#[test]
fn a_file_that_is_cut_or_replaced_is_said_and_read_from_its_beginning() {
    let log = Log::new();
    let mut follower = log.follower(None);
    log.append("one\ntwo\n");
    assert_eq!(told(&mut follower, log.after(0), false), ["one", "two"]);
    fs::write(&log.path, "3\n").expect("a log");
    assert_eq!(told(&mut follower, log.after(1), false), ["Notice(Cut)", "End", "3"]);
    // Cut, and grown beyond where it was before anybody looked.
    fs::write(&log.path, "other\nlines\n").expect("a log");
    assert_eq!(
        told(&mut follower, log.after(2), false),
        ["Notice(Replaced)", "End", "other", "lines"]
    );
}

#[test]
fn another_follower_goes_on_where_the_first_one_was() {
    let log = Log::new();
    let mut follower = log.follower(None);
    log.append("one\ntwo\n");
    told(&mut follower, log.after(0), false);
    let place = follower.place(follower.offset()).expect("it is read");
    log.append("three\n");
    let mut again = log.follower(place.as_ref());
    assert_eq!(told(&mut again, log.after(1), false), ["three"]);
    // Rotated twice while nobody looked.
    fs::rename(&log.path, log.beside("log.2")).expect("a rotation");
    std::thread::sleep(Duration::from_millis(20));
    log.append("four\n");
    fs::rename(&log.path, log.beside("log.1")).expect("a rotation");
    log.append("five\n");
    let mut again = log.follower(place.as_ref());
    assert_eq!(
        told(&mut again, log.after(5), true),
        ["three", "End", "four", "End", "five"]
    );
    for file in ["log.2", "log.1"] {
        fs::remove_file(log.beside(file)).expect("an old one");
    }
    let mut again = log.follower(place.as_ref());
    assert_eq!(told(&mut again, log.after(6), false), ["Notice(Gone)", "End", "five"]);
    let place = again.place(again.offset()).expect("it is read");
    fs::write(&log.path, "FIVE\nsix\n").expect("the same file, with other contents");
    let mut again = log.follower(place.as_ref());
    assert_eq!(
        told(&mut again, log.after(7), false),
        ["Notice(Replaced)", "End", "FIVE", "six"]
    );
}

#[test]
fn a_line_longer_than_any_is_passed_over_and_kept_nowhere() {
    let log = Log::new();
    let mut follower = log.follower(None);
    log.append(&"x".repeat(LONGEST + 5));
    let end = (LONGEST + 6) as u64;
    for second in 0..4 {
        assert_eq!(told(&mut follower, log.after(second), false), [""; 0]);
    }
    log.append("\nnext\n");
    assert_eq!(
        told(&mut follower, log.after(5), false),
        [format!("TooLong {{ end: {end} }}"), "next".into()]
    );
}

#[test]
fn what_was_there_before_is_passed_over_if_it_was_asked_for() {
    let log = Log::new();
    log.append("old\nbegun");
    let mut follower = log.follower(None);
    follower.skip(log.after(0)).expect("it is read");
    log.append(" and ended\n");
    assert_eq!(told(&mut follower, log.after(1), false), ["begun and ended"]);
}

#[test]
fn a_folder_or_a_device_is_refused() {
    for path in ["/", "/dev/null"] {
        let mut follower = Follower::new(Path::new(path), None, Instant::now()).expect("a follower");
        assert!(follower.poll(Instant::now(), false).is_err(), "{path}");
    }
}
