//! Whatever file it is that came from keepers outside, batch or signature or tile of the second log: touched, it is named.

use super::copy::Copy;
use support::scratch::files_under;

#[test]
fn a_touched_file_of_the_access_logs_or_of_the_log_of_signatures_is_found_and_named() {
    let copy = Copy::whole("outside");
    copy.check().is_clean();
    let files = files_of_keepers(&copy);
    assert!(files.len() >= 8, "{files:?}");
    for path in files {
        let bytes = copy.read(&path);
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            copy.write(&path, &changed);
            let what = format!("octet {place} of {path} changed");
            copy.check().names_file(named(&path), &what);
        }
        copy.write(&path, &bytes[..bytes.len() - 1]);
        copy.check()
            .names_file(path.strip_suffix(".sig").unwrap_or(&path), &format!("{path} cut short"));
        copy.remove(&path);
        copy.check().names_file(&path, &format!("{path} missing"));
        copy.write(&path, &bytes);
    }
    copy.check().is_clean();
}

/// A changed hash of the only tile shows in the checkpoint. Of a batch and its signature nothing says which was changed.
fn named(path: &str) -> &str {
    match path.starts_with("sig/1/tile/0/") {
        true => "sig/1/checkpoint",
        false => path.strip_suffix(".sig").unwrap_or(path),
    }
}

fn files_of_keepers(copy: &Copy) -> Vec<String> {
    let files = files_under(&copy.dir())
        .into_iter()
        .map(|file| file.to_str().expect("UTF-8").to_owned());
    let theirs = |file: &String| file.starts_with("access/") || file.starts_with("sig/");
    files.filter(|file| theirs(file) && !file.ends_with(".html")).collect()
}
