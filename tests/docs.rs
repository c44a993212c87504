//! The documentation names what is there: tests by their functions, files by their paths.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let mut sources = Vec::new();
    for folder in ["src", "tests"] {
        sources.extend(files(&root().join(folder), "rs").iter().map(|path| read(path)));
    }
    let model = read(&root().join("docs/threat-model.md"));
    let names: BTreeSet<&str> = model
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| is_function(name))
        .collect();
    assert!(names.len() > 80, "the threat model names {} tests", names.len());
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !sources.iter().any(|text| text.contains(&format!("fn {name}("))))
        .collect();
    assert!(missing.is_empty(), "no test is called {missing:?}");
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut pages = files(&root().join("docs"), "md");
    pages.extend(files(&root().join("ceremony-scripts"), "md"));
    pages.push(root().join("README.md"));
    let mut missing = Vec::new();
    for page in &pages {
        for link in read(page)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
        {
            let outside = link.contains("://") || link.is_empty();
            if !outside && !page.parent().expect("a folder").join(link).exists() {
                missing.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whoever has a script on paper has no links: it must say which other page is printed with it, and answer what people ask.
#[test]
fn every_script_names_the_page_for_everybody_and_answers_questions() {
    let scripts: Vec<PathBuf> = files(&root().join("ceremony-scripts"), "md")
        .into_iter()
        .filter(|path| path.ends_with("script.md"))
        .collect();
    assert_eq!(scripts.len(), 15);
    for script in scripts {
        let words = read(&script).split_whitespace().collect::<Vec<_>>().join(" ");
        for needed in [
            "(../README.md#for-everybody-in-the-room), `ceremony-scripts/README.md`, is printed with it",
            "## Questions that people ask",
            "**Until when is nothing done?**",
        ] {
            assert!(words.contains(needed), "{}: {needed}", script.display());
        }
    }
    assert!(read(&root().join("ceremony-scripts/README.md")).contains("\n## For everybody in the room\n"));
}

/// A test's name: a function of three words or more.
fn is_function(name: &str) -> bool {
    name.matches('_').count() >= 2
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            found.extend(files(&entry, ending));
        } else if entry.extension().is_some_and(|found| found == ending) {
            found.push(entry);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
