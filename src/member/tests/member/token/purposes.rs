//! Rehearsals and production share no key, as far as the homes of one machine know.

use std::fs;
use std::process::Command;

use crate::scene::event::path;
use crate::scene::token::{PIN, SoftHsm, ssh_key};
use crate::scene::{folder, names};

const HINT: &str =
    "rehearsals have a token and an SSH key of their own: plug in the other one, or name the right --home";

#[test]
fn a_rehearsal_refuses_a_token_with_a_production_key_and_the_other_way_round() {
    for (name, first, second) in [
        ("purposes-1", None, Some("--rehearsal")),
        ("purposes-2", Some("--rehearsal"), None),
    ] {
        let folder = folder(name);
        let token = SoftHsm::new(&folder, "both");
        let [one, two] = ["one", "two"].map(|name| ssh_key(&folder, name));
        let home = folder.join("first");
        let more: Vec<&str> = first.into_iter().chain(["--make"]).collect();
        token.setup(&home, &one, &more, &format!("{PIN}\n")).good();
        // Other keys in the same token: one PIN opens them all.
        let more: Vec<&str> = second
            .into_iter()
            .chain(["--make", "--approval-key", "b", "--admin-key", "c"])
            .collect();
        let error = match second {
            Some(_) => format!(
                "this is for rehearsals, and {} has a key of it for production",
                home.display()
            ),
            None => format!(
                "this is for production, and {} has a key of it for rehearsals",
                home.display()
            ),
        };
        let ran = token.setup(&folder.join("second"), &two, &more, &format!("{PIN}\n"));
        ran.refused(1, &error, HINT);
        assert!(!folder.join("second").exists() && !token.tool(&["--list-objects"]).contains("label:      b"));
        // A home elsewhere is compared when it is named.
        let elsewhere = folder.join("elsewhere");
        fs::create_dir(&elsewhere).expect("made");
        let more = [&more[..], &["--other", path(&home)]].concat();
        let ran = token.setup(&elsewhere.join("second"), &two, &more, &format!("{PIN}\n"));
        ran.refused(1, &error, HINT);
        assert!(names(&elsewhere).is_empty());
    }
}

#[test]
fn what_a_home_remembers_is_not_kept_for_the_other_purpose() {
    let folder = folder("purposes-keep");
    let token = SoftHsm::new(&folder, "kept");
    let home = crate::scene::home(&folder, "member-1");
    let keep = ["--make", "--keep", path(&home), "--new", "admin,ssh"];
    let ran = token.setup(&folder.join("new"), &ssh_key(&folder, "one"), &keep, "");
    let error = format!(
        "this is for production, and {} has a key of it for rehearsals",
        home.display()
    );
    ran.refused(1, &error, HINT);
}

#[test]
fn one_ssh_key_serves_one_purpose() {
    let folder = folder("purposes-ssh");
    let ssh = ssh_key(&folder, "one");
    let [real, played] = ["real", "played"].map(|label| SoftHsm::new(&folder, label));
    let home = folder.join("production");
    real.setup(&home, &ssh, &["--make"], &format!("{PIN}\n")).good();
    let ran = played.setup(
        &folder.join("rehearsal"),
        &ssh,
        &["--make", "--rehearsal"],
        &format!("{PIN}\n"),
    );
    let error = format!(
        "this is for rehearsals, and {} has a key of it for production",
        home.display()
    );
    ran.refused(1, &error, HINT);
}

#[test]
fn a_key_whose_home_was_copied_beside_one_of_the_other_purpose_signs_nothing() {
    let folder = folder("purposes-late");
    let token = SoftHsm::new(&folder, "late");
    let (away, ssh) = (folder.join("away"), ssh_key(&folder, "one"));
    fs::create_dir(&away).expect("made");
    token
        .setup(&folder.join("production"), &ssh, &["--make"], &format!("{PIN}\n"))
        .good();
    // Elsewhere nobody knows of it, which is the honest limit.
    token
        .setup(&away.join("rehearsal"), &ssh, &["--rehearsal"], &format!("{PIN}\n"))
        .good();
    let home = folder.join("rehearsal");
    fs::rename(away.join("rehearsal"), &home).expect("moved");
    let out = folder.join("again");
    let again = ["setup", "--id", "member-1", "--again", "--out", path(&out)];
    let ran = crate::scene::run_in(&token.env(), &home, &again, "");
    let error = format!(
        "this is for rehearsals, and {} has a key of it for production",
        folder.join("production").display()
    );
    ran.refused(1, &error, HINT);
}

