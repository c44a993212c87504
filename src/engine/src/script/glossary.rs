//! The words that are on the paper and in no ordinary dictionary, for whoever was asked to come and is no expert.

use super::html::Html;

/// The words, each in a sentence.
pub fn glossary() -> Html {
    let rows: Vec<Vec<String>> = WORDS
        .iter()
        .map(|(word, means)| vec![(*word).to_owned(), (*means).to_owned()])
        .collect();
    let mut html = Html::default();
    html.table("words-explained", &["word", "what it is"], &rows);
    html
}

const WORDS: &[(&str, &str)] = &[
    (
        "HSM, cluster",
        "machines of AWS that hold keys and do not give them out; the cluster is all of them together",
    ),
    (
        "console",
        "the machine in the room that speaks to the HSM; the operator types at it",
    ),
    (
        "image",
        "what the console runs; without an image of its own it is the program `ceremony` itself",
    ),
    (
        "root, delegate",
        "the key on which all trust rests; a key for which the root vouches, for one purpose",
    ),
    (
        "certificate",
        "a signed statement: this key may be used for this, until then",
    ),
    (
        "revocation list",
        "a signed list of certificates that are not to be trusted any more; each has a number and an end",
    ),
    (
        "quorum",
        "so many members must approve before the HSM uses a guarded key once",
    ),
    (
        "token",
        "the HSM's permission for one use of a key, which members approve; it lives ten minutes",
    ),
    (
        "digest",
        "a fingerprint of a file, 64 digits or 32 words; another file has another. The check word, the 33rd, follows from the \
         32: a word that was misheard does not fit it",
    ),
    (
        "plan",
        "the one file that says everything that will be done; its digest is read aloud",
    ),
    (
        "roster, policy",
        "who the members are, with their public keys; what the root may sign, and how many must agree",
    ),
    (
        "journal, record",
        "what the console writes down at each step; what is published of it, signed by the members",
    ),
    (
        "store, log",
        "what everybody can fetch and check; the list in it from which nothing can be taken away unseen",
    ),
    (
        "lint",
        "a rule that certificates must follow. One that is set aside stands in the policy, with owner, reason and end",
    ),
];
