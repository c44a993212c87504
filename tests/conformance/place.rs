//! A fresh cluster of the stand-in, in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use support::process::{finish, make_program};
use support::{Outcome, Scratch, ours};

use super::scenario::{Scenario, Step};

/// What a step came to.
#[derive(Debug)]
pub enum Came {
    /// A yes; what the HSM said.
    Yes(serde_json::Value),
    /// A no, in the HSM's words, or as the name of the driver's error.
    No(String),
    /// No answer, but this.
    Lost(String),
}

/// Something that carries out steps.
pub trait Player {
    /// Carries one out.
    fn play(&mut self, step: &Step) -> Came;
    /// Looks at what came, where more can be said than the scenario says.
    fn check(&mut self, _step: &Step, _came: &Came) {}
}

/// A cluster and the files of a scenario.
pub struct Place {
    pub folder: Scratch,
    /// Environment that the question under test needs.
    pub environment: BTreeMap<String, String>,
}

impl Place {
    /// A cluster that nobody has activated.
    pub fn new(scenario: &Scenario, kind: &str, switches: &[String]) -> Self {
        let place = Self {
            folder: Scratch::new(&format!("{kind}-{}", slug(&scenario.name))),
            environment: BTreeMap::new(),
        };
        place.order(&["init", "--nodes", &scenario.nodes.to_string()]);
        for switch in switches {
            place.order(&["switch", switch]);
        }
        place
    }

    /// The stand-in with this cluster.
    pub fn command(&self) -> Command {
        let mut command = Command::new(ours("cloudhsm-standin"));
        command.env_remove("CLOUDHSM_ROLE").env_remove("CLOUDHSM_PIN");
        command
            .env("CLOUDHSM_STANDIN_DIR", self.folder.join("cluster"))
            .env("CLOUDHSM_STANDIN_SYNC", "off");
        command.envs(&self.environment);
        command
    }

    /// A program that starts it, for those who cannot be given an environment.
    pub fn program(&self) -> PathBuf {
        let (file, cluster) = (self.folder.join("cloudhsm-cli"), self.folder.join("cluster"));
        if !file.exists() {
            let script = format!(
                "#!/bin/sh\nexport CLOUDHSM_STANDIN_DIR='{}' CLOUDHSM_STANDIN_SYNC=off\nexec '{}' \"$@\"\n",
                cluster.display(),
                ours("cloudhsm-standin").display()
            );
            make_program(&file, &script);
        }
        file
    }

    /// An order to the stand-in, which must be obeyed.
    pub fn order<S: AsRef<std::ffi::OsStr>>(&self, words: &[S]) -> Outcome {
        finish(self.command().arg("standin").args(words), "").expect(0)
    }

    /// A folder for the files of one connection.
    pub fn work(&self, number: usize) -> PathBuf {
        let folder = self.folder.join(format!("work-{number}"));
        fs::create_dir(&folder).expect("a work folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("its mode");
        folder
    }

    /// A file of the scenario.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// `admin…` are admins, everybody else is a crypto user.
pub fn role(user: &str) -> &'static str {
    if user.starts_with("admin") {
        "admin"
    } else {
        "crypto-user"
    }
}

fn slug(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

/// What everybody's password is.
pub const PASSWORD: &str = "password-1";
/// What it is changed to.
pub const NEW_PASSWORD: &str = "password-2";
/// What is signed where a scenario does not say.
pub const MESSAGE: &str = "to be signed";
