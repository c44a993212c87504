//! `ceremony hsm check` of a token behind a PKCS#11 module: no users and no owners, but attributes.

use std::fs;
use std::path::Path;
use std::process::Command;

use support::event::Event;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "87654321";

#[test]
fn a_key_that_another_tool_made_carelessly_falls_short() {
    let event = Event::planned();
    let said = token(&event, "checked");
    let made = run(
        &event,
        "pkcs11-tool",
        &format!(
            "--module {MODULE} --token-label checked --login --pin {PIN} --keypairgen --key-type EC:secp384r1 --label loose"
        ),
    );
    assert!(made.contains("loose"), "{said}{made}");
    let done = event.check_token(MODULE, "checked", &format!("{PIN}\n"), &event.path("softhsm.conf"));
    assert_eq!(done.code, Some(1), "{}", done.err);
    for row in [
        "     ok HSMs                               at least 1         1\n",
        "     NO key loose                          kept inside        5 short\n",
        "     NO key loose: destroyable             false              true\n",
        "     NO key loose: modifiable              false              true\n",
        "     NO key loose: unwrap                  false              true\n",
        "     NO key loose: derive                  false              true\n",
        "     NO key loose: decrypt                 false              true\n",
    ] {
        assert!(done.out.contains(row), "{row}{}", done.out);
    }
    assert!(!done.out.contains("     ok quorum value"), "{}", done.out);
    let error =
        "the HSM falls short of policy and roster: key loose: destroyable: expected false, found true; and 4 more";
    assert_eq!(done.error(), error);
}

/// It could wrap what must not leave the token, and no policy knows one.
#[test]
fn a_secret_key_in_the_token_falls_short() {
    let event = Event::planned();
    token(&event, "wrapping");
    let make = "--keygen --key-type AES:32 --usage-wrap --label wrapper";
    let line = format!("--module {MODULE} --token-label wrapping --login --pin {PIN} {make}");
    run(&event, "pkcs11-tool", &line);
    let done = event.check_token(MODULE, "wrapping", &format!("{PIN}\n"), &event.path("softhsm.conf"));
    done.refuses(
        1,
        "the HSM falls short of policy and roster: secret key wrapper: key: expected none, found there",
        Some("no key may be made or used on this HSM; `ceremony hsm check` shows all; find out who changed it"),
    );
    let row = "     NO secret key wrapper: key            none               there\n";
    assert!(done.out.contains(row), "{}", done.out);
    assert!(!done.out.contains("Nothing falls short"), "{}", done.out);
}

#[test]
fn an_empty_token_has_nothing_that_falls_short_and_a_serial_number_needs_a_plan() {
    let event = Event::planned();
    token(&event, "empty");
    let conf = event.path("softhsm.conf");
    let done = event.check_token(MODULE, "empty", &format!("{PIN}\n"), &conf).good();
    assert!(done.out.contains("     Nothing falls short.\n"), "{}", done.out);
    event.check_token(MODULE, "serial:00", "", &conf).refuses(
        2,
        "without a plan the token is named by its label",
        Some("name the label, or --plan"),
    );
}

/// A token counts wrong PINs by its own rules, which are not CloudHSM's.
#[test]
fn a_wrong_pin_is_said_to_count_and_nothing_is_said_of_accounts() {
    let event = Event::planned();
    token(&event, "counted");
    let conf = event.path("softhsm.conf");
    for (pin, error, hint) in [
        (
            "wrong-pin-1",
            "the token refused the PIN, at `pkcs11 login counted at counted [secret]`",
            "each wrong PIN counts, and too many lock the token",
        ),
        (
            "",
            "the PIN is empty, and the token cannot ask for it by itself, at `pkcs11 login counted at counted [at the token's own reader]`",
            "enter the PIN: this token has no reader or cards of its own",
        ),
    ] {
        let done = event.check_token(MODULE, "counted", &format!("{pin}\n"), &conf);
        done.refuses(4, error, Some(hint));
    }
    event.check_token(MODULE, "counted", "", &conf).refuses(
        1,
        "standard input ended before an answer to: PIN of the token counted; empty if its own reader asks",
        Some("nothing was changed: check again; each wrong PIN counts, and too many lock the token"),
    );
}

/// A token of the event's own, made by `softhsm2-util`. The PIN is no secret.
fn token(event: &Event, label: &str) -> String {
    let tokens = event.path("tokens");
    fs::create_dir_all(&tokens).expect("a folder");
    let conf = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\n",
        tokens.display()
    );
    event.write("softhsm.conf", conf);
    let line = format!("--init-token --free --label {label} --so-pin 12345678 --pin {PIN}");
    run(event, "softhsm2-util", &line)
}

fn run(event: &Event, program: &str, line: &str) -> String {
    let conf: &Path = &event.path("softhsm.conf");
    let done = Command::new(program)
        .args(line.split(' '))
        .env("SOFTHSM2_CONF", conf)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8_lossy(&done.stdout).into_owned()
}
