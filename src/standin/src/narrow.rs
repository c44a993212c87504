//! Texts within a terminal's 80 columns: long lines go on beneath, indented as what they explain.

/// Breaks lines that are too wide at their spaces. What has none is left as it is.
pub fn narrow(text: &str) -> String {
    let mut narrowed = String::with_capacity(text.len());
    for line in text.lines() {
        break_up(line, &mut narrowed);
    }
    narrowed
}

fn break_up(line: &str, narrowed: &mut String) {
    let indent = indent(line);
    let mut width = 0;
    // The line's own beginning, whatever spaces are in it, stays.
    let (head, rest) = line.split_at(line.len().min(indent));
    narrowed.push_str(head);
    for word in rest.split_inclusive(' ') {
        let letters = word.trim_end().chars().count();
        if width > 0 && indent + width + letters > COLUMNS {
            narrowed.truncate(narrowed.trim_end().len());
            narrowed.push('\n');
            narrowed.extend(std::iter::repeat_n(' ', indent));
            width = 0;
        }
        narrowed.push_str(word);
        width += word.chars().count();
    }
    narrowed.truncate(narrowed.trim_end_matches(' ').len());
    narrowed.push('\n');
}

/// Where the explanation begins: after the last two spaces side by side in the line's beginning; a usage goes on after
/// its first word.
fn indent(line: &str) -> usize {
    if line.starts_with("Usage: ") {
        return "Usage: ".len();
    }
    let begun = line.len() - line.trim_start().len();
    let explained = line[begun..].find("  ").map(|gap| {
        let gap = begun + gap;
        gap + line[gap..].len() - line[gap..].trim_start().len()
    });
    let bullet = line[begun..]
        .strip_prefix("- ")
        .and_then(|rest| Some(begun + 2 + rest.find(": ")? + 2));
    explained
        .or(bullet)
        .filter(|column| *column < FARTHEST && line.is_char_boundary(*column))
        .unwrap_or(begun)
}

const COLUMNS: usize = 80;
/// An explanation that begins further on the right has no room.
const FARTHEST: usize = 56;

#[cfg(test)]
mod tests {
    use super::narrow;

    #[test]
    fn an_explanation_goes_on_beneath_its_beginning() {
        let line = format!("  --name <NAME>  {}", "word ".repeat(20).trim_end());
        let narrowed = narrow(&line);
        let lines: Vec<_> = narrowed.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].chars().count() <= 80 && lines[0].starts_with("  --name <NAME>  word"));
        assert!(lines[1].starts_with("                 word"), "{}", lines[1]);
        assert_eq!(narrowed.split_whitespace().count(), 22);
    }

    #[test]
    fn what_fits_and_what_has_no_space_stays() {
        let long = "x".repeat(100);
        let text = format!("Usage: short\n\n  a  b\n{long}\n");
        assert_eq!(narrow(&text), text);
    }
}
