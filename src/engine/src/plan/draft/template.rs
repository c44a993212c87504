//! Templates: plans with holes. What a person reads in them is TOML; this file is all that they are more than that.
//!
//! - `@word@` in a line is filled in.
//! - `{name}` is what a `#@ for` around it says, or what was given with `--set name=...`.
//! - `#@ for name in list`, `#@ if condition` and `#@ if not condition` hold up to their `#@ end`; an if has `#@ else`.
//! - `#@ script name` stands for that script's template, without its kind and description.
//! - Lines that begin with `##` speak of the template, and are not in the plan.

#[cfg(test)]
mod tests;

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
