//! Drafting: a ceremony script's template, with its holes filled from the call and from the inputs that are there.

mod certificates;
mod hints;
mod known;
mod lists;
mod moments;
mod scripts;
mod set;
mod template;
mod words;

use std::path::PathBuf;

use clap::Args;
use record::plan::Kind;
use record::screen::Shown;
use record::{Time, digest, text};

use crate::cli::time;
use crate::console::Console;
use crate::error::Error;
use crate::{files, random};
use known::Known;

pub use hints::{advised, missing};
pub use known::Call;
#[cfg(test)]
pub use scripts::policy as first_policy;

/// What `plan draft` needs.
#[derive(Args)]
pub struct DraftArgs {
    /// The ceremony script: `root-generation`, `crl-refresh`, or another of `ceremony-scripts/`.
    script: String,
    /// The event's name.
    #[arg(long)]
    event: String,
    /// When the event may begin.
    #[arg(long, value_parser = time)]
    opens: Time,
    /// When it must have ended.
    #[arg(long, value_parser = time)]
    closes: Time,
    /// The folder with the inputs.
    #[arg(long)]
    inputs: PathBuf,
    /// The plan to be written.
    #[arg(long)]
    out: PathBuf,
    /// Mark the plan as a rehearsal's.
    #[arg(long)]
    rehearsal: bool,
    /// What only the drafter knows: `delegate=bors`. The script says what it wants.
    #[arg(long, value_name = "WORD=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
}

/// What `plan policy` needs.
#[derive(Args)]
pub struct PolicyArgs {
    /// The ceremony script: `root-generation`.
    script: String,
    /// The policy to be written.
    #[arg(long)]
    out: PathBuf,
}

/// Writes a script's rehearsal policy.
pub fn policy(args: &PolicyArgs, console: &Console) -> Result<(), Error> {
    files::write_new(&args.out, scripts::policy(scripts::kind(&args.script)?)?.as_bytes())?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "policy".into(),
    });
    Ok(())
}

/// Fills a script's template.
pub fn draft(args: &DraftArgs, console: &Console) -> Result<(), Error> {
    let kind = scripts::kind(&args.script)?;
    check(args, kind)?;
    let plan = drafted(&Call {
        kind,
        event: &args.event,
        rehearsal: args.rehearsal,
        opens: args.opens,
        closes: args.closes,
        folder: &args.inputs,
        set: &args.set,
    })?;
    files::write_new(&args.out, plan.as_bytes())?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "plan, to be read and packed".into(),
    });
    Ok(())
}

/// A plan's text: the template of a kind, filled with what the call says and the inputs' folder has.
pub fn drafted(call: &Call) -> Result<String, Error> {
    let known = Known::read(call)?;
    let plan = template::filled(scripts::template(call.kind), &known)?;
    known.check_all_used()?;
    Ok(plan)
}

/// What can be said of the call alone.
fn check(args: &DraftArgs, kind: Kind) -> Result<(), Error> {
    let usage = |what: String, hint: &str| {
        let hint = hint.to_owned();
        Err(Error::Usage { what, hint })
    };
    if !text::is_name(&args.event) {
        return usage(
            format!("'{}' is not a name for an event", text::plain(&args.event, 63)),
            "use lower-case letters, digits and single hyphens",
        );
    }
    if args.opens >= args.closes {
        return usage(
            format!("the event closes at {}, before it opens at {}", args.closes, args.opens),
            "say when it may begin with --opens, and when it must have ended with --closes",
        );
    }
    if kind == Kind::Drill && !args.rehearsal {
        return usage(
            "a drill is always a rehearsal".into(),
            "say --rehearsal, with the inputs of a rehearsal's PKI",
        );
    }
    Ok(())
}

/// Reads `word=value`. A value stands in the plan's TOML between quotation marks.
fn setting(text: &str) -> Result<(String, String), String> {
    let (word, value) = text.split_once('=').ok_or("say it as WORD=VALUE")?;
    let good = text::is_sentence(value) && !value.contains(['"', '\\']);
    match text::is_name(word) && good {
        true => Ok((word.to_owned(), value.to_owned())),
        false => Err(
            "a word has lower-case letters and hyphens; a value 1 to 300 printable characters without \" and \\".into(),
        ),
    }
}

/// 16 octets, positive and never beginning with a zero octet: 126 random bits or more, well above the 64 that the
/// design asks for.
fn serial() -> Result<String, Error> {
    loop {
        let mut octets = random::octets::<16>()?;
        octets[0] &= 0x7f;
        if octets[0] != 0 {
            return Ok(digest::hex(&octets));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_positive_and_differ() {
        let (one, two) = (serial().expect("random"), serial().expect("random"));
        assert_ne!(one, two);
        for serial in [one, two] {
            let octets = digest::unhex(&serial).expect("hex");
            assert_eq!(octets.len(), 16);
            assert!((1..0x80).contains(&octets[0]));
        }
    }

    #[test]
    fn every_kind_has_a_template_that_says_it() {
        for kind in Kind::ALL {
            let template = scripts::template(*kind);
            assert!(template.contains(&format!("\nkind = \"{kind}\"\n")), "{kind}");
            // What a template wants to be set, it explains; and what it explains, it wants.
            let named = |name: &str| {
                let signs = [
                    format!("{{{name}}}"),
                    format!("@set {name}"),
                    format!("if set {name}"),
                    format!("{{{name}-"),
                ];
                signs.iter().any(|sign| template.contains(sign))
            };
            for setting in template::settings(template) {
                let by_word = ["rule", "uri", "owner"].contains(&setting.name);
                assert!(named(setting.name) || by_word, "{kind}: {}", setting.name);
            }
        }
    }

    #[test]
    fn a_setting_is_a_word_and_a_value_that_toml_takes_as_it_is() {
        assert_eq!(setting("a-b=c=d"), Ok(("a-b".into(), "c=d".into())));
        for bad in ["a", "a=", "A=b", "a=\"", "a=b\\", "a=\u{e9}"] {
            assert!(setting(bad).is_err(), "{bad}");
        }
    }
}
