//! What a test needs around the program: nine members made once, a plan, and judges that others wrote.

pub mod event;
pub mod judge;
pub mod plan;
pub mod token;
#[path = "../../../../../tests/support/tpm.rs"]
pub mod tpm;
pub mod waiting;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use record::{Digest, words};

/// The passphrase of every member here.
pub const PASSPHRASE: &str = "nine herons, one lake";
/// When everything here happens.
pub const NOW: &str = "2026-11-22T10:00:00Z";

/// A fresh folder for one test.
pub fn folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("member-{}", std::process::id()));
    let path = path.join(format!("{number}-{name}"));
    fs::create_dir_all(&path).expect("a folder for the test");
    path
}

/// What a run left.
pub struct Ran {
    pub code: i32,
    pub page: String,
    pub errors: String,
}

/// Runs the program.
pub fn run(home: &Path, arguments: &[&str], typed: &str) -> Ran {
    run_in(&[], home, arguments, typed)
}

/// The same in another environment: a token's module finds its configuration there.
pub fn run_in(env: &[(String, String)], home: &Path, arguments: &[&str], typed: &str) -> Ran {
    // One home takes one run at a time, and several tests share homes.
    let turn = turn(home);
    let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-member"));
    command.envs(env.iter().cloned());
    command.arg("--home").arg(home).args(arguments);
    let Output { status, stdout, stderr } = feed(&mut command, typed.as_bytes());
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        code: status.code().expect("an exit code"),
        page: text(stdout),
        errors: text(stderr),
    }
}

fn turn(home: &Path) -> Arc<Mutex<()>> {
    static TURNS: Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>> = Mutex::new(BTreeMap::new());
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.entry(home.into()).or_default().clone()
}

/// Runs a process with these octets on its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // A program that refuses early does not read.
    let _ = child.stdin.take().expect("piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

impl Ran {
    /// Everything went well, and fits on a screen.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{}", self.errors);
        for line in self.page.lines().filter(|line| !line.contains('/')) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        self.is_read_aloud();
        self.page
    }

    /// A screen reader says all of it: nothing is drawn or coloured, and no column of blanks carries a meaning.
    #[track_caller]
    pub fn is_read_aloud(&self) {
        for line in self.page.lines().chain(self.errors.lines()) {
            assert!(
                line.chars().all(|letter| letter.is_ascii() && !letter.is_control()),
                "{line:?}"
            );
            let drawn = ["---", "===", "***", "|", "\u{1b}"]
                .iter()
                .find(|drawn| line.contains(*drawn));
            assert!(drawn.is_none(), "{line:?}");
            // The words of a digest are numbered rows; all else is a name and its value.
            let numbered = line.trim_start().starts_with(|letter: char| letter.is_ascii_digit());
            let columns = line.trim_start().contains("  ");
            assert!(numbered || !columns || line.starts_with("and   "), "{line:?}");
        }
    }

    /// It was refused with these words; the rest of standard error is prompts and a hint.
    #[track_caller]
    pub fn refused(&self, code: i32, error: &str, hint: &str) {
        self.is_read_aloud();
        let found = self
            .errors
            .split("ceremony-member: error: ")
            .nth(1)
            .unwrap_or_else(|| panic!("{}", self.errors));
        let mut lines = found.lines();
        assert_eq!((self.code, lines.next()), (code, Some(error)), "{}", self.errors);
        assert_eq!(lines.next(), Some(format!("ceremony-member: hint: {hint}").as_str()));
    }
}

/// The homes of nine members, made once; tests take copies.
fn nine() -> &'static Path {
    static NINE: OnceLock<PathBuf> = OnceLock::new();
    NINE.get_or_init(|| {
        let folder = folder("nine");
        let typed = format!("{PASSPHRASE}\n");
        let (out, typed) = (folder.join("registrations"), typed.as_str());
        std::thread::scope(|scope| {
            for id in ids() {
                let (home, out) = (folder.join(&id), out.to_str().expect("UTF-8").to_owned());
                scope.spawn(move || run(&home, &["setup", "--id", &id, "--rehearsal", "--out", &out], typed).good());
            }
        });
        folder
    })
}

/// All nine ids.
pub fn ids() -> impl Iterator<Item = String> {
    (1..=9).map(|n| format!("member-{n}"))
}

/// Where the nine registrations are.
pub fn registrations() -> PathBuf {
    nine().join("registrations")
}

/// A copy of a member's home.
pub fn home(folder: &Path, id: &str) -> PathBuf {
    let to = folder.join(id);
    copy(&nine().join(id), &to);
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("made");
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).expect("closed");
    for entry in fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("known").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), &target).expect("copied")),
        }
    }
}

/// The first and the last word, as a person types them.
pub fn two_words(digest: &Digest) -> String {
    let spoken = words::to_words(&digest.0);
    format!("{} {}", spoken[0], spoken[32])
}

/// The names of a folder's files.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// The file's bytes.
pub fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