#[test]
fn an_approval_key_keeps_the_home_that_remembers_what_it_signed() {
    let folder = folder("purposes-home");
    let token = SoftHsm::new(&folder, "kept");
    let [one, two] = ["one", "two"].map(|name| ssh_key(&folder, name));
    let home = folder.join("old");
    token.setup(&home, &one, &["--make"], &format!("{PIN}\n")).good();
    let ran = token.setup(&folder.join("new"), &two, &[], &format!("{PIN}\n"));
    let hint = "use that home; or, to replace another key, say --keep with it, so that what it remembers stays";
    ran.refused(
        1,
        &format!("the approval key has a home already, {}", home.display()),
        hint,
    );
    let keep = ["--keep", path(&home), "--new", "admin"];
    let ran = token.setup(&folder.join("new"), &two, &keep, &format!("{PIN}\n"));
    let hint = "plug in the token of the old home, or name the key with --new";
    ran.refused(1, "the SSH key is not the old home's, and --new does not name it", hint);
    let keep = ["--keep", path(&home), "--new", "ssh"];
    token
        .setup(&folder.join("new"), &two, &keep, &format!("{PIN}\n"))
        .good();
    let made = names(&folder.join("new").join("made"));
    assert!(
        names(&home.join("made")).iter().all(|name| made.contains(name)),
        "{made:?}"
    );
}

#[test]
fn a_second_home_of_the_same_keys_is_not_set_up_and_is_named_where_it_is_used() {
    let folder = folder("purposes-second");
    let token = SoftHsm::new(&folder, "one");
    let [one, two] = ["one", "two"].map(|name| ssh_key(&folder, name));
    let (home, other, typed) = (folder.join("old"), folder.join("new"), format!("{PIN}\n"));
    token.setup(&home, &one, &["--make"], &typed).good();
    let again = |keys, ssh| token.setup(&other, ssh, &["--keep", path(&home), "--new", keys], &typed);
    let hint = "name the new key; two homes of the same keys could each give the same approval";
    for (keys, ssh, which) in [
        ("ssh", &one, "SSH key"),
        ("admin", &one, "admin key"),
        ("admin,ssh", &two, "admin key"),
    ] {
        let error = format!("the {which} is the old home's, and --new names it");
        again(keys, ssh).refused(1, &error, hint);
        assert!(!other.exists(), "{keys}");
    }
    again("ssh", &two).good();
    // Once is enough: the next one would be that home's double.
    let third = token.setup(
        &folder.join("third"),
        &two,
        &["--keep", path(&home), "--new", "ssh"],
        &typed,
    );
    let hint = "use that home; or, to replace another key, say --keep with it, so that what it remembers stays";
    let error = format!("the approval key has a home already, {}", other.display());
    third.refused(1, &error, hint);

    let copied = Command::new("cp")
        .arg("-a")
        .arg(&home)
        .arg(folder.join("copy"))
        .status();
    assert!(copied.expect("cp runs").success());
    let out = folder.join("again");
    let again = ["setup", "--id", "member-1", "--again", "--out", path(&out)];
    let ran = crate::scene::run_in(&token.env(), &home, &again, &typed);
    ran.is_read_aloud();
    let said = "NOTE: a second home of the same keys";
    assert!((ran.code, ran.errors.matches(said).count()) == (0, 1), "{}", ran.errors);
    assert!(ran.errors.contains("/copy\n"), "{}", ran.errors);
    // A link elsewhere hides none.
    let elsewhere = folder.join("elsewhere");
    std::fs::create_dir(&elsewhere).expect("made");
    let link = elsewhere.join("link");
    std::os::unix::fs::symlink(&home, &link).expect("linked");
    let out = folder.join("by-link");
    let again = ["setup", "--id", "member-1", "--again", "--out", path(&out)];
    let ran = crate::scene::run_in(&token.env(), &link, &again, &typed);
    assert!((ran.code, ran.errors.matches(said).count()) == (0, 1), "{}", ran.errors);
}
