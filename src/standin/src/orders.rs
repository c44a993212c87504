//! Orders to the stand-in itself, under the word `standin`, which the real program lacks.

use clap::Subcommand;

use crate::audit::{self, Layout};
use crate::cli::NAMES;
use crate::clock;
use crate::console::Console;
use crate::error::Broken;
use crate::faults::{ANY, Deed, Fault};
use crate::init::Init;
use crate::narrow::narrow;
use crate::state::Cluster;
use crate::store::Store;
use crate::switches::{Question, questions};

#[derive(Subcommand)]
pub enum Order {
    /// Make a cluster
    Init(Init),
    /// Make a clone of a cluster, as from its backup
    Restore {
        /// The folder of the cluster that the backup is of
        #[arg(long, value_name = "FOLDER")]
        from: std::path::PathBuf,
        /// How many HSMs
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=28))]
        nodes: u8,
    },
    /// Add HSMs, or lose some
    Nodes {
        /// How many there are from now on
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=28))]
        set: u8,
    },
    /// Move the cluster's clock, for all processes at once
    Clock {
        /// Seconds forward (or back, if negative)
        #[arg(
            long,
            allow_negative_numbers = true,
            required_unless_present = "set",
            conflicts_with = "set"
        )]
        advance: Option<i64>,
        /// A time such as 2026-11-22T10:00:00Z
        #[arg(long)]
        set: Option<String>,
    },
    /// Have something go wrong, once
    Fault {
        /// The command's words, such as "crypto sign ecdsa"; or "any"
        #[arg(long)]
        command: String,
        /// At the n-th such command from now
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        nth: u32,
        /// What goes wrong
        #[arg(long = "do", value_enum)]
        deed: Deed,
        /// How long `slow` takes
        #[arg(long, default_value_t = 2)]
        seconds: u64,
    },
    /// Print the audit log
    Audit {
        /// Of the two that are known
        #[arg(long, value_enum, default_value = "old")]
        layout: Layout,
        /// One HSM's alone, such as hsm-standin0001
        #[arg(long)]
        hsm: Option<String>,
    },
    /// Say whether clients come with a certificate, for mTLS
    ClientCertificates {
        /// Whether they do
        #[arg(action = clap::ArgAction::Set)]
        presented: bool,
    },
    /// Turn switches; without arguments, list them
    Switch {
        /// NAME=VALUE
        settings: Vec<String>,
    },
}

pub fn carry_out(order: Order, console: &mut Console) -> Result<u8, Broken> {
    if let Order::Init(init) = order {
        Store::at_usual_place()?.create(&init.making(console)?)?;
        return Ok(0);
    }
    if let Order::Restore { from, nodes } = order {
        Store::at_usual_place()?.restore(&from, nodes)?;
        return Ok(0);
    }
    carry_out_at(&Store::open()?, console, order)
}

/// At a cluster that is there already.
pub fn carry_out_at(store: &Store, console: &Console, order: Order) -> Result<u8, Broken> {
    let said = match order {
        Order::Audit { layout, hsm } => {
            let _held = store.lock()?;
            audit::print(store.folder(), layout, hsm.as_deref())?
        }
        order => store.transact(|cluster| obey(cluster, order))??,
    };
    console.prompt(&said)?;
    Ok(0)
}

fn obey(cluster: &mut Cluster, order: Order) -> Result<String, Broken> {
    match order {
        Order::Init(_) | Order::Restore { .. } => {
            return Err(Broken::order(
                "a cluster is made where its folder is",
                "give the order there, without CLOUDHSM_STANDIN_SERVER",
            ));
        }
        Order::Audit { .. } => {}
        Order::ClientCertificates { presented } => cluster.client_certificates = presented,
        Order::Nodes { set } => cluster.set_nodes(set),
        Order::Clock {
            advance: Some(seconds), ..
        } => clock::advance(cluster, seconds)?,
        Order::Clock { set, .. } => clock::set(cluster, &set.unwrap_or_default())?,
        Order::Fault {
            command,
            nth,
            deed,
            seconds,
        } => {
            check_name(&command)?;
            cluster.faults.push(Fault {
                command,
                nth,
                deed,
                seconds,
            });
        }
        Order::Switch { settings } if settings.is_empty() => return Ok(table(cluster)),
        Order::Switch { settings } => settings.iter().try_for_each(|setting| turn(cluster, setting))?,
    }
    Ok(String::new())
}

fn turn(cluster: &mut Cluster, setting: &str) -> Result<(), Broken> {
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    cluster
        .switches
        .set(name, value)
        .map_err(|text| Broken::order(text, "`standin switch` lists them all, with their values"))
}

fn check_name(command: &str) -> Result<(), Broken> {
    match command == ANY || NAMES.contains(&command) {
        true => Ok(()),
        false => Err(Broken::order(
            format!("no command \"{command}\" can have a fault"),
            "give its words alone, such as \"crypto sign ecdsa\"; or \"any\"",
        )),
    }
}

fn table(cluster: &Cluster) -> String {
    let line = |question: &Question| {
        let value = cluster.switches.value_of(&question.name);
        let values = question.values.join(", ");
        let Question {
            name, question, source, ..
        } = question;
        narrow(&format!("{name}={value}  ({values})\n    {question}\n    [{source}]\n"))
    };
    questions().iter().map(line).collect()
}
