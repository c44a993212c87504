//! A PKCS#11 module as a player. It reads its configuration from the environment and keeps its state in the process, so
//! each scenario is played in a process of its own: the test starts itself again.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use hsm::{Pkcs11Hsm, TokenName, Unobserved};
use support::Scratch;
use support::process::finish;

use super::place::{PASSWORD, Player};
use super::run::play_over;
use super::scenario::{Over, Scenario};
use super::softhsm;
use super::typed::Typed;

/// Plays each scenario that is for PKCS#11 over a fresh token of SoftHSM2; returns those that fail.
pub fn play_each(test: &str, scenarios: &[Scenario]) -> Vec<String> {
    if let Ok(name) = env::var(SCENARIO) {
        let scenario = scenarios
            .iter()
            .find(|scenario| scenario.name == name)
            .expect("the scenario");
        play_over(scenario, Over::Pkcs11, &[], None);
        return Vec::new();
    }
    let Some(module) = softhsm::module(test) else {
        return Vec::new();
    };
    let failed = scenarios.iter().filter(|scenario| !plays(test, &module, scenario));
    failed.map(|scenario| scenario.name.clone()).collect()
}

/// The scenario's process: it has SoftHSM2's configuration in its environment.
fn plays(test: &str, module: &Path, scenario: &Scenario) -> bool {
    let folder = Scratch::new("conformance-pkcs11");
    let config = softhsm::configure(&folder);
    softhsm::make_token(&config, LABEL, PASSWORD);
    let mut again = Command::new(env::current_exe().expect("this program"));
    again
        .args([test, "--exact", "--nocapture"])
        .env("SOFTHSM2_CONF", &config);
    again
        .env(SCENARIO, &scenario.name)
        .env(MODULE, module)
        .env(FOLDER, &*folder);
    let said = finish(&mut again, "");
    if said.code != 0 || !said.out.contains("1 passed") {
        println!("{said}");
        return false;
    }
    true
}

/// The player in the scenario's own process.
pub fn player() -> Box<dyn Player> {
    let place = |name: &str| PathBuf::from(env::var_os(name).expect("the scenario's own process"));
    let module = place(MODULE);
    let open = Box::new(move || {
        let hsm = Pkcs11Hsm::open(&module, &TokenName::Label(LABEL.into()), Unobserved);
        Box::new(hsm.expect("the token")) as Box<dyn hsm::Hsm>
    });
    Box::new(Typed::new(open, &place(FOLDER), |words| {
        panic!("nobody takes the order {words:?}")
    }))
}

const LABEL: &str = "conformance";
const SCENARIO: &str = "CONFORMANCE_SCENARIO";
const MODULE: &str = "CONFORMANCE_MODULE";
const FOLDER: &str = "CONFORMANCE_FOLDER";
