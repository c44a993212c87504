//! What can be said of a plan alone: names, dates and serial numbers, and steps that fit together.

mod steps;

use super::{Kind, LOG_POLICY, POLICY, Plan, ROSTER};
use crate::text;
use steps::Seen;

/// Whether the plan makes sense, and if not, where.
pub fn plan(plan: &Plan) -> Result<(), String> {
    if plan.version != 1 {
        return Err(format!("version {} of the plan format is not known here", plan.version));
    }
    if !text::is_name(&plan.event) {
        return Err(format!("'{}' is not a name for an event", text::plain(&plan.event, 63)));
    }
    drill(plan)?;
    // Members agree to this sentence: they must see all of it, as it is.
    if !text::is_sentence(&plan.description) {
        return Err("the description is not a sentence of at most 300 printable ASCII characters".into());
    }
    plan.hsm.check()?;
    if plan.opens >= plan.closes {
        return Err(format!(
            "the event closes at {}, before it opens at {}",
            plan.closes, plan.opens
        ));
    }
    if let Some(name) = [POLICY, ROSTER, LOG_POLICY]
        .iter()
        .find(|name| !plan.inputs.contains_key(**name))
    {
        return Err(format!("the input '{name}' is missing"));
    }
    let mut seen = Seen::of(plan);
    plan.step.iter().try_for_each(|step| seen.step(step))?;
    seen.inputs_used()
}

/// A drill says what it rehearses, and nothing else does.
fn drill(plan: &Plan) -> Result<(), String> {
    match (plan.kind, plan.of) {
        (Kind::Drill, None) => Err("a drill says with 'of' which ceremony it rehearses".into()),
        (Kind::Drill, Some(Kind::Drill)) => Err("a drill does not rehearse a drill".into()),
        (Kind::Drill, Some(_)) if !plan.rehearsal => Err("a drill is always marked as a rehearsal".into()),
        (Kind::Drill, Some(_)) | (_, None) => Ok(()),
        (kind, Some(of)) => Err(format!(
            "the event is of kind {kind}, and only a drill is of another: {of}"
        )),
    }
}
