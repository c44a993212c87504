//! Goldens: what people see, as files. What differs from event to event is masked.

use std::fs;
use std::path::Path;

/// Compares with the golden. What differs from event to event is shown as `#`: digests, and the words that tell them.
///
/// # Panics
/// If they differ; what is shown now is then beside the golden, as `NAME.actual.txt`.
pub fn compare(golden: &Path, shown: &str) {
    let shown: String = shown.lines().map(|line| masked(line) + "\n").collect();
    let actual = golden.with_extension("actual.txt");
    if fs::read_to_string(golden).is_ok_and(|decided| decided == shown) {
        let _ = fs::remove_file(actual);
        return;
    }
    fs::write(&actual, &shown).expect("what is shown now");
    panic!("{} is not {}:\n{shown}", actual.display(), golden.display());
}

/// Runs of eight and more hexadecimal digits as `#`, and lines of words as `# words`.
fn masked(line: &str) -> String {
    let words: Vec<_> = line.split_whitespace().collect();
    let numbered = words
        .first()
        .is_some_and(|first| first.starts_with(|c: char| c.is_ascii_digit()) && first.contains('-'));
    if numbered && words.len() == 9 {
        return format!("       {} # words", words[0]);
    }
    if let ["check:", _] = words[..] {
        return "       check: # word".into();
    }
    let (mut out, mut run) = (String::new(), String::new());
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            run.push(c);
            continue;
        }
        // Serial numbers are drawn at random, and so are lengths.
        let length = c == ' ' && out.ends_with('[');
        out += if run.len() >= 8 || length { "#" } else { &run };
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}
