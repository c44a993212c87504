//! Whatever file it is that was touched, it is named.

use super::copy::Copy;
use support::scratch::files_under;

#[test]
fn an_untouched_copy_has_no_findings() {
    Copy::new("untouched").check().is_clean();
}

#[test]
fn a_flipped_bit_in_any_file_is_found_and_the_file_named() {
    let copy = Copy::new("flipped");
    let mut touched = 0;
    for path in checked_files(&copy) {
        let bytes = copy.read(&path);
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            copy.write(&path, &changed);
            copy.check()
                .names_file(named(&copy, &path), &format!("octet {place} of {path} changed"));
            touched += 1;
        }
        copy.write(&path, &bytes);
    }
    assert!(touched > 100, "{touched} changes");
    copy.check().is_clean();
}

#[test]
fn a_missing_file_is_found_and_named() {
    let copy = Copy::new("missing");
    for path in checked_files(&copy) {
        let bytes = copy.read(&path);
        copy.remove(&path);
        copy.check().names_file(&path, &format!("{path} missing"));
        copy.write(&path, &bytes);
    }
    copy.check().is_clean();
}

#[test]
fn a_file_cut_short_or_with_more_at_its_end_is_found_and_named() {
    let copy = Copy::new("cut");
    for path in checked_files(&copy) {
        let bytes = copy.read(&path);
        for changed in [vec![], bytes[..bytes.len() - 1].to_vec(), [&bytes[..], b"\n"].concat()] {
            copy.write(&path, &changed);
            copy.check().names_file(
                &path,
                &format!("{path} of {} octets, not {}", changed.len(), bytes.len()),
            );
        }
        copy.write(&path, &bytes);
    }
}

#[test]
fn a_file_that_nothing_explains_is_found_wherever_it_is() {
    let copy = Copy::new("extra");
    let object = format!("objects/sha256/{}", "0".repeat(64));
    for path in [
        "certs/root-2.der",
        "crl/root-1/2.crl",
        "log/1/tile/1/000",
        "notes.txt",
        ".hidden",
        &object,
    ] {
        copy.write(path, b"hello");
        copy.check().names(path, "unexplained-file");
        copy.remove(path);
    }
    let more = copy.path("EVENT/countersignatures/member-10.sig");
    copy.write(&more, b"hello");
    copy.check().names_file(&more, "a tenth countersignature");
}

/// A changed hash shows where the hashes come together: in the checkpoint. Hashes of an earlier state are compared with
/// these.
fn named<'p>(copy: &Copy, path: &'p str) -> &'p str {
    match path == format!("log/1/tile/0/000.p/{}", copy.log_size()) {
        true => "log/1/checkpoint",
        false => path,
    }
}

/// All but pages, which nobody signed: they are made from the rest, for people.
fn checked_files(copy: &Copy) -> Vec<String> {
    let files = files_under(&copy.dir())
        .into_iter()
        .map(|file| file.to_str().expect("UTF-8").to_owned());
    files.filter(|file| !file.ends_with(".html")).collect()
}
