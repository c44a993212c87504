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
        None => unasked(answers, rehearsal.event.initialises()),
    };
    rehearsal.screen.say(format!("The members decide: {answer}."));
    Ok(answer)
}

/// What is said to a question that the table does not have. A cluster that is thrown away is not asked how it is.
fn unasked(answers: &[String], thrown_away: bool) -> String {
    let wanted = |answer: &&String| *answer == "sign again" || thrown_away && *answer == "leave the HSM alone";
    let first = answers.iter().find(wanted).or(answers.first()).cloned();
    first.unwrap_or_else(|| "rehearsed, without a finding".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_the_table_does_not_have_gets_its_first_answer() {
        let answers = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(unasked(&answers(&["stop", "sign again"]), false), "sign again");
        assert_eq!(unasked(&answers(&["yes", "no"]), false), "yes");
        assert!(!unasked(&[], false).is_empty(), "free text is never empty");
    }

    #[test]
    fn a_cluster_that_is_thrown_away_is_left_alone() {
        let answers = ["ask the HSM".to_owned(), "leave the HSM alone".to_owned()];
        assert_eq!(unasked(&answers, false), "ask the HSM");
        assert_eq!(unasked(&answers, true), "leave the HSM alone");
    }
}
