//! The program that seals, `ceremony-seal`: a process of its own, which gets one secret by its standard input and knows
//! nothing else. The engine has no code of the age format.

use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hsm::Secret;

use crate::error::Error;

/// What seals.
#[derive(Clone, Debug)]
pub enum Sealer {
    /// A program.
    Program(PathBuf),
    /// Nothing: a replay seals nothing.
    None,
}

impl Sealer {
    /// The program that is named, or the one that lies beside this one.
    pub fn at(named: Option<PathBuf>) -> Self {
        let beside = || {
            let own = std::env::current_exe().unwrap_or_default();
            own.with_file_name(NAME)
        };
        Self::Program(named.unwrap_or_else(beside))
    }

    /// Seals a secret to a recipient: an age file.
    pub fn seal(&self, recipient: &str, secret: &Secret) -> Result<Vec<u8>, Error> {
        let sealed = match self {
            Self::Program(program) => run(program, &[recipient], secret.reveal().as_bytes())?,
            Self::None => return Err(not_sealed("", "no program is named that seals")),
        };
        is_sealed(&sealed, recipient, secret).map_err(|what| not_sealed(&self.name(), what))?;
        Ok(sealed)
    }

    /// Whether it can be sealed to.
    pub fn check(&self, recipient: &str) -> Result<(), Error> {
        match self {
            Self::Program(program) => run(program, &["--check", recipient], b"").map(|_| ()),
            Self::None => Ok(()),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Program(program) => program.display().to_string(),
            Self::None => String::new(),
        }
    }
}

/// The one place where the program is started. The environment stays here, and so does every descriptor: the system opens
/// them to be closed in a child.
fn run(program: &std::path::Path, words: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
    let name = program.display().to_string();
    let failed = |cause: std::io::Error| not_sealed(&name, cause.to_string());
    let mut child = Command::new(program)
        .args(words)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A pipe takes more than any secret at once. A program that ends before it reads says why itself.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input);
    }
    let (out, said) = (gathered(child.stdout.take()), gathered(child.stderr.take()));
    let status = wait(&mut child).map_err(failed)?;
    let (out, said) = (out.join().unwrap_or_default(), said.join().unwrap_or_default());
    match status.success() {
        true => Ok(out),
        false => Err(not_sealed(
            &name,
            reason(&said, input).unwrap_or_else(|| status.to_string()),
        )),
    }
}

fn gathered(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut octets = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(LIMIT).read_to_end(&mut octets);
        }
        octets
    })
}

/// A program that neither ends nor answers is ended.
fn wait(child: &mut Child) -> std::io::Result<std::process::ExitStatus> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Err(std::io::Error::other("it did not end"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the program said of itself, in its first line; never anything of what it was given.
fn reason(said: &[u8], input: &[u8]) -> Option<String> {
    if !input.is_empty() && holds(said, input) {
        return None;
    }
    let text = String::from_utf8_lossy(said);
    let line = text.lines().next()?;
    let line = line.strip_prefix("ceremony-seal: error: ").unwrap_or(line);
    Some(record::text::plain(line, 200))
}

/// An age file (C2SP age.md) to a recipient of this kind, and nothing of the secret in it.
fn is_sealed(sealed: &[u8], recipient: &str, secret: &Secret) -> Result<(), &'static str> {
    let kind = match recipient {
        tag if tag.starts_with("age1tag1") => "p256tag",
        ssh if ssh.starts_with("ssh-ed25519 ") => "ssh-ed25519",
        _ => "X25519",
    };
    let begins = format!("age-encryption.org/v1\n-> {kind} ");
    if !sealed.starts_with(begins.as_bytes()) || sealed.len() as u64 >= LIMIT {
        return Err("what it made is no age file to this recipient");
    }
    match holds(sealed, secret.reveal().as_bytes()) {
        true => Err("what it made holds the secret as it is"),
        false => Ok(()),
    }
}

fn holds(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len().max(1)).any(|window| window == part)
}

fn not_sealed(program: &str, what: impl Into<String>) -> Error {
    Error::NotSealed {
        program: program.to_owned(),
        what: what.into(),
    }
}

const NAME: &str = "ceremony-seal";
/// An age file with one password has about 250 octets.
const LIMIT: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

    fn shell(script: &str) -> Result<Vec<u8>, String> {
        let folder = crate::scratch::Scratch::new("sealer").expect("a folder");
        let path = folder.path().join("seal");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("set");
        let sealed = Sealer::Program(path.clone()).seal(RECIPIENT, &Secret::new("correct-horse".into()));
        sealed.map_err(|error| {
            assert_eq!(error.exit_code(), 4);
            error.to_string().replace(&path.display().to_string(), "SEAL")
        })
    }

    #[test]
    fn takes_nothing_that_is_no_age_file_to_the_recipient() {
        let no_file = "SEAL did not seal: what it made is no age file to this recipient".to_owned();
        for script in ["cat", "true", "printf 'age-encryption.org/v1\\n-> ssh-ed25519 x\\n'"] {
            assert_eq!(shell(script), Err(no_file.clone()), "{script}");
        }
        let begins = "printf 'age-encryption.org/v1\\n-> X25519 x\\n'";
        assert!(shell(begins).is_ok());
        let endless = format!("{begins}; head -c 20000 /dev/zero");
        // It ends for want of a reader, or is found too long.
        assert!(shell(&endless).is_err());
        let open = format!("{begins}; cat");
        let said = "SEAL did not seal: what it made holds the secret as it is".to_owned();
        assert_eq!(shell(&open), Err(said));
    }

    #[test]
    fn says_why_the_program_failed_and_never_the_secret() {
        let why = shell("echo 'ceremony-seal: error: no such luck' >&2; exit 3");
        assert_eq!(why, Err("SEAL did not seal: no such luck".into()));
        let leaks = shell("cat >&2; exit 3");
        assert_eq!(leaks, Err("SEAL did not seal: exit status: 3".into()));
        let gone = Sealer::Program("/no/such/program".into()).check(RECIPIENT);
        let gone = gone.expect_err("it is not there").to_string();
        assert!(
            gone.starts_with("/no/such/program did not seal: No such file"),
            "{gone}"
        );
    }

    #[test]
    fn the_secret_is_neither_in_the_words_nor_in_the_environment() {
        // The script fails unless it finds the secret in its input, and nowhere else.
        let script = "grep -q correct-horse && ! env | grep -q . && ! grep -q correct-horse /proc/$$/cmdline \
                      && printf 'age-encryption.org/v1\\n-> X25519 x\\n'";
        // The shell itself sets PWD and the like.
        let script = script.replace("! env | grep -q .", "! env | grep -q correct");
        assert!(shell(&script).is_ok(), "{:?}", shell(&script));
    }
}
