//! Single events after the founding event: a drill, with a power cut in it, and scripts that there are not.

use support::rehearsal::text;
use support::{Outcome, Scratch, ours, run};

#[test]
fn a_drill_goes_on_after_a_power_cut_and_ends_with_the_time_of_each_person() {
    let folder = Scratch::new("rehearsal-drill");
    let out = text(&folder.join("out"));
    let cut = rehearse(&[
        "--out",
        &out,
        "--drill",
        "crl-refresh",
        "--power-cut",
        "hsm:crypto sign ecdsa#2",
    ])
    .expect(4);
    assert!(cut.err.contains("the power was cut at"), "{cut}");
    assert!(folder.join("out/events/drill-1/bastion/journal").is_file(), "{cut}");
    let done = rehearse(&["--resume", "--out", &out]).expect(0);
    for part in [
        "review",
        "attendance-begin",
        "approval-1",
        "approval-2",
        "attendance-end",
        "countersignature",
    ] {
        let title = format!("drill-1, {part}: from being asked to answering");
        let table = done
            .out
            .split(&title)
            .nth(1)
            .unwrap_or_else(|| panic!("no {title}: {done}"));
        let row = table.lines().find(|line| line.contains("member-1 "));
        assert!(
            row.is_some_and(|row| row.chars().count() <= 80 && row.ends_with(" s")),
            "{row:?}"
        );
    }
    assert!(folder.join("out/store/events/drill-1/record.cbor").is_file());
}

#[test]
fn refuses_a_script_that_there_is_not_before_anything_is_made() {
    let folder = Scratch::new("rehearsal-no-script");
    let out = text(&folder.join("out"));
    let told = rehearse(&["--out", &out, "--script", "root-burning"]).expect(2);
    let error = "rehearsal: error: there is no script 'root-burning' to rehearse\nrehearsal: hint: there are: ";
    assert!(
        told.err.starts_with(error) && told.err.contains("crl-refresh"),
        "{told}"
    );
    assert!(!folder.join("out").exists() && !folder.join("out.private").exists());
}

fn rehearse(arguments: &[&str]) -> Outcome {
    run(ours("rehearsal"), arguments, "")
}
