//! What people see, as files: when it changes, `NAME.actual.txt` lies beside `NAME.txt`, and a person compares.

use support::event::Event;
use support::golden;
use support::process::workspace;

#[test]
fn the_check_of_a_good_cluster_looks_as_decided() {
    let event = Event::planned();
    compare("hsm-check", &event.check(&["--without-keys"], "").good().out);
}

fn compare(name: &str, shown: &str) {
    golden::compare(&workspace().join(format!("tests/golden/{name}.txt")), shown);
}
