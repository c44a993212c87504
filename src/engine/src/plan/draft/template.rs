//! Templates: plans with holes. What a person reads in them is TOML; this file is all that they are more than that.
//!
//! - `@word@` in a line is filled in.
//! - `{name}` is what a `#@ for` around it says, or what was given with `--set name=...`.
//! - `#@ for name in list`, `#@ if condition` and `#@ if not condition` hold up to their `#@ end`; an if has `#@ else`.
//! - `#@ script name` stands for that script's template, without its kind and description.
//! - Lines that begin with `##` speak of the template, and are not in the plan.

use std::collections::BTreeMap;

/// What fills the holes.
pub trait Words {
    /// Why a hole cannot be filled.
    type Error;
    /// What stands for `@word@`.
    fn word(&self, word: &str) -> Result<String, Self::Error>;
    /// What `#@ for` goes through.
    fn list(&self, list: &str) -> Result<Vec<String>, Self::Error>;
    /// Whether `#@ if` holds.
    fn holds(&self, condition: &str) -> Result<bool, Self::Error>;
    /// What stands for `{name}` outside of a loop of that name.
    fn named(&self, name: &str) -> Result<String, Self::Error>;
    /// Another script's template.
    fn script(&self, name: &str) -> Result<String, Self::Error>;
    /// A template that cannot be read: a fault of ours.
    fn bad(&self, what: String) -> Self::Error;
}

/// The template, filled.
pub fn filled<W: Words>(template: &str, words: &W) -> Result<String, W::Error> {
    let mut lines = Vec::new();
    let mut rest = template.lines();
    let blocks = blocks(&mut rest, None).map_err(|what| words.bad(what))?.0;
    Scope {
        words,
        names: BTreeMap::new(),
    }
    .all(&blocks, &mut lines)?;
    let mut out = String::new();
    for line in lines {
        // Where something was left out, one blank line is enough.
        let double = line.is_empty() && (out.is_empty() || out.ends_with("\n\n"));
        if !double {
            out += &line;
            out.push('\n');
        }
    }
    Ok(out.trim_end().to_owned() + "\n")
}

/// What a template says of a name that `--set` gives: `## set name (one, other): what it is`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The name.
    pub name: &'a str,
    /// The values that there are; none, if any will do.
    pub choices: Vec<&'a str>,
    /// What it is.
    pub about: &'a str,
}

/// The names that a template takes from `--set`.
pub fn settings(template: &str) -> impl Iterator<Item = Setting<'_>> {
    let said = template.lines().filter_map(|line| line.strip_prefix("## set "));
    said.filter_map(|line| line.split_once(": ")).map(|(name, about)| {
        let (name, choices) = name.split_once(" (").unwrap_or((name, ""));
        let choices = choices.trim_end_matches(')').split(", ").filter(|one| !one.is_empty());
        Setting {
            name,
            choices: choices.collect(),
            about,
        }
    })
}

enum Block<'a> {
    Line(&'a str),
    For(&'a str, &'a str, Vec<Block<'a>>),
    If(bool, &'a str, Vec<Block<'a>>, Vec<Block<'a>>),
    Script(&'a str),
}

/// The blocks up to the end of this one, and the word that ended it.
fn blocks<'a>(
    lines: &mut std::str::Lines<'a>,
    within: Option<&str>,
) -> Result<(Vec<Block<'a>>, Option<&'a str>), String> {
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(order) = line.strip_prefix("#@ ").map(str::trim) else {
            if !line.starts_with("##") {
                found.push(Block::Line(line));
            }
            continue;
        };
        let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
        found.push(match verb {
            "for" => {
                let (name, list) = rest.split_once(" in ").ok_or_else(|| format!("'{line}' has no 'in'"))?;
                Block::For(name, list, blocks(lines, Some("for"))?.0)
            }
            "if" => {
                let (wanted, condition) = match rest.strip_prefix("not ") {
                    Some(condition) => (false, condition),
                    None => (true, rest),
                };
                let (then, ended) = blocks(lines, Some("if"))?;
                let other = match ended {
                    Some("else") => blocks(lines, Some("else"))?.0,
                    _ => Vec::new(),
                };
                Block::If(wanted, condition, then, other)
            }
            "script" => Block::Script(rest),
            "end" if within.is_some() => return Ok((found, Some(verb))),
            "else" if within == Some("if") => return Ok((found, Some(verb))),
            _ => return Err(format!("'{line}' has no place here")),
        });
    }
    match within {
        None => Ok((found, None)),
        Some(verb) => Err(format!("a '#@ {verb}' has no '#@ end'")),
    }
}

struct Scope<'a, W> {
    words: &'a W,
    names: BTreeMap<String, String>,
}

impl<W: Words> Scope<'_, W> {
    fn all(&self, blocks: &[Block<'_>], out: &mut Vec<String>) -> Result<(), W::Error> {
        blocks.iter().try_for_each(|block| self.one(block, out))
    }

    fn one(&self, block: &Block<'_>, out: &mut Vec<String>) -> Result<(), W::Error> {
        match block {
            // Comments are for people, whatever signs are in them.
            Block::Line(line) if line.starts_with('#') => out.push((*line).to_owned()),
            Block::Line(line) => out.push(self.line(line)?),
            Block::For(name, list, body) => {
                for value in self.words.list(&self.named(list)?)? {
                    let mut names = self.names.clone();
                    names.insert((*name).to_owned(), value);
                    let inner = Scope {
                        words: self.words,
                        names,
                    };
                    inner.all(body, out)?;
                }
            }
            Block::If(wanted, condition, then, other) => {
                let holds = self.words.holds(&self.named(condition)?)?;
                self.all(if holds == *wanted { then } else { other }, out)?;
            }
            Block::Script(name) => {
                let script = self.words.script(&self.named(name)?)?;
                let own = ["version =", "kind =", "description ="];
                let kept: Vec<&str> = script
                    .lines()
                    .filter(|line| !own.iter().any(|own| line.starts_with(own)))
                    .collect();
                let text = kept.join("\n");
                let blocks = blocks_of(&text).map_err(|what| self.words.bad(what))?;
                self.all(&blocks, out)?;
            }
        }
        Ok(())
    }

    /// A line with its words filled in. What fills a hole is not looked into again.
    fn line(&self, line: &str) -> Result<String, W::Error> {
        let parts: Vec<&str> = line.split('@').collect();
        if parts.len().is_multiple_of(2) {
            return Err(self.words.bad(format!("the at-signs in '{line}' are no pairs")));
        }
        let mut out = String::new();
        for (n, part) in parts.into_iter().enumerate() {
            let part = self.named(part)?;
            match n % 2 {
                0 => out += &part,
                _ => out += &self.words.word(&part)?,
            }
        }
        Ok(out)
    }

    /// The text with each `{name}` filled in.
    fn named(&self, text: &str) -> Result<String, W::Error> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out += before;
            let name = after.split_once('}').filter(|(name, _)| is_word(name));
            match name {
                Some((name, behind)) => {
                    out += &match self.names.get(name) {
                        Some(value) => value.clone(),
                        None => self.words.named(name)?,
                    };
                    rest = behind;
                }
                // TOML has such brackets, too, with blanks.
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        Ok(out + rest)
    }
}

fn blocks_of(text: &str) -> Result<Vec<Block<'_>>, String> {
    Ok(blocks(&mut text.lines(), None)?.0)
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

#[cfg(test)]
mod tests {
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
}
