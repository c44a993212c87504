//! Logs that a policy has frozen: they count up to their last checkpoint, and no further.

use tlog::{Checkpoint, Error, Hash, Policy};

use crate::support::{ORIGIN, Store, cosigned, policy_text, staple};

/// The policy, with a log that ends at this checkpoint.
fn frozen(last: &Checkpoint) -> Policy {
    let line = format!("# frozen {ORIGIN} {} {}\n", last.size(), last.root());
    Policy::parse((policy_text() + &line).as_bytes()).unwrap()
}

#[test]
fn a_frozen_log_counts_up_to_its_last_checkpoint() {
    let (_, last) = Store::of(&[600]);
    let policy = frozen(&last);
    assert_eq!(policy.frozen(), std::slice::from_ref(&last));
    for size in [1, 599, 600] {
        let (_, checkpoint) = Store::of(&[size]);
        policy.check(&cosigned(&checkpoint, &["a", "b"])).unwrap();
    }
    let entry = b"entry 345\n";
    staple(&["a", "b"]).verify_entry(entry, &policy).unwrap();
}

#[test]
fn refuses_a_staple_beyond_the_last_checkpoint_whoever_cosigned_it() {
    let (_, last) = Store::of(&[599]);
    let error = staple(&["a", "b", "c"]).verify_entry(b"entry 345\n", &frozen(&last));
    let error = error.unwrap_err();
    let expected = format!("the log {ORIGIN:?} was frozen with 599 entries, and this checkpoint has 600");
    assert_eq!(error.to_string(), expected);
    assert!(matches!(error, Error::Frozen { .. }) && error.hint().is_some());
}

#[test]
fn refuses_another_tree_of_the_last_size() {
    let last = Checkpoint::new(ORIGIN, 600, Hash::sha256(b"another")).unwrap();
    let error = staple(&["a", "b"]).verify_entry(b"entry 345\n", &frozen(&last));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .ends_with("this is another tree of that size")
    );
}

#[test]
fn the_extension_is_written_again_and_a_comment_to_others() {
    let policy = frozen(&Store::of(&[600]).1);
    let text = policy.to_string();
    assert_eq!(Policy::parse(text.as_bytes()).unwrap(), policy);
    let comments = text.lines().filter(|line| line.starts_with('#'));
    assert_eq!(comments.count(), 1);
}

#[test]
fn refuses_a_frozen_line_that_would_pass_for_a_comment() {
    let root = Hash::sha256(b"root");
    let lines = [
        (format!("# frozen {ORIGIN} 600"), "too few or too many items"),
        (format!("# frozen {ORIGIN} 600 {root} x"), "too few or too many items"),
        (format!("#frozen {ORIGIN} 600 {root}"), "too few or too many items"),
        (format!("## Frozen {ORIGIN} 600 {root}"), "too few or too many items"),
        ("# frozen".into(), "too few or too many items"),
        (format!("# frozen {ORIGIN} 0600 {root}"), "\"0600\" is not a decimal"),
        (format!("# frozen {ORIGIN} 600 x"), ""),
        (format!("# frozen {ORIGIN} 0 {root}"), ""),
        (format!("# frozen x.example/log 600 {root}"), "is not defined above"),
        (
            format!("# frozen {ORIGIN} 600 {root}\n# frozen {ORIGIN} 600 {root}"),
            "is taken",
        ),
    ];
    for (line, why) in lines {
        let error = Policy::parse(format!("{}{line}\n", policy_text()).as_bytes()).expect_err(&line);
        assert!(error.to_string().contains(why), "{line}: {error}");
    }
    let comment = format!("{}# the log is not frozen\n#\n", policy_text());
    assert_eq!(Policy::parse(comment.as_bytes()).unwrap().frozen(), []);
}
