//! Drafting: a ceremony script's template, with what stands between at-signs filled in.

use std::path::PathBuf;

use clap::Args;
use record::screen::Shown;
use record::{Digest, Time, cbor, digest, text};

use crate::cli::time;
use crate::console::Console;
use crate::error::Error;
use crate::{files, random};

/// The scripts that this engine has: name, template, rehearsal policy.
const SCRIPTS: [(&str, &str, &str); 1] = [(
    "root-generation",
    include_str!("../../../../ceremony-scripts/root-generation/plan.toml"),
    include_str!("../../../../ceremony-scripts/root-generation/policy.toml"),
)];

/// What `plan draft` needs.
#[derive(Args)]
pub struct DraftArgs {
    /// The ceremony script: `root-generation`.
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
    files::write_new(&args.out, script(&args.script)?.2.as_bytes())?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "policy".into(),
    });
    Ok(())
}

/// Fills a script's template.
pub fn draft(args: &DraftArgs, console: &Console) -> Result<(), Error> {
    if !text::is_name(&args.event) {
        return Err(Error::Usage {
            what: format!("'{}' is not a name for an event", text::plain(&args.event, 63)),
            hint: "use lower-case letters, digits and single hyphens".into(),
        });
    }
    let mut plan = String::new();
    for (n, part) in script(&args.script)?.1.split('@').enumerate() {
        // Between at-signs stands a word to be filled in; comments have none.
        match n % 2 {
            0 => plan.push_str(part),
            _ => plan.push_str(&fill(part, args)?),
        }
    }
    files::write_new(&args.out, plan.as_bytes())?;
    console.show(&Shown::Wrote {
        path: args.out.display().to_string(),
        what: "plan, to be read and packed".into(),
    });
    Ok(())
}

fn fill(word: &str, args: &DraftArgs) -> Result<String, Error> {
    Ok(match word {
        "event" => args.event.clone(),
        "rehearsal" => args.rehearsal.to_string(),
        "opens" => args.opens.to_string(),
        "closes" => args.closes.to_string(),
        "opens+400d" => args.opens.plus(400 * 86_400).to_string(),
        "serial" => serial()?,
        _ => match word.strip_prefix("digest ") {
            Some(name) => Digest::of(&files::read(&args.inputs.join(name), cbor::BUNDLE_LIMIT)?).hex(),
            None => {
                return Err(Error::Usage {
                    what: format!("the template has the unknown word '{}'", text::plain(word, 40)),
                    hint: "correct the ceremony script".into(),
                });
            }
        },
    })
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

fn script(name: &str) -> Result<&'static (&'static str, &'static str, &'static str), Error> {
    SCRIPTS
        .iter()
        .find(|script| script.0 == name)
        .ok_or_else(|| Error::Usage {
            what: format!("there is no ceremony script '{}'", text::plain(name, 63)),
            hint: format!("there are: {}", SCRIPTS.map(|script| script.0).join(", ")),
        })
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
    fn every_template_has_its_at_signs_in_pairs() {
        for (name, plan, _) in SCRIPTS {
            assert_eq!(plan.matches('@').count() % 2, 0, "{name}");
        }
    }
}
