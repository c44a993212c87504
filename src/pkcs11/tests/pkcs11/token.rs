//! A token's rules: which one it is, who is logged in, what its keys are and what they do.

use std::fs;

use pkcs11::{Class, Error, Kind, Module, NewKey, Pin, TokenName};

use crate::common::{
    LABEL, OFFICER, PIN, logged_in, module, name, over_each_module, over_second_module, over_softhsm, token,
};

#[test]
fn makes_finds_uses_and_destroys_a_p384_key() {
    over_each_module("token::makes_finds_uses_and_destroys_a_p384_key", || {
        let mut token = logged_in();
        let new = NewKey {
            id: Some(vec![1, 2, 3]),
            destroyable: true,
            ..NewKey::p384("root-1", "root-1-public")
        };
        let (public, private) = token.generate(&new).expect("a key");
        assert_eq!(
            (public.attributes.kind, private.attributes.kind),
            (Kind::P384, Kind::P384)
        );
        assert_eq!(private.attributes.id.as_deref(), Some(&[1, 2, 3][..]));
        let found = token.find("root-1", Class::Private).expect("the key");
        assert_eq!(found.label(), "root-1");
        let signature = token.sign_ecdsa(&found, &[7; 48]).expect("a signature");
        let public = token.find("root-1-public", Class::Public).expect("the public key");
        assert!(token.verify_ecdsa(&public, &[7; 48], &signature).expect("an answer"));
        // kryoptic has CKR_DEVICE_ERROR where the standard has CKR_SIGNATURE_INVALID.
        let other = token.verify_ecdsa(&public, &[8; 48], &signature);
        assert!(
            other == Ok(false) || (!crate::common::is_softhsm() && other.is_err()),
            "{other:?}"
        );
        token.destroy(&found).expect("it was made destroyable");
        assert_eq!(token.look("root-1", Class::Private), Ok(None));
        let absent = token.find("root-1", Class::Private).expect_err("it is gone");
        assert_eq!(absent.to_string(), "there is no key root-1");
    });
}

#[test]
fn opens_a_token_by_label_or_serial_number() {
    over_each_module("token::opens_a_token_by_label_or_serial_number", || {
        let serial = token().info().serial.clone();
        let by_serial = module().open(&name(&format!("serial:{serial}"))).expect("the token");
        assert_eq!(by_serial.info().label, LABEL);
        let again = module().open(&name(LABEL)).expect("the token");
        assert_eq!(again.info().serial, serial);
    });
}

#[test]
fn says_which_tokens_are_there_when_the_named_one_is_not() {
    over_each_module("token::says_which_tokens_are_there_when_the_named_one_is_not", || {
        let serial = token().info().serial.clone();
        let error = module().open(&name("another")).expect_err("no such token");
        let text = error.to_string();
        assert!(text.starts_with("there is no token another; there are: "), "{text}");
        assert!(text.contains(&format!("test-token (serial:{serial})")), "{text}");
        assert!(error.hint().expect("a hint").contains("serial:"), "{error:?}");
    });
}

#[test]
fn refuses_two_tokens_of_one_label_and_names_both_serials() {
    over_softhsm("token::refuses_two_tokens_of_one_label_and_names_both_serials", || {
        let init = [
            "--init-token",
            "--free",
            "--label",
            "twin",
            "--so-pin",
            OFFICER,
            "--pin",
            PIN,
        ];
        for _ in 0..2 {
            let (done, said) = crate::common::judge("softhsm2-util", &init);
            assert!(done, "{said}");
        }
        let serials: Vec<String> = module()
            .tokens()
            .expect("the tokens")
            .into_iter()
            .filter(|token| token.label == "twin")
            .map(|token| token.serial)
            .collect();
        let error = module().open(&name("twin")).expect_err("which of them?");
        assert_eq!(serials.len(), 2);
        assert!(error.to_string().starts_with("2 tokens are named twin"), "{error}");
        assert!(
            serials.iter().all(|serial| error.to_string().contains(serial)),
            "{error}"
        );
        for serial in serials {
            let one = module().open(&TokenName::Serial(serial.clone())).expect("one of them");
            assert_eq!(one.info().serial, serial);
        }
    });
}

#[test]
fn refuses_names_that_no_token_can_have() {
    for bad in [
        "",
        " padded",
        "a\nb",
        "serial:",
        "serial:12345678901234567",
        &"x".repeat(33),
    ] {
        let error = bad.parse::<TokenName>().expect_err(bad);
        assert_eq!(error, Error::BadTokenName { name: bad.into() });
    }
    assert_eq!(name("serial:ab12").to_string(), "serial:ab12");
}

#[test]
fn refuses_a_path_without_a_module_and_a_file_that_is_none() {
    let absent = Module::load("/nowhere/module.so".as_ref()).expect_err("nothing there");
    assert!(
        absent
            .to_string()
            .starts_with("no PKCS#11 module at /nowhere/module.so"),
        "{absent}"
    );
    assert!(absent.hint().expect("a hint").contains("absolute path"));
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-module.so");
    fs::write(&file, "not a shared library").expect("a file");
    let none = Module::load(&file).expect_err("no module");
    assert!(matches!(none, Error::NoModule { .. }), "{none:?}");
}

