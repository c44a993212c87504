//! The HSM that the command line names: it must be of the plan's kind, and is found before a journal is begun.

use std::path::{Path, PathBuf};

use clap::Args;
use hsm::{CloudHsm, Habits, Hsm, Limits, Observer, Pkcs11Hsm, Process, Recorded, TokenDevice, TokenName};
use record::plan::{HsmKind, HsmPlan};

use super::work_folder;
use crate::error::Error;
use crate::habits;
use crate::sessions::Sessions;

/// Where the HSM is: CloudHSM's command line, or a token behind a PKCS#11 module.
#[derive(Args, Clone, Debug, Default)]
pub struct Device {
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long, default_value = "/opt/cloudhsm/bin/cloudhsm-cli")]
    hsm_cli: PathBuf,
    /// The cluster, where several are configured: without it `cloudhsm-cli` does not start then.
    #[arg(long, value_name = "ID")]
    cluster_id: Option<String>,
    /// What `ceremony hsm probe` found out about this version of `cloudhsm-cli`.
    #[arg(long, value_name = "FILE")]
    hsm_answers: Option<PathBuf>,
    /// A vendor's PKCS#11 module, for a plan whose HSM is of this kind.
    #[arg(long, value_name = "PATH", requires = "pkcs11_token", conflicts_with_all = ["hsm_cli", "cluster_id", "hsm_answers"])]
    pkcs11_module: Option<PathBuf>,
    /// The module's token: its label, or `serial:` and its serial number.
    #[arg(long, value_name = "LABEL|serial:HEX", requires = "pkcs11_module")]
    pkcs11_token: Option<String>,
}

/// An HSM that is there, and to which nothing has been said yet.
pub enum Ready {
    /// CloudHSM's command line.
    Cli(Process, Habits),
    /// A token.
    Token(TokenDevice),
    /// None: an event can be ended without one.
    Gone,
}

impl Device {
    /// Which kind of HSM is named.
    pub fn kind(&self) -> HsmKind {
        match self.pkcs11_module {
            Some(_) => HsmKind::Pkcs11,
            None => HsmKind::Cloudhsm,
        }
    }

    /// The token that is named, for a PKCS#11 module.
    pub fn token_name(&self) -> Option<&str> {
        self.pkcs11_token.as_deref()
    }

    /// What is known of the HSM's ways, without looking for it.
    pub fn habits(&self, rehearsal: bool) -> Result<Habits, Error> {
        habits::read(self.hsm_answers.as_deref(), rehearsal)
    }

    /// CloudHSM's command line, for one cluster where one is named.
    pub fn command_line(program: &Path, cluster: Option<&str>, work: &Path) -> Result<Process, Error> {
        let process = Process::new(program, work, Limits::default())?;
        Ok(match cluster {
            Some(id) => process.for_cluster(id),
            None => process,
        })
    }

    /// How further sessions are opened.
    pub fn sessions(&self, disk: &Path) -> Sessions {
        match self.pkcs11_module {
            Some(_) => Sessions::None,
            None => Sessions::CommandLine {
                program: self.hsm_cli.clone(),
                cluster_id: self.cluster_id.clone(),
                disk: disk.to_owned(),
            },
        }
    }

    /// Finds the HSM, so that a wrong path or another kind costs nothing.
    pub fn find(&self, plan: &HsmPlan, rehearsal: bool, disk: &Path) -> Result<Ready, Error> {
        match (plan.kind, &self.pkcs11_module, &self.pkcs11_token) {
            (HsmKind::Cloudhsm, None, None) => {
                let habits = self.habits(rehearsal)?;
                let work = work_folder(disk, "event")?;
                let process = Self::command_line(&self.hsm_cli, self.cluster_id.as_deref(), &work)?;
                Ok(Ready::Cli(process, habits))
            }
            (HsmKind::Pkcs11, Some(module), Some(token)) => Ready::token(module, token, plan),
            // A quorum that the HSM keeps is never traded for one that the console keeps.
            (HsmKind::Cloudhsm, ..) => Err(Error::Usage {
                what: "the plan is for AWS CloudHSM, and --pkcs11-module names another kind of HSM".into(),
                hint: "leave --pkcs11-module and --pkcs11-token out; the members reviewed a quorum that the HSM keeps"
                    .into(),
            }),
            (HsmKind::Pkcs11, ..) => Err(Error::Usage {
                what: "the plan is for a token behind a PKCS#11 module, and none is named".into(),
                hint: format!("add --pkcs11-module PATH --pkcs11-token '{}'", plan.owner),
            }),
        }
    }
}

impl Ready {
    /// The token must have the plan's label, by whatever name it was chosen.
    fn token(module: &Path, name: &str, plan: &HsmPlan) -> Result<Self, Error> {
        let failed = |error| {
            let shown = format!("pkcs11 open {} {name}", module.display());
            Error::Hsm(hsm::Error::Token { shown, error })
        };
        let token: TokenName = name.parse().map_err(failed)?;
        let device = TokenDevice::find(module, &token)?;
        let found = device.info().map_err(failed)?;
        match found.label == plan.owner {
            true => Ok(Self::Token(device)),
            false => Err(Error::Usage {
                what: format!(
                    "the plan is for the token '{}', and {name} is '{}'",
                    plan.owner,
                    record::text::plain(&found.label, 40)
                ),
                hint: "name the token that the members reviewed".into(),
            }),
        }
    }

    /// Opens the HSM; `door` sees every command.
    pub fn open(self, door: impl Observer + 'static) -> Result<Box<dyn Hsm>, Error> {
        Ok(match self {
            Self::Cli(process, habits) => Box::new(CloudHsm::new(process, door).with_habits(habits)),
            Self::Token(device) => Box::new(Pkcs11Hsm::new(device, door)),
            Self::Gone => Box::new(CloudHsm::new(Recorded::new([]), door)),
        })
    }

    /// What is known of the HSM's ways.
    pub fn habits(&self) -> Habits {
        match self {
            Self::Cli(_, habits) => *habits,
            Self::Token(_) | Self::Gone => Habits::default(),
        }
    }
}
