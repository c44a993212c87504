//! Help texts at 80 columns: clap folds nothing without a further dependency.

use super::fold;

/// The help with no line wider than a terminal, if its words allow it. What explains an option goes on beneath where it
/// begins; an option in a usage stays on one line with its value.
#[must_use]
pub fn narrow(help: &str) -> String {
    help.lines().flat_map(narrowed).map(|line| line + "\n").collect()
}

fn narrowed(line: &str) -> Vec<String> {
    if line.chars().count() <= COLUMNS {
        return vec![line.to_owned()];
    }
    let (head, rest) = line.split_at(explained(line));
    let rest = match head == USAGE {
        true => rest.replace(" <", &format!("{GLUE}<")),
        false => rest.to_owned(),
    };
    // Its first word stands right behind what it begins with.
    let begin: String = head.chars().map(|_| ' ').collect();
    let lines = fold(&rest, &begin, &begin);
    let mut lines: Vec<String> = lines.iter().map(|line| line.replace(GLUE, " ")).collect();
    lines[0].replace_range(..begin.len(), head);
    lines
}

/// Where the words begin that say what stands before them.
fn explained(line: &str) -> usize {
    if line.starts_with(USAGE) {
        return USAGE.len();
    }
    let begun = line.len() - line.trim_start().len();
    let gap = line[begun..].find("  ").map(|gap| begun + gap);
    gap.map_or(begun, |gap| line.len() - line[gap..].trim_start().len())
}

const COLUMNS: usize = 80;
const USAGE: &str = "Usage: ";
/// A space at which no line ends.
const GLUE: char = '\u{1}';

#[cfg(test)]
mod tests {
    use super::narrow;

    #[test]
    fn what_explains_an_option_goes_on_beneath_its_beginning() {
        let long = format!("  --name <NAME>  {}", "word ".repeat(20).trim_end());
        let shown = narrow(&format!("Options:\n{long}\n"));
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines.len(), 3, "{shown}");
        assert!(lines[1].starts_with("  --name <NAME>  word") && lines[1].chars().count() <= 80);
        assert!(lines[2].starts_with("                 word"), "{shown}");
        assert_eq!(shown.split_whitespace().count(), 23);
    }

    #[test]
    fn an_option_of_a_usage_keeps_its_value() {
        let usage = format!("Usage: x append{}\n", " --option <FILE>".repeat(9));
        let shown = narrow(&usage);
        for line in shown.lines() {
            assert!(
                line.chars().count() <= 80 && line.ends_with("--option <FILE>"),
                "{shown}"
            );
        }
        assert!(
            shown.lines().skip(1).all(|line| line.starts_with("       --option")),
            "{shown}"
        );
    }

    #[test]
    fn a_sentence_goes_on_where_it_began() {
        let shown = narrow(&"word ".repeat(30));
        assert!(shown.lines().count() == 2 && shown.lines().all(|line| line.starts_with("word")));
        assert_eq!(narrow("a  b\n\nc"), "a  b\n\nc\n");
    }
}
