//! `standin init`: how many nodes, and where the private keys will be.

use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use crate::console::{Console, Said};
use crate::error::Broken;

#[derive(Args)]
pub struct Init {
    /// How many HSMs
    #[arg(long, default_value_t = DEFAULT_NODES, value_parser = clap::value_parser!(u8).range(1..=28))]
    nodes: u8,
    /// What its clock says from the beginning, such as 2026-11-22T10:00:00Z; without this, the machine's time
    #[arg(long, value_name = "TIME")]
    clock: Option<String>,
    /// The file of the key that seals the private keys; made if absent; without this, FOLDER.key
    #[arg(long, value_name = "FILE")]
    seal_key: Option<PathBuf>,
    /// Keep the keys in the PKCS#11 token of this label; its PIN is read, one line, from standard input
    #[arg(long, value_name = "LABEL", requires = "pkcs11_module")]
    token: Option<String>,
    /// The token's PKCS#11 module, such as /usr/lib/softhsm/libsofthsm2.so
    #[arg(long, value_name = "PATH", requires = "token")]
    pkcs11_module: Option<PathBuf>,
}

/// What a new cluster is made of.
pub struct Making {
    pub nodes: u8,
    pub clock: Option<String>,
    pub seal_key: Option<PathBuf>,
    pub token: Option<MakingToken>,
}

pub struct MakingToken {
    pub label: String,
    pub module: PathBuf,
    pub pin: Zeroizing<String>,
}

impl Default for Making {
    fn default() -> Making {
        Making {
            nodes: DEFAULT_NODES,
            clock: None,
            seal_key: None,
            token: None,
        }
    }
}

impl Init {
    /// Reads the PIN, if there is one to read.
    pub fn making(self, console: &mut Console) -> Result<Making, Broken> {
        let token = match self.token.zip(self.pkcs11_module) {
            None => None,
            Some((label, module)) => Some(MakingToken {
                label,
                module: std::path::absolute(&module).map_err(|source| Broken::file(module, source))?,
                pin: read_pin(console)?,
            }),
        };
        Ok(Making {
            nodes: self.nodes,
            clock: self.clock,
            seal_key: self.seal_key,
            token,
        })
    }
}

fn read_pin(console: &mut Console) -> Result<Zeroizing<String>, Broken> {
    match console.read_line()? {
        Said::Line(pin) if !pin.is_empty() => Ok(pin),
        _ => Err(Broken::order(
            "the token's PIN is expected as one line on standard input",
            "such as `cloudhsm-standin standin init ... < pin.txt`",
        )),
    }
}

const DEFAULT_NODES: u8 = 3;
