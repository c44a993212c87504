//! What people say when the engine asks them: at the keyboard, or from the event's table.

use crate::error::Error;
use crate::rehearsal::Rehearsal;

/// One answer. Alone, a rehearsal says what its table has, signs again after a lost answer, or takes the first answer that
/// there is.
pub fn decide(rehearsal: &Rehearsal, question: &str, answers: &[String]) -> Result<String, Error> {
    if rehearsal.screen.is_interactive() {
        return rehearsal.screen.ask(&match answers {
            [] => "Type one line.".to_owned(),
            _ => format!("Type one of: {}", answers.join(", ")),
        });
    }
    let answer = match rehearsal.event.needs.says(question) {
        Some(says) => says.to_owned(),
        None => unasked(answers),
    };
    rehearsal.screen.say(format!("The members decide: {answer}."));
    Ok(answer)
}

/// What is said to a question that the table does not have.
fn unasked(answers: &[String]) -> String {
    let again = answers.iter().find(|answer| *answer == "sign again");
    let first = again.or(answers.first()).cloned();
    first.unwrap_or_else(|| "rehearsed, without a finding".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_the_table_does_not_have_gets_its_first_answer() {
        let answers = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(unasked(&answers(&["stop", "sign again"])), "sign again");
        assert_eq!(unasked(&answers(&["yes", "no"])), "yes");
        assert!(!unasked(&[]).is_empty(), "free text is never empty");
    }
}