#[test]
fn a_module_that_sees_no_initialised_token_says_so() {
    over_softhsm("token::a_module_that_sees_no_initialised_token_says_so", || {
        let error = module().open(&name(LABEL)).expect_err("nothing was initialised");
        assert!(error.to_string().contains("an uninitialised token"), "{error}");
    });
}

#[test]
fn initialises_a_spare_token_once_and_never_erases_one() {
    over_each_module("token::initialises_a_spare_token_once_and_never_erases_one", || {
        let info = token().info().clone();
        assert!(info.initialised);
        let again = module().initialise_token(LABEL, &Pin::new(OFFICER), &Pin::new(PIN));
        assert_eq!(again, Err(Error::LabelTaken { label: LABEL.into() }));
        let unnamed = module().initialise_token("serial:1", &Pin::new(OFFICER), &Pin::new(PIN));
        assert_eq!(
            unnamed,
            Err(Error::BadTokenName {
                name: "serial:1".into()
            })
        );
    });
}

#[test]
fn a_wrong_pin_is_refused_and_said_to_count() {
    over_each_module("token::a_wrong_pin_is_refused_and_said_to_count", || {
        let mut token = token();
        let error = token.login(&Pin::new("0000-0000")).expect_err("wrong");
        assert!(matches!(error, Error::WrongPin { .. }), "{error:?}");
        assert_eq!(error.to_string(), "the token refused the PIN");
        assert!(error.hint().expect("a hint").contains("each wrong PIN counts"));
        token.login(&Pin::new(PIN)).expect("the right one");
    });
}

/// SoftHSM2 never locks a PIN.
#[test]
fn too_many_wrong_pins_lock_the_token() {
    over_second_module("token::too_many_wrong_pins_lock_the_token", || {
        let mut token = token();
        let mut refusals = Vec::new();
        for _ in 0..20 {
            refusals.push(token.login(&Pin::new("0000-0000")).expect_err("wrong"));
        }
        assert!(refusals.contains(&Error::WrongPin { last_try: true }), "{refusals:?}");
        assert_eq!(refusals.last(), Some(&Error::PinLocked), "{refusals:?}");
        assert_eq!(token.login(&Pin::new(PIN)), Err(Error::PinLocked), "even the right one");
    });
}

#[test]
fn nothing_reaches_the_log_at_level_error() {
    over_each_module("token::nothing_reaches_the_log_at_level_error", || {
        // cryptoki complains of each mechanism whose name it does not know, thirty with SoftHSM2.
        log::set_logger(&LOGGER).expect("the first one");
        log::set_max_level(log::LevelFilter::Trace);
        let mut token = logged_in();
        let (_, key) = token.generate(&NewKey::p384("k", "k-public")).expect("a key");
        token.sign_ecdsa(&key, &[1; 48]).expect("a signature");
        token.keys().expect("the keys");
        let errors = LOGGER.0.lock().expect("one thread").clone();
        assert_eq!(errors, Vec::<String>::new());
        log::error!("this one is caught");
        assert_eq!(LOGGER.0.lock().expect("one thread").len(), 1);
    });
}

struct Logger(std::sync::Mutex<Vec<String>>);

static LOGGER: Logger = Logger(std::sync::Mutex::new(Vec::new()));

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        if record.level() == log::Level::Error {
            self.0.lock().expect("one thread").push(record.args().to_string());
        }
    }
    fn flush(&self) {}
}

#[test]
fn an_empty_pin_needs_a_token_with_a_reader_of_its_own() {
    over_each_module("token::an_empty_pin_needs_a_token_with_a_reader_of_its_own", || {
        let mut token = token();
        assert!(!token.info().protected_path);
        assert_eq!(token.login(&Pin::new("")), Err(Error::NoProtectedPath));
    });
}

#[test]
fn one_login_at_a_time_and_none_after_logout() {
    over_each_module("token::one_login_at_a_time_and_none_after_logout", || {
        let mut token = logged_in();
        assert_eq!(token.login(&Pin::new(PIN)), Err(Error::LoggedIn));
        let (_, private) = token.generate(&NewKey::p384("a", "a-public")).expect("a key");
        token.logout().expect("logged out");
        assert_eq!(
            token.look("a", Class::Private),
            Ok(None),
            "private keys are out of sight"
        );
        assert!(token.look("a-public", Class::Public).expect("a list").is_some());
        token.sign_ecdsa(&private, &[1; 48]).expect_err("nobody is logged in");
        token
            .generate(&NewKey::p384("b", "b-public"))
            .expect_err("nobody is logged in");
        token.login(&Pin::new(PIN)).expect("logged in again");
        let found = token.find("a", Class::Private).expect("the key");
        token.sign_ecdsa(&found, &[1; 48]).expect("a signature");
    });
}

#[test]
fn a_dropped_token_ends_its_login() {
    over_each_module("token::a_dropped_token_ends_its_login", || {
        drop(logged_in());
        let mut token = module().open(&name(LABEL)).expect("the token");
        token.login(&Pin::new(PIN)).expect("the login ended with the session");
    });
}

