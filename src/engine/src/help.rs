//! Help at 80 columns. Clap folds nothing without a further dependency, so texts are folded before it gets them.

use clap::{Arg, Command};
use record::screen::fold;

/// The same command with the texts of all its verbs folded.
pub fn folded(command: Command) -> Command {
    // Usages are known of a command that is built; but one that is built is not to be changed.
    let mut built = command.clone();
    built.build();
    fold_verb(command.next_line_help(true), &built)
}

fn fold_verb(mut command: Command, built: &Command) -> Command {
    command = command.override_usage(usage(built)).mut_args(fold_argument);
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(text(&about));
    }
    if let Some(about) = command.get_long_about().map(ToString::to_string) {
        command = command.long_about(paragraphs(&about));
    }
    command.mut_subcommands(|verb| match built.find_subcommand(verb.get_name()) {
        Some(built) => fold_verb(verb, built),
        None => verb,
    })
}

fn fold_argument(mut argument: Arg) -> Arg {
    let values: Vec<_> = argument.get_default_values().iter().collect();
    let default = match (values.as_slice(), argument.get_action().takes_values()) {
        ([value], true) => format!(" [default:{GLUE}{}]", value.to_string_lossy()),
        _ => String::new(),
    };
    if let Some(help) = argument.get_help().map(ToString::to_string) {
        argument = argument.help(text(&(help + &default)));
    }
    if let Some(help) = argument.get_long_help().map(ToString::to_string) {
        argument = argument.long_help(paragraphs(&(help + &default)));
    }
    match default.is_empty() {
        true => argument,
        false => argument.hide_default_value(true),
    }
}

/// `--option <VALUE>` stays on one line.
fn usage(built: &Command) -> String {
    let usage = built.clone().render_usage().to_string();
    let usage = usage.replace(" <", &format!("{GLUE}<"));
    let lines = fold(usage.trim_start_matches("Usage: "), BESIDE_USAGE, BESIDE_USAGE);
    lines.join("\n").trim_start().replace(GLUE, " ")
}

fn paragraphs(long: &str) -> String {
    long.split("\n\n").map(text).collect::<Vec<_>>().join("\n\n")
}

fn text(text: &str) -> String {
    let lines = fold(text, MARGIN, MARGIN);
    let lines: Vec<_> = lines.iter().map(|line| line.trim_start()).collect();
    lines.join("\n").replace(GLUE, " ")
}

/// A space at which no line ends.
const GLUE: char = '\u{1}';
/// Where clap puts a text that stands below its option.
const MARGIN: &str = "          ";
const BESIDE_USAGE: &str = "       ";
