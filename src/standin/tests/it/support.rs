//! Clusters, conversations and approvers for the tests.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

pub const BINARY: &str = env!("CARGO_BIN_EXE_cloudhsm-standin");
pub const PASSWORD: &str = "password-1";

/// A folder with a cluster in it.
pub struct Cluster {
    pub folder: PathBuf,
    /// What its processes have in their environment besides.
    pub environment: Vec<(&'static str, String)>,
    base: PathBuf,
}

impl Cluster {
    /// Three nodes, not activated.
    pub fn new() -> Cluster {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "standin-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&base).unwrap();
        Cluster {
            folder: base.join("cluster"),
            environment: Vec::new(),
            base,
        }
    }

    /// Activated, with `admin` and these users, all with [`PASSWORD`]; roles by name: `a…` admin, else crypto user.
    pub fn with(users: &[&str]) -> Cluster {
        let cluster = Cluster::new();
        cluster.activate(users);
        cluster
    }

    /// The same, where it is and is reached already.
    pub fn activate(&self, users: &[&str]) {
        let mut talk = self.talk();
        talk.ok(&format!("cluster activate --password {PASSWORD}"));
        talk.login("admin");
        for user in users {
            talk.ok(&format!(
                "user create --username {user} --role {} --password {PASSWORD}",
                role(user)
            ));
        }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command
            .env("CLOUDHSM_STANDIN_DIR", &self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("CLOUDHSM_ROLE")
            .env_remove("CLOUDHSM_PIN");
        command
    }

    pub fn talk(&self) -> Talk {
        let mut command = self.command();
        command
            .arg("interactive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut talk = Talk {
            child,
            input: Some(input),
            output,
        };
        talk.hear();
        talk
    }

    /// A conversation in which that user is logged in.
    pub fn talk_as(&self, user: &str) -> Talk {
        let mut talk = self.talk();
        talk.login(user);
        talk
    }

    /// Gives `interactive` this input, and returns all that it printed on standard output.
    pub fn feed(&self, input: &str) -> String {
        let mut command = self.command();
        command
            .arg("interactive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    }

    /// An order under the word `standin`, which must succeed.
    pub fn order(&self, words: &[&str]) -> String {
        let output = self.command().arg("standin").args(words).output().unwrap();
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// One command in single-command mode.
    pub fn single(&self, user: &str, words: &[&str]) -> Output {
        let pin = format!("{user}:{PASSWORD}");
        self.command()
            .env("CLOUDHSM_ROLE", role(user))
            .env("CLOUDHSM_PIN", pin)
            .args(words)
            .output()
            .unwrap()
    }

    /// A path for a file of the test, beside the cluster.
    pub fn path(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }

    /// Registers key number `key` as the approval key of the user.
    pub fn register(&self, user: &str, key: usize) {
        let mut talk = self.talk_as(user);
        let file = talk.registration(self);
        sign_registration(&file, key);
        talk.ok(&register_line(&file, key));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Kept when a test fails, for whoever looks.
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.base);
        }
    }
}

/// An interactive process.
pub struct Talk {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
}

impl Talk {
    /// Everything printed up to the next prompt, or to the end.
    pub fn hear(&mut self) -> String {
        let heard = self.hear_to(PROMPT);
        heard.strip_suffix("aws-cloudhsm > ").unwrap_or(&heard).to_owned()
    }

    fn hear_to(&mut self, end: &[u8]) -> String {
        let mut heard = Vec::new();
        let mut byte = [0];
        while !heard.ends_with(end) && self.output.read(&mut byte).unwrap() == 1 {
            heard.push(byte[0]);
        }
        String::from_utf8(heard).unwrap()
    }

    pub fn say(&mut self, line: &str) -> String {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
        self.hear()
    }

    /// Says a line that has the program ask; everything printed before the question.
    pub fn ask(&mut self, line: &str, question: &str) -> String {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
        let mut heard = self.hear_to(question.as_bytes());
        heard.truncate(heard.len() - question.len());
        heard.trim_start().to_owned()
    }

    pub fn ok(&mut self, line: &str) -> Value {
        let (code, data) = parse(&self.say(line));
        assert_eq!(code, 0, "{line}: {data}");
        data
    }

    pub fn err(&mut self, line: &str) -> String {
        let (code, data) = parse(&self.say(line));
        assert_eq!(code, 1, "{line}: {data}");
        data.as_str().unwrap().to_owned()
    }

    pub fn login(&mut self, user: &str) {
        self.ok(&format!(
            "login --username {user} --role {} --password {PASSWORD}",
            role(user)
        ));
    }

    /// Logs out, and in as another.
    pub fn become_user(&mut self, user: &str) {
        self.ok("logout");
        self.login(user);
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of a process that dies by itself; whether it ended by a signal.
    pub fn died(mut self) -> bool {
        self.input = None;
        std::os::unix::process::ExitStatusExt::signal(&self.child.wait().unwrap()).is_some()
    }

    /// Mints a token for the service and returns its file.
    pub fn token(&mut self, cluster: &Cluster, service: &str, filter: &str) -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let file = cluster.path(&format!("token{}.json", COUNT.fetch_add(1, Ordering::Relaxed)));
        let filter = if filter.is_empty() {
            String::new()
        } else {
            format!(" --filter {filter}")
        };
        self.ok(&format!(
            "quorum token-sign generate --service {service} --token {}{filter}",
            file.display()
        ));
        file
    }

    pub fn registration(&mut self, cluster: &Cluster) -> PathBuf {
        self.token(cluster, "registration", "")
    }

    /// Makes a key pair with labels `public-LABEL` and `LABEL`, private key signing; returns the answer.
    pub fn pair(&mut self, label: &str, more: &str) -> Value {
        self.ok(&pair_line(label, more))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

pub fn pair_line(label: &str, more: &str) -> String {
    format!(
        "key generate-asymmetric-pair ec --curve secp384r1 --public-label public-{label} --private-label {label} \
         --private-attributes sign=true --public-attributes verify=true {more}"
    )
}

pub fn register_line(file: &Path, key: usize) -> String {
    let public = public_key(key);
    let (public, file) = (public.display(), file.display());
    format!("user change-quorum token-sign register --public-key {public} --signed-token {file}")
}

/// `crypto sign ecdsa` over "abc" with the key of that label.
pub fn sign_line(label: &str, approval: Option<&Path>) -> String {
    let approval = approval.map_or(String::new(), |file| format!(" --approval {}", file.display()));
    format!("crypto sign ecdsa --key-filter attr.label={label} --hash-function sha384 --data YWJj{approval}")
}

pub fn role(user: &str) -> &'static str {
    if user.starts_with('a') { "admin" } else { "crypto-user" }
}

pub fn parse(answer: &str) -> (u64, Value) {
    let value: Value = serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert_eq!(value.as_object().unwrap().len(), 2, "{answer}");
    (value["error_code"].as_u64().unwrap(), value["data"].clone())
}

/// Adds approvals of (user, key number) to a token file, as its holder would with `openssl`.
pub fn approve(file: &Path, approvers: &[(&str, usize)]) {
    let mut token: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let digest = Base64::decode_vec(token["token"].as_str().unwrap()).unwrap();
    let approval = |(user, key): &(&str, usize)| json!({ "username": user, "role": role(user), "signature": openssl_sign(&digest, *key, file) });
    token["signatures"] = approvers.iter().map(approval).collect();
    std::fs::write(file, serde_json::to_vec(&token).unwrap()).unwrap();
}

pub fn sign_registration(file: &Path, key: usize) {
    edit(file, |token| {
        let one = &mut token["tokens"][0];
        let digest = Base64::decode_vec(one["unsigned"].as_str().unwrap()).unwrap();
        one["signed"] = json!(openssl_sign(&digest, key, file));
    });
}

/// Changes a JSON file.
pub fn edit(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    change(&mut value);
    std::fs::write(file, serde_json::to_vec(&value).unwrap()).unwrap();
}

pub fn openssl_sign(digest: &[u8], key: usize, beside: &Path) -> String {
    let input = beside.with_extension("bin");
    std::fs::write(&input, digest).unwrap();
    let key = private_key(key);
    let args = [
        "pkeyutl",
        "-sign",
        "-pkeyopt",
        "digest:sha256",
        "-inkey",
        key.to_str().unwrap(),
        "-in",
    ];
    Base64::encode_string(&openssl(&args, &input))
}

/// What `openssl ARGS FILE` prints; it must succeed.
pub fn openssl(args: &[&str], file: &Path) -> Vec<u8> {
    let output = Command::new("openssl")
        .args(args)
        .arg(file)
        .output()
        .expect("the tests need openssl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// RSA keys 0, 1 and 2 have 2048 bits; 3 has 3072.
pub fn private_key(number: usize) -> PathBuf {
    rsa_keys().join(format!("{number}.pem"))
}

pub fn public_key(number: usize) -> PathBuf {
    rsa_keys().join(format!("{number}.pub"))
}

fn rsa_keys() -> &'static PathBuf {
    static KEYS: OnceLock<PathBuf> = OnceLock::new();
    KEYS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("standin-rsa-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (number, bits) in ["2048", "2048", "2048", "3072"].iter().enumerate() {
            let (private, public) = (
                folder.join(format!("{number}.pem")),
                folder.join(format!("{number}.pub")),
            );
            let made = Command::new("openssl")
                .args(["genrsa", "-out"])
                .arg(&private)
                .arg(bits)
                .output()
                .unwrap();
            assert!(made.status.success());
            let args = ["rsa", "-pubout", "-out", public.to_str().unwrap(), "-in"];
            openssl(&args, &private);
        }
        folder
    })
}

const PROMPT: &[u8] = b"aws-cloudhsm > ";
