//! One conformance suite as data: scenarios whose answers were transcribed from the contract, over the driver and the
//! stand-in, over lines typed into the stand-in, and, where it applies, over PKCS#11 and SoftHSM2.

#[path = "conformance/deed.rs"]
mod deed;
#[path = "conformance/lines.rs"]
mod lines;
#[path = "conformance/module.rs"]
mod module;
#[path = "conformance/people.rs"]
mod people;
#[path = "conformance/place.rs"]
mod place;
#[path = "questions.rs"]
mod questions;
#[path = "conformance/run.rs"]
mod run;
#[path = "conformance/scenario.rs"]
mod scenario;
#[path = "conformance/shape.rs"]
mod shape;
#[path = "softhsm.rs"]
mod softhsm;
#[path = "switches.rs"]
mod switches;
#[path = "conformance/talk.rs"]
mod talk;
#[path = "conformance/told.rs"]
mod told;
#[path = "conformance/typed.rs"]
mod typed;

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use scenario::{Over, Scenario};

/// Plays all scenarios of a file, and names each that fails.
fn play_all(file: &str, text: &str) {
    let scenarios = Scenario::all(file, text);
    let names: BTreeSet<_> = scenarios.iter().map(|scenario| &scenario.name).collect();
    assert_eq!(names.len(), scenarios.len(), "{file}: two scenarios have one name");
    let failed: Vec<_> = scenarios
        .iter()
        .filter(|scenario| catch_unwind(|| run::play(scenario)).is_err())
        .map(|scenario| scenario.name.as_str())
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}: {failed:#?}",
        failed.len(),
        scenarios.len()
    );
}

macro_rules! files {
    ($($rule:ident: $file:literal,)*) => {
        $(#[test]
        fn $rule() {
            play_all($file, include_str!(concat!("conformance/", $file)));
        })*

        #[test]
        fn what_applies_to_pkcs11_holds_over_a_module() {
            let files = [$(Scenario::all($file, include_str!(concat!("conformance/", $file))),)*];
            let scenarios: Vec<_> = files.into_iter().flatten().filter(|one| one.over.contains(&Over::Pkcs11)).collect();
            assert!(scenarios.len() >= 8, "{} scenarios are for PKCS#11", scenarios.len());
            let failed = module::play_each("what_applies_to_pkcs11_holds_over_a_module", &scenarios);
            assert!(failed.is_empty(), "{failed:#?}");
        }

        #[test]
        fn every_file_of_scenarios_is_played() {
            let known = [$($file,)* "answers.toml", "setups.toml", "texts.toml"];
            let folder = support::process::workspace().join("tests/conformance");
            let files = support::scratch::files_under(&folder);
            let files = files.iter().filter_map(|file| file.to_str());
            let unknown: Vec<_> = files.filter(|file| file.ends_with(".toml") && !known.contains(file)).collect();
            assert!(unknown.is_empty(), "{unknown:?}");
        }
    };
}

files! {
    a_token_is_of_one_login_user_and_key_for_one_use_and_ten_minutes: "sessions.toml",
    enough_registered_users_approve_with_rsa_2048: "approvals.toml",
    keys_are_made_found_changed_and_deleted_as_the_contract_says: "keys.toml",
    users_log_in_and_are_locked_out: "users.toml",
    admins_have_a_quorum_for_each_service: "admins.toml",
    the_second_factor_is_the_approval_key: "mfa.toml",
    mutual_tls_is_set_by_admins: "mtls.toml",
    both_modes_answer_alike: "modes.toml",
    what_a_module_lacks_is_refused_by_name: "modules.toml",
}

#[test]
fn every_text_of_the_contract_means_one_error_to_the_driver() {
    for (text, name) in run::texts() {
        let meant = told::error_name(&hsm::answer_error(text));
        assert_eq!(meant, *name, "{text}");
    }
}
