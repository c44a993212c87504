//! A real child, played by a shell script.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use hsm::{CloudHsm, Limits, Process, Unobserved};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A fake CLI with its work directory, removed afterwards.
pub struct Fake(pub PathBuf);

impl Fake {
    /// `script` runs with `answer FILE`, which prints an answer file, and `no TEXT`, which prints a refusal.
    pub fn new(script: &str) -> Fake {
        let name = format!("hsm-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(root.join("work")).unwrap();
        fs::set_permissions(root.join("work"), fs::Permissions::from_mode(0o700)).unwrap();
        let answers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
        let prelude = format!(
            "#!/bin/sh\nanswer() {{ cat '{}'/$1; }}\nno() {{ echo '{{\"error_code\": 1, \"data\": \"'$1'\"}}'; }}\n",
            answers.display()
        );
        write_program(&root.join("cli"), &(prelude + script));
        Fake(root)
    }

    pub fn process(&self, wait_ms: u64) -> Process {
        let limits = Limits {
            wait: Duration::from_millis(wait_ms),
            answer: 1 << 16,
        };
        Process::new(&self.0.join("cli"), &self.0.join("work"), limits).unwrap()
    }

    pub fn hsm(&self, wait_ms: u64) -> CloudHsm {
        CloudHsm::new(self.process(wait_ms), Unobserved)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub fn work_files(&self) -> usize {
        fs::read_dir(self.0.join("work")).unwrap().count()
    }
}

/// Another process writes the program: a test beside this one that forks while we hold it open for writing would make
/// its start fail with "Text file busy".
fn write_program(path: &Path, text: &str) {
    let mut shell = Command::new("/bin/sh")
        .args(["-c", "cat >\"$0\" && chmod 700 \"$0\""])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success());
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