#[test]
fn a_root_key_is_what_a_root_key_must_be() {
    over_each_module("token::a_root_key_is_what_a_root_key_must_be", || {
        let mut token = logged_in();
        token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
        let key = token.find("root-1", Class::Private).expect("the key");
        for (attribute, expected) in [
            ("extractable", false),
            ("never-extractable", true),
            ("sensitive", true),
            ("always-sensitive", true),
            ("local", true),
            ("token", true),
            ("private", true),
            ("sign", true),
            ("decrypt", false),
            ("unwrap", false),
            ("derive", false),
            ("modifiable", false),
            ("destroyable", false),
        ] {
            key.demand(attribute, expected).expect(attribute);
        }
    });
}

#[test]
fn an_absent_attribute_is_absent_and_no_false() {
    over_each_module("token::an_absent_attribute_is_absent_and_no_false", || {
        let mut token = logged_in();
        let (public, private) = token.generate(&NewKey::p384("k", "k-public")).expect("a key");
        // A public key has no such attribute.
        assert_eq!(public.attributes.flag("extractable"), None);
        let error = public.demand("extractable", false).expect_err("absent is not false");
        assert_eq!(
            error.to_string(),
            "extractable of the key k-public must be false and is nothing"
        );
        let wrong = private.demand("extractable", true).expect_err("it is not");
        assert_eq!(wrong.to_string(), "extractable of the key k must be true and is false");
    });
}

#[test]
fn a_key_that_is_neither_destroyable_nor_modifiable_stays_as_it_is() {
    over_each_module(
        "token::a_key_that_is_neither_destroyable_nor_modifiable_stays_as_it_is",
        || {
            let mut token = logged_in();
            let (_, key) = token.generate(&NewKey::p384("root-1", "root-1-public")).expect("a key");
            for (flag, value) in [
                ("extractable", true),
                ("sensitive", false),
                ("modifiable", true),
                ("destroyable", true),
            ] {
                let error = token.set_flag(&key, flag, value).expect_err(flag);
                assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
                assert!(
                    error.to_string().contains(&format!("set {flag} of root-1 to {value}")),
                    "{error}"
                );
            }
            let error = token.destroy(&key).expect_err("it is not destroyable");
            assert!(
                error.to_string().starts_with("the token refused to destroy root-1"),
                "{error}"
            );
            let after = token.find("root-1", Class::Private).expect("it is there still");
            assert_eq!(after.attributes, key.attributes);
        },
    );
}

#[test]
fn sets_only_attributes_that_can_be_set() {
    over_each_module("token::sets_only_attributes_that_can_be_set", || {
        let mut token = logged_in();
        let new = NewKey {
            modifiable: true,
            destroyable: true,
            ..NewKey::p384("k", "k-public")
        };
        let (_, key) = token.generate(&new).expect("a key");
        assert_eq!(
            token.set_flag(&key, "local", false),
            Err(Error::NoAttribute { name: "local".into() })
        );
        assert_eq!(
            token.set_flag(&key, "x", false),
            Err(Error::NoAttribute { name: "x".into() })
        );
        token.set_flag(&key, "extractable", true).expect_err("never again");
        token.set_flag(&key, "sign", false).expect("a modifiable key");
        let now = token.find("k", Class::Private).expect("the key");
        assert_eq!(now.attributes.flag("sign"), Some(false));
        token.sign_ecdsa(&now, &[1; 48]).expect_err("it signs no more");
    });
}

#[test]
fn refuses_a_label_that_is_taken_or_cannot_be_one() {
    over_each_module("token::refuses_a_label_that_is_taken_or_cannot_be_one", || {
        let mut token = logged_in();
        token.generate(&NewKey::p384("k", "k-public")).expect("a key");
        for taken in [NewKey::p384("k", "other"), NewKey::p384("other", "k-public")] {
            let error = token.generate(&taken).expect_err("taken");
            assert!(matches!(error, Error::KeyThere { .. }), "{error:?}");
        }
        for bad in ["", "a\nb", &"x".repeat(128)] {
            let error = token.generate(&NewKey::p384(bad, "p")).expect_err(bad);
            assert_eq!(error, Error::BadLabel { label: bad.into() });
        }
        assert_eq!(token.keys().expect("the keys").len(), 2, "nothing was made");
    });
}

#[test]
fn lists_all_keys_even_many() {
    over_each_module("token::lists_all_keys_even_many", || {
        let mut token = logged_in();
        // More than cryptoki asks for at once.
        for number in 0..12 {
            let new = NewKey::p384(&format!("k{number}"), &format!("k{number}-public"));
            token.generate(&new).expect("a key");
        }
        let keys = token.keys().expect("the keys");
        let private = keys.iter().filter(|key| key.attributes.class == Class::Private).count();
        assert_eq!((keys.len(), private), (24, 12));
    });
}

#[test]
fn a_pin_is_not_shown() {
    assert_eq!(format!("{:?}", Pin::new("1234")), "Pin(..)");
}
