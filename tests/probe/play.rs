//! One probe of one stand-in, with an operator who does as they are asked.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

use serde_json::Value;
use support::process::{finish, make_program, ours};

use super::softhsm;

/// A stand-in's cluster and an operator.
pub struct Play {
    folder: PathBuf,
    /// What the operator types where the cluster is to be thrown away.
    pub words: String,
    /// The first admin's.
    pub password: String,
    /// The operator skips every deed.
    pub skips: bool,
    /// The operator says that deeds are done, and does none.
    pub lies: bool,
    /// The operator goes away at the first deed.
    pub leaves: bool,
    /// The layout of the audit log.
    pub layout: &'static str,
    /// SoftHSM2's configuration and module, where the keys are in a token of it.
    softhsm: Option<(PathBuf, PathBuf)>,
}

/// How a probe ended.
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
    text: Option<String>,
}

impl Play {
    /// A new cluster of three HSMs.
    pub fn new(folder: &Path) -> Play {
        fs::create_dir_all(folder).expect("a folder");
        let play = Play::without_cluster(folder);
        play.order(&["init", "--nodes", "3"]);
        play
    }

    /// The same, with its keys in a token of that SoftHSM2 module.
    pub fn in_a_token(folder: &Path, module: &Path) -> Play {
        fs::create_dir_all(folder).expect("a folder");
        let configuration = softhsm::configure(folder);
        softhsm::make_token(&configuration, TOKEN, PIN);
        let mut play = Play::without_cluster(folder);
        play.softhsm = Some((configuration, module.to_owned()));
        let mut init = play.standin();
        init.args(["standin", "init", "--nodes", "3", "--token", TOKEN, "--pkcs11-module"]);
        finish(init.arg(module), &format!("{PIN}\n")).expect(0);
        play
    }

    fn without_cluster(folder: &Path) -> Play {
        Play {
            folder: folder.to_owned(),
            words: "throw away".into(),
            password: "first_admins_password".into(),
            skips: false,
            lies: false,
            leaves: false,
            layout: "old",
            softhsm: None,
        }
    }

    /// Turns a switch.
    pub fn switch(&self, name: &str, value: &str) {
        self.order(&["switch", &format!("{name}={value}")]);
    }

    /// Activates the cluster.
    pub fn activate(&self) {
        self.interactive(&format!("cluster activate --password {}\n", self.password));
    }

    /// Activates the cluster and makes a crypto user.
    pub fn activate_with_user(&self, name: &str) {
        self.activate();
        let password = &self.password;
        self.interactive(&format!(
            "login --username admin --role admin --password {password}\n\
             user create --username {name} --role crypto-user --password {password}\n"
        ));
    }

    /// The users' names, sorted.
    pub fn users(&self) -> Vec<String> {
        let out = finish(self.standin().args(["user", "list"]), "").expect(0).out;
        let answer: Value = serde_json::from_str(&out).expect("JSON");
        let users = answer["data"]["users"].as_array().expect("users").clone();
        let mut names: Vec<String> = users
            .iter()
            .map(|user| user["username"].as_str().expect("a name").to_owned())
            .collect();
        names.sort();
        names
    }

    /// Where the answers go.
    pub fn out(&self) -> PathBuf {
        self.folder.join("hsm-answers.toml")
    }

    /// Probes, as a program that reads JSON.
    pub fn probe(&self, arguments: &[&str]) -> Outcome {
        self.play(self.command(arguments).arg("--json"))
    }

    /// The same at a terminal of its own, which a child could reach.
    pub fn probe_at_a_terminal(&self, arguments: &[&str]) -> Outcome {
        let command = self.command(arguments);
        let words = [command.get_program()].into_iter().chain(command.get_args());
        let words: Vec<_> = words.map(|word| word.to_str().expect("text")).collect();
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command"])
            .arg(words.join(" ") + " --json")
            .arg("/dev/null");
        script.env("CLOUDHSM_STANDIN_DIR", self.folder.join("cluster"));
        self.play(&mut script)
    }

    /// The same with another program in the CLI's place: a shell script. No answer is waited for longer than `patience`
    /// seconds.
    pub fn probe_program(&self, patience: u32, script: &str) -> Outcome {
        let program = self.folder.join("cli.sh");
        make_program(&program, &format!("#!/bin/sh\n{script}\n"));
        let mut command = Command::new(ours("ceremony"));
        command
            .args(["hsm", "probe", "--json", "--patience"])
            .arg(patience.to_string())
            .arg("--hsm-cli")
            .arg(program);
        self.play(command.arg("--out").arg(self.out()))
    }

