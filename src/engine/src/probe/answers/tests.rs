//! The file of answers is there from the beginning, and is TOML whatever was said.

use super::*;

#[test]
fn a_probe_that_is_stopped_leaves_a_file_that_says_so() {
    let path = std::env::temp_dir().join(format!("ceremony-answers-{}.toml", std::process::id()));
    let facts = Facts {
        client: String::new(),
        hsms: Vec::new(),
        new: true,
    };
    let mut answers = Answers::begin(&path, Time(0), facts, Vec::new()).expect("begun");
    let left = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("the file");
        toml::from_str::<toml::Table>(&text).expect("TOML")["left-on-the-cluster"].clone()
    };
    let first = left(&path);
    answers.left = Vec::new();
    let saved = answers.save();
    let last = left(&path);
    std::fs::remove_file(&path).expect("removed");
    saved.expect("saved");
    let first = first[0].as_str().expect("a sentence");
    assert!(first.starts_with("the probe did not come to cleaning up"), "{first}");
    assert_eq!(last.as_array().map(Vec::len), Some(0));
}

#[test]
fn whatever_the_hsm_says_the_file_is_toml() {
    let question = crate::questions::all().remove(0);
    let name = question.name.clone();
    let mut answers = Answers {
        path: PathBuf::new(),
        date: Time(0),
        facts: Facts {
            client: "a \"client\" \\ with\u{7}".into(),
            hsms: vec![serde_json::json!({"model\n[answers]": "x\ny = 1", "n": 1})],
            new: true,
        },
        rows: vec![Row {
            question,
            found: Found::Unanswered("no\n[answers]".into()),
            evidence: vec!["\"\\\n]".into()],
        }],
        left: vec!["user \"x\"".into()],
    };
    let read = |answers: &Answers| toml::from_str::<toml::Table>(&answers.toml()).expect("TOML");
    let table = read(&answers);
    assert!(table["answers"].as_table().expect("a table").is_empty());
    assert_eq!(table["unanswered"][&name].as_str(), Some("no\n[answers]"));
    answers.take(&name, Verdict::Is("never"), Vec::new());
    assert!(
        read(&answers)["unanswered"][&name]
            .as_str()
            .expect("a reason")
            .contains("none of the answers")
    );
    let value: &'static str = Box::leak(answers.rows[0].question.assumed().to_owned().into_boxed_str());
    answers.take(&name, Verdict::Is(value), Vec::new());
    assert_eq!(read(&answers)["answers"][&name].as_str(), Some(value));
}
