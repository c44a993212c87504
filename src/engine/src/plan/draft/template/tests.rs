//! Each construct of templates, and what is none.

use super::*;

/// Words that say themselves.
struct Plain;

impl Words for Plain {
    type Error = String;
    fn word(&self, word: &str) -> Result<String, String> {
        match word {
            "unknown" => Err("no such word".into()),
            word => Ok(format!("<{word}>")),
        }
    }
    fn list(&self, list: &str) -> Result<Vec<String>, String> {
        Ok(list
            .split(',')
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect())
    }
    fn holds(&self, condition: &str) -> Result<bool, String> {
        Ok(condition == "yes")
    }
    fn named(&self, name: &str) -> Result<String, String> {
        Ok(name.to_uppercase())
    }
    fn script(&self, name: &str) -> Result<String, String> {
        Ok(format!(
            "kind = \"{name}\"\nversion = 1\ndescription = \"other\"\nrest = @word@\n"
        ))
    }
    fn bad(&self, what: String) -> String {
        what
    }
}

fn text(template: &str) -> String {
    filled(template, &Plain).expect("filled")
}

#[test]
fn fills_words_and_names_and_leaves_toml_and_comments_alone() {
    assert_eq!(
        text("a = \"@one {x}@\" # @two@\n# no @ here {x}\nb = { made = \"{x}-@n@\" }\n"),
        "a = \"<one X>\" # <two>\n# no @ here {x}\nb = { made = \"X-<n>\" }\n"
    );
}

#[test]
fn repeats_a_block_once_for_each_of_a_list() {
    let template = "## of the template\nbegin\n\n#@ for x in a,b\n{x} @w {x}@\n\n#@ end\nend\n";
    assert_eq!(text(template), "begin\n\na <w a>\n\nb <w b>\n\nend\n");
    let nested = "#@ for x in a,b\n#@ for y in {x}1,{x}2\n{x}{y}\n#@ end\n#@ end\n";
    assert_eq!(text(nested), "aa1\naa2\nbb1\nbb2\n");
}

#[test]
fn keeps_or_leaves_out_a_block_by_its_condition() {
    for (condition, expected) in [
        ("yes", "then\n"),
        ("no", "other\n"),
        ("not yes", "other\n"),
        ("not no", "then\n"),
    ] {
        let template = format!("#@ if {condition}\nthen\n#@ else\nother\n#@ end\n");
        assert_eq!(text(&template), expected, "{condition}");
    }
    assert_eq!(text("a\n#@ if no\nb\n#@ end\nc\n"), "a\nc\n");
}

#[test]
fn a_script_in_a_script_loses_kind_version_and_description() {
    assert_eq!(
        text("kind = \"drill\"\n#@ script crl\n"),
        "kind = \"drill\"\nrest = <word>\n"
    );
}

#[test]
fn refuses_what_is_no_template() {
    for (template, expected) in [
        ("a @b\n", "the at-signs in 'a @b' are no pairs"),
        ("#@ for x\n#@ end\n", "'#@ for x' has no 'in'"),
        ("#@ if yes\n", "a '#@ if' has no '#@ end'"),
        ("#@ end\n", "'#@ end' has no place here"),
        ("#@ for x in a\n#@ else\n#@ end\n", "'#@ else' has no place here"),
        ("#@ do this\n", "'#@ do this' has no place here"),
        ("@unknown@\n", "no such word"),
    ] {
        assert_eq!(filled(template, &Plain), Err(expected.to_owned()), "{template}");
    }
}

#[test]
fn tells_the_words_that_are_to_be_set() {
    let template = "## set delegate: its name\n## set work (a, b): what is done\n## more\nx = \"{delegate}\"\n";
    let setting = |name, choices, about| Setting { name, choices, about };
    let all: Vec<_> = settings(template).collect();
    let expected = [
        setting("delegate", vec![], "its name"),
        setting("work", vec!["a", "b"], "what is done"),
    ];
    assert_eq!(all, expected);
}
