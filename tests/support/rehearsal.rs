//! Rehearsals that many tests judge and none changes: made once a build, kept under target/.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::process::{finish, ours, workspace};
use crate::scratch::temporary;
use crate::{Outcome, run};

/// A rehearsal that has ended, well or not.
pub struct Rehearsal {
    /// DIR.
    pub dir: PathBuf,
    /// DIR.private.
    pub private: PathBuf,
    /// How it ended and what it said.
    pub outcome: Outcome,
}

/// The plain one: `rehearsal --without-keepers --out DIR`. Tests play the keepers on copies of it.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn plain() -> &'static Rehearsal {
    static ONE: OnceLock<Rehearsal> = OnceLock::new();
    ONE.get_or_init(|| make("plain", &|_| vec!["--without-keepers".into()]))
}

/// As everybody runs it, `rehearsal --out DIR`: with access logs and signatures; and with a document to be published.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn whole() -> &'static Rehearsal {
    static ONE: OnceLock<Rehearsal> = OnceLock::new();
    ONE.get_or_init(|| {
        let document = text(&workspace().join("docs/guides/relying-party.md"));
        make("whole", &|_| vec!["--document".into(), document.clone()])
    })
}

/// Another one: `--json`, members 5 to 9 approve, and the release key's request was written by `openssl req`.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn other() -> &'static Rehearsal {
    static ONE: OnceLock<Rehearsal> = OnceLock::new();
    ONE.get_or_init(|| {
        make("other", &|folder| {
            let request = request(folder);
            let approvers = "member-5,member-6,member-7,member-8,member-9".to_owned();
            let csr = format!("release={}", request.display());
            vec!["--json".into(), "--approvers".into(), approvers, "--csr".into(), csr]
        })
    })
}

/// The plain one, and a year later a refresh of the lists, which publishes documents: `rehearsal --script crl-refresh`.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn refreshed() -> &'static Rehearsal {
    static ONE: OnceLock<Rehearsal> = OnceLock::new();
    ONE.get_or_init(|| make("refreshed", &|_| vec!["--script".into(), "crl-refresh".into()]))
}

/// The public key infrastructure's first fifteen years: `rehearsal --journey`.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn journey() -> &'static Rehearsal {
    static ONE: OnceLock<Rehearsal> = OnceLock::new();
    ONE.get_or_init(|| make("journey", &|_| vec!["--journey".into()]))
}

impl Rehearsal {
    /// A file of the store.
    #[must_use]
    pub fn store(&self, path: &str) -> PathBuf {
        self.dir.join("store").join(path)
    }

    /// The same, as text for a command line.
    ///
    /// # Panics
    /// If the path is not UTF-8.
    #[must_use]
    pub fn in_store(&self, path: &str) -> String {
        text(&self.store(path))
    }

    /// The founding event's folder in the store.
    #[must_use]
    pub fn event(&self) -> PathBuf {
        self.store("events/root-generation-1")
    }

    /// What lies outside the store of the event before it, the cluster's initialisation.
    #[must_use]
    pub fn first_event(&self) -> PathBuf {
        self.dir.join("events/cluster-initialisation-1")
    }

    /// This rehearsal, if it ended well.
    ///
    /// # Panics
    /// With all that it said, if it did not.
    #[track_caller]
    #[must_use]
    pub fn done(&'static self) -> &'static Self {
        assert_eq!(self.outcome.code, 0, "{}", self.outcome);
        self
    }
}

/// A path as text.
///
/// # Panics
/// If it is not UTF-8.
#[must_use]
pub fn text(path: &Path) -> String {
    path.to_str().expect("paths here are UTF-8").to_owned()
}

/// Runs it, or takes what an earlier test of the same build left. Tests are processes of their own: a lock orders them.
fn make(name: &str, arguments: &dyn Fn(&Path) -> Vec<String>) -> Rehearsal {
    let folder = temporary().join(format!("rehearsal-{name}"));
    fs::create_dir_all(&folder).expect("a folder");
    let lock = File::create(folder.join("lock")).expect("a lock");
    lock.lock().expect("the lock");
    let (dir, stamp) = (folder.join("out"), stamp());
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|found| found == stamp) && is_fresh(&folder.join("stamp")) {
        return known(&folder, dir);
    }
    for old in [&dir, &private(&dir)] {
        let _ = fs::remove_dir_all(old);
    }
    let arguments = [vec!["--out".into(), text(&dir)], arguments(&folder)].concat();
    let mut command = std::process::Command::new(ours("rehearsal"));
    let outcome = finish(command.args(arguments).current_dir(&folder), "");
    for (file, content) in [
        ("stdout", &outcome.out),
        ("stderr", &outcome.err),
        ("command", &outcome.command),
    ] {
        fs::write(folder.join(file), content).expect("what it said");
    }
    fs::write(folder.join("code"), outcome.code.to_string()).expect("how it ended");
    // Last: what a stopped test leaves is made again.
    fs::write(folder.join("stamp"), stamp).expect("the stamp");
    Rehearsal {
        private: private(&dir),
        dir,
        outcome,
    }
}

fn known(folder: &Path, dir: PathBuf) -> Rehearsal {
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("what it said");
    let outcome = Outcome {
        command: read("command"),
        code: read("code").parse().expect("an exit code"),
        out: read("stdout"),
        err: read("stderr"),
    };
    Rehearsal {
        private: private(&dir),
        dir,
        outcome,
    }
}

/// Says which build the programs are of.
fn stamp() -> String {
    let of = |name: &&str| {
        let data = ours(name).metadata().expect("a program");
        let built = data
            .modified()
            .expect("a time")
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        format!("{name} {} {}\n", data.len(), built.as_nanos())
    };
    PROGRAMS.iter().map(of).collect()
}

/// Half an hour: a test run has its own rehearsal, and its dates are near.
fn is_fresh(stamp: &Path) -> bool {
    let age = stamp
        .metadata()
        .and_then(|data| data.modified())
        .map(|made| SystemTime::now().duration_since(made));
    age.is_ok_and(|age| age.is_ok_and(|age| age < Duration::from_secs(1_800)))
}

fn private(dir: &Path) -> PathBuf {
    PathBuf::from(format!("{}.private", text(dir)))
}

/// A request as the keeper of a key writes it, by `openssl` alone.
fn request(folder: &Path) -> PathBuf {
    let (key, csr) = (folder.join("own-release.key"), folder.join("own-release.csr"));
    let curve = "ec_paramgen_curve:P-384";
    let (key, file) = (text(&key), text(&csr));
    let words = [
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        curve,
        "-noenc",
        "-keyout",
        &key,
        "-subj",
        "/CN=release",
        "-out",
    ];
    run("openssl", words.iter().chain([&file.as_str()]), "").expect(0);
    csr
}

/// What a rehearsal runs.
const PROGRAMS: [&str; 7] = [
    "ceremony",
    "ceremony-seal",
    "ceremony-member",
    "ceremony-publish",
    "ceremony-verify",
    "cloudhsm-standin",
    "rehearsal",
];
