//! Tests of the word list and of what its checksum notices.

use std::collections::HashSet;

use super::*;

fn digests() -> Vec<[u8; 32]> {
    let mixed = std::array::from_fn(|i| (i * 89 + 7) as u8);
    let doubled = std::array::from_fn(|i| (i / 2 * 37) as u8);
    vec![[0; 32], [255; 32], mixed, doubled]
}

fn join(words: &[&str]) -> String {
    words.join(" ")
}

#[test]
fn the_list_has_257_words_in_order_each_once() {
    assert_eq!(LIST.len(), 257);
    assert!(LIST.is_sorted_by(|a, b| a < b));
    assert!(include_str!("../wordlist.txt").ends_with('\n'));
}

#[test]
fn every_word_has_three_to_seven_lower_case_letters() {
    for word in LIST.iter() {
        assert!(
            (3..=7).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()),
            "{word}"
        );
    }
}

#[test]
fn no_two_words_share_their_first_four_letters_or_begin_each_other() {
    let starts: HashSet<&str> = LIST.iter().map(|word| &word[..word.len().min(4)]).collect();
    assert_eq!(starts.len(), 257);
    for pair in LIST.windows(2) {
        assert!(!pair[1].starts_with(pair[0]), "{pair:?}");
    }
}

/// Levenshtein's distance: two letters misheard or mistyped do not give another word of the list.
#[test]
fn any_two_words_differ_in_at_least_three_letters() {
    for (i, a) in LIST.iter().enumerate() {
        for b in &LIST[..i] {
            assert!(distance(a, b) >= 3, "{a} {b}");
        }
    }
}

fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let best = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}

#[test]
fn words_and_lines_are_read_back() {
    for digest in digests() {
        assert_eq!(from_words(&join(&to_words(&digest))), Ok(digest));
        assert_eq!(from_words(&lines(&digest).join("\n")), Ok(digest));
        let shouted = to_words(&digest).join(",\r\n").to_uppercase();
        assert_eq!(from_words(&shouted), Ok(digest));
    }
}

/// Worked by hand: 1*1 + 2*2 + 3*3 = 14.
#[test]
fn the_checksum_weighs_each_byte_by_its_position() {
    let mut digest = [0; 32];
    digest[..3].copy_from_slice(&[1, 2, 3]);
    let words = to_words(&digest);
    assert_eq!(words[..4], [LIST[1], LIST[2], LIST[3], LIST[0]]);
    assert_eq!(words[32], LIST[14]);
}

#[test]
fn every_single_wrong_word_is_noticed() {
    for digest in digests() {
        let right = to_words(&digest);
        for position in 0..33 {
            for other in LIST.iter().filter(|other| **other != right[position]) {
                let mut words = right;
                words[position] = other;
                assert!(from_words(&join(&words)).is_err(), "{other} at {position}");
            }
        }
    }
}

#[test]
fn every_two_words_that_changed_places_are_noticed() {
    for digest in digests() {
        let right = to_words(&digest);
        for (i, j) in (0..33).flat_map(|j| (0..j).map(move |i| (i, j))) {
            let mut words = right;
            words.swap(i, j);
            if words != right {
                assert!(from_words(&join(&words)).is_err(), "{i} and {j}");
            }
        }
    }
}

/// Over all 257 checksums and all 256 last bytes, not only those of the digests above.
#[test]
fn the_last_word_and_a_differing_checksum_word_never_change_places_unnoticed() {
    for first in 0..=255 {
        for last in 0..=255 {
            let mut digest = [0; 32];
            (digest[0], digest[31]) = (first, last);
            let mut words = to_words(&digest);
            words.swap(31, 32);
            assert!(
                words[31] == words[32] || from_words(&join(&words)).is_err(),
                "{first} {last}"
            );
        }
    }
}

/// Whatever the other words are: the checksum is a sum, so the rest adds the same to both sides.
#[test]
fn any_wrong_byte_in_any_place_changes_the_checksum() {
    for place in 0..32 {
        for (right, wrong) in pairs() {
            let mut digest = [0; 32];
            digest[place] = right;
            let sum = checksum(&digest);
            digest[place] = wrong;
            assert_ne!(checksum(&digest), sum, "{right} and {wrong} at {place}");
        }
    }
}

#[test]
fn any_two_neighbours_that_change_places_change_the_checksum() {
    for place in 0..31 {
        for (first, second) in pairs() {
            let mut digest = [0; 32];
            (digest[place], digest[place + 1]) = (first, second);
            let sum = checksum(&digest);
            digest.swap(place, place + 1);
            assert_ne!(checksum(&digest), sum, "{first} and {second} at {place}");
        }
    }
}

/// All bytes that differ, each two once: to change places is the same from either side.
fn pairs() -> impl Iterator<Item = (u8, u8)> {
    (0..=255).flat_map(|second| (0..second).map(move |first| (first, second)))
}

#[test]
fn rows_are_numbered_and_fit_80_columns() {
    let rows = lines(&[0; 32]);
    assert_eq!(rows.len(), 5);
    assert!(rows[0].starts_with(" 1-8   airport "), "{}", rows[0]);
    assert!(rows[3].starts_with("25-32  airport "), "{}", rows[3]);
    assert_eq!(rows[4], "check: airport");
    for digest in digests() {
        assert!(lines(&digest).iter().all(|row| row.len() <= 80));
    }
}

#[test]
fn errors_name_the_word_and_its_place() {
    let mut words = to_words(&[9; 32]);
    words[4] = "bastion";
    assert_eq!(message(&words), "word 5, 'bastion', is not in the word list");
    words[4] = "zoo";
    assert_eq!(message(&words), "word 5, 'zoo', can only be a checksum word");
    words[4] = "airport";
    let wrong = format!(
        "the checksum word '{}' does not fit: a word was misread or words changed places",
        words[32]
    );
    assert_eq!(message(&words), wrong);
    assert_eq!(
        message(&words[..32]),
        "32 words given, a digest has 32 and a checksum word"
    );
    assert_eq!(message(&[]), "0 words given, a digest has 32 and a checksum word");
}

#[test]
fn hostile_text_is_made_plain_and_bounded() {
    let mut words = to_words(&[9; 32]);
    words[0] = "\u{1b}[31mbanana-split-with-cherries";
    assert_eq!(
        message(&words),
        "word 1, '\\u{1b}[31mbanana-spl', is not in the word list"
    );
    assert_eq!(
        from_words(&"zoo ".repeat(400)),
        Err(WordsError::TooLong { bytes: 1600 })
    );
}

fn message(words: &[&str]) -> String {
    from_words(&join(words)).unwrap_err().to_string()
}