    fn play(&self, command: &mut Command) -> Outcome {
        let err = File::create(self.folder.join("err.txt")).expect("a file");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(err)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let mut typed = child.stdin.take();
        let mut out = String::new();
        for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
            let line = line.expect("text");
            // A terminal shows more: what was typed, and what a child prints.
            if let Some(at) = line.find("{\"event\"") {
                self.answer(&line[at..], &mut typed);
            }
            out += &line;
            out.push('\n');
        }
        let code = child.wait().expect("it ends").code().unwrap_or(-1);
        let err = fs::read_to_string(self.folder.join("err.txt")).expect("standard error");
        let text = fs::read_to_string(self.out()).ok();
        Outcome { code, out, err, text }
    }

    /// Probes, with all that is typed given beforehand, and gives the screen.
    pub fn probe_as_people_see_it(&self, arguments: &[&str]) -> String {
        let input = format!("{}\n{}\n{}\n", self.words, self.password, self.password);
        finish(&mut self.command(arguments), &input).expect(0).out
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(ours("ceremony"));
        command
            .args(["hsm", "probe", "--patience", "20", "--hsm-cli"])
            .arg(ours("cloudhsm-standin"));
        command
            .arg("--out")
            .arg(self.out())
            .arg("--audit-log")
            .arg(self.log())
            .args(arguments);
        if let Some((configuration, module)) = &self.softhsm {
            command.env("SOFTHSM2_CONF", configuration);
            command.arg("--pkcs11-module").arg(module);
            command.args(["--pkcs11-token", TOKEN, "--pkcs11-ask-pin"]);
        }
        command.env("CLOUDHSM_STANDIN_DIR", self.folder.join("cluster"));
        command
    }

    /// What the operator does at this line of the screen.
    fn answer(&self, line: &str, typed: &mut Option<ChildStdin>) {
        let shown: Value = serde_json::from_str(line).expect("JSON");
        let text = shown["text"].as_str().unwrap_or_default();
        let answer = match shown["event"].as_str() {
            Some("deciding") => self.words.clone(),
            Some("asking") if shown["prompt"] == "PIN of the PKCS#11 token" => PIN.into(),
            Some("asking") => self.password.clone(),
            _ if !text.contains("press Enter") => return,
            _ if self.leaves => {
                *typed = None;
                return;
            }
            _ if self.skips => "skip".into(),
            _ => {
                self.do_deed(text);
                String::new()
            }
        };
        if let Some(typed) = typed {
            // A probe that has ended reads no more.
            let _ = writeln!(typed, "{answer}");
        }
    }

    fn do_deed(&self, text: &str) {
        if text.starts_with("Export the cluster's audit log") {
            // One who lies brings a log of another time.
            let log = if self.lies {
                String::new()
            } else {
                self.order(&["audit", "--layout", self.layout])
            };
            fs::write(self.log(), log).expect("writes");
            return;
        }
        if self.lies {
            return;
        }
        if let Some(rest) = text.strip_prefix("Let ").filter(|_| text.contains(" seconds pass")) {
            let seconds = rest.split(' ').next().expect("a number");
            self.order(&["clock", "--advance", seconds]);
        } else if text.starts_with("Take one HSM away") {
            self.order(&["nodes", "--set", "2"]);
        } else if text.starts_with("Cut the connection") {
            self.order(&["fault", "--command", "user list", "--do", "disconnect"]);
        } else if !text.starts_with("Let the connection come back") {
            panic!("no operator knows what this asks: {text}");
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("audit.log")
    }

    /// An order to the stand-in itself.
    fn order(&self, words: &[&str]) -> String {
        finish(self.standin().arg("standin").args(words), "").expect(0).out
    }

    fn interactive(&self, lines: &str) {
        let out = finish(self.standin().arg("interactive"), lines).expect(0).out;
        assert!(!out.contains("\"error_code\": 1"), "{out}");
    }

    fn standin(&self) -> Command {
        let mut command = Command::new(ours("cloudhsm-standin"));
        command.env("CLOUDHSM_STANDIN_DIR", self.folder.join("cluster"));
        if let Some((configuration, _)) = &self.softhsm {
            command.env("SOFTHSM2_CONF", configuration);
        }
        command
    }
}

const TOKEN: &str = "rehearsal";
/// Guards nothing but this test's token.
const PIN: &str = "12345678";

impl Outcome {
    /// This outcome, if it has that exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Outcome {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// The file's text, or nothing if there is none.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The file.
    #[track_caller]
    pub fn file(&self) -> toml::Table {
        toml::from_str(self.text()).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Its answers.
    #[track_caller]
    pub fn answers(&self) -> BTreeMap<String, String> {
        let file = self.file();
        let answers = file.get("answers").and_then(toml::Value::as_table);
        let pairs = answers.into_iter().flatten();
        pairs
            .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
            .collect()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { code, out, err, .. } = self;
        write!(
            f,
            "ended with {code}\n--- screen\n{out}--- errors\n{err}--- file\n{}",
            self.text()
        )
    }
}
