//! A founding event on a module that nobody here wrote.

use std::process::Command;

use record::record::Fate;
use support::event::Event;
use support::process::finish;

use crate::fixture::{PIN, TOKEN, review_for_a_token};

/// A module that nobody here wrote; docs/decisions/0010-pkcs11.md says how it is named to the tests. It finds its token
/// by the environment, so the event is held by this test started again.
#[test]
#[ignore = "takes a second PKCS#11 module: CEREMONY_SECOND_PKCS11"]
fn a_founding_event_on_a_second_module() {
    const TEST: &str = "second::a_founding_event_on_a_second_module";
    let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let module = given("CEREMONY_SECOND_PKCS11");
    let Ok(folder) = std::env::var("CEREMONY_SECOND_FOLDER") else {
        let folder = support::Scratch::new("second-module");
        let setup = Command::new("sh")
            .args(["-c", &given("CEREMONY_SECOND_SETUP")])
            .env("FOLDER", &*folder)
            .status();
        assert!(setup.expect("sh").success(), "CEREMONY_SECOND_SETUP failed");
        let mut again = Command::new(std::env::current_exe().expect("this program"));
        again
            .args([TEST, "--exact", "--ignored", "--nocapture"])
            .env("CEREMONY_SECOND_FOLDER", &*folder);
        again.env(given("CEREMONY_SECOND_CONFIG"), folder.join("second.conf"));
        let said = finish(&mut again, "").expect(0);
        assert!(said.out.contains("1 passed"), "{said}");
        return;
    };
    let pkcs11_tool = |arguments: &[&str]| {
        let mut command = Command::new("pkcs11-tool");
        command
            .args(["--module", &module, "--so-pin", "security-officer"])
            .args(arguments);
        let _ = finish(&mut command, "").expect(0);
    };
    println!("its token is in {folder}");
    pkcs11_tool(&["--init-token", "--label", TOKEN]);
    pkcs11_tool(&["--login", "--login-type", "so", "--init-pin", "--pin", PIN]);
    let event = Event::planned();
    review_for_a_token(&event);
    let mut engine = event.run_at("run", &["--pkcs11-module", &module, "--pkcs11-token", TOKEN]);
    engine.play_to_the_end();
    let _ = engine.end().good();
    event.results_are_as_frozen();
    event.judge_results();
    assert!(event.record().tokens.iter().all(|token| token.fate == Fate::Used));
}
