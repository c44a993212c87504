//! Two plans compared: what they say of themselves, and step by step.

use std::collections::BTreeMap;

use record::changes::{Entity, changed, changes, entity, parse};
use record::plan::Inbound;
use record::text::plain;
use toml::Value;

use super::{Side, title};

/// What differs above the steps: times, generation, HSM.
pub fn heads(before: &Inbound, after: &Inbound) -> Vec<String> {
    let said = |inbound: &Inbound| {
        let plan = &inbound.plan;
        let minutes = plan.closes.0.saturating_sub(plan.opens.0) / 60;
        BTreeMap::from([
            ("kind".to_owned(), plan.kind.to_string()),
            (
                "rehearses".to_owned(),
                plan.of.map_or_else(|| "nothing".into(), |of| of.to_string()),
            ),
            ("rehearsal".to_owned(), plan.rehearsal.to_string()),
            ("description".to_owned(), plan.description.clone()),
            ("root's generation".to_owned(), plan.generation.to_string()),
            ("opens".to_owned(), plan.opens.to_string()),
            ("open for minutes".to_owned(), minutes.to_string()),
            ("HSM".to_owned(), plan.hsm.kind.described().to_owned()),
            ("key owner".to_owned(), plan.hsm.owner.clone()),
            ("HSMs at least".to_owned(), plan.hsm.nodes_least.to_string()),
        ])
    };
    changes(&said(before), &said(after))
}

/// What differs in the steps, by their names.
pub fn steps(before: &Side, after: &Side) -> Vec<String> {
    let (old, new) = (steps_of(before), steps_of(after));
    let mut lines = Vec::new();
    for id in old.keys().filter(|id| !new.contains_key(*id)) {
        lines.push(format!(
            "'{}' is not done any more: {}",
            plain(id, 63),
            title(&before.inbound, id)
        ));
    }
    for (id, step) in &new {
        match old.get(id) {
            None => lines.push(format!("'{}' is new: {}", plain(id, 63), title(&after.inbound, id))),
            Some(was) => lines.extend(changed(&format!("'{}'", plain(id, 63)), was, step)),
        }
    }
    let order = |side: &Side| {
        side.inbound
            .plan
            .step
            .iter()
            .map(|step| step.id().to_owned())
            .collect::<Vec<_>>()
    };
    let (mut old_order, mut new_order) = (order(before), order(after));
    old_order.retain(|id| new.contains_key(id));
    new_order.retain(|id| old.contains_key(id));
    if old_order != new_order {
        lines.push(format!("the order is another: {}", new_order.join(", ")));
    }
    lines
}

/// The steps by their names, as the plan's own text has them. Serial numbers are drawn anew for every plan.
fn steps_of(side: &Side) -> BTreeMap<String, Entity> {
    let Some(Value::Array(steps)) = parse(&side.plan).remove("step") else {
        return BTreeMap::new();
    };
    let step = |step: Value| {
        let Value::Table(mut table) = step else { return None };
        let id = table.remove("id")?.as_str()?.to_owned();
        table.remove("serial");
        Some((id, entity(&table)))
    };
    steps.into_iter().filter_map(step).collect()
}
