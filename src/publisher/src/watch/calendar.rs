//! When accesses are planned: events to come, and maintenance windows of the policy in force.

use std::path::{Path, PathBuf};

use record::{Plan, Policy, Time};

use super::alert::Alert;
use crate::error::Error;
use crate::files;

/// Planned stretches of time.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    windows: Vec<Window>,
    /// Whether anything was read that could have named one.
    known: bool,
}

#[derive(Clone, Debug)]
struct Window {
    from: Time,
    until: Time,
    what: String,
}

impl Calendar {
    /// The plans of events to come, and the policy in force.
    ///
    /// # Errors
    /// A plan that cannot be read, or with another mark.
    pub fn of(plans: &[PathBuf], policy: Option<&Policy>, rehearsal: bool) -> Result<Self, Error> {
        let mut windows = Vec::new();
        for path in plans {
            windows.push(event(path, rehearsal)?);
        }
        let maintenance = policy.iter().flat_map(|policy| &policy.maintenance);
        windows.extend(maintenance.map(|window| Window {
            from: window.from,
            until: window.until,
            what: "maintenance window of the policy".into(),
        }));
        let known = !plans.is_empty() || policy.is_some();
        Ok(Self { windows, known })
    }

    /// What an access falls in; none where nothing is known of plans, or it is of no access.
    pub fn says(&self, alert: &Alert) -> Option<String> {
        let access = matches!(alert, Alert::Console(_) | Alert::Hsm(_));
        if !self.known || !access {
            return None;
        }
        let time = alert.time();
        let within = self
            .windows
            .iter()
            .find(|window| window.from <= time && time < window.until);
        Some(within.map_or_else(|| UNPLANNED.into(), |window| format!("in the {}", window.what)))
    }
}

fn event(path: &Path, rehearsal: bool) -> Result<Window, Error> {
    let wrong = |cause| Error::Bundle {
        path: path.to_owned(),
        cause: Box::new(cause),
    };
    let plan = Plan::parse(&files::read(path, LONGEST)?).map_err(wrong)?;
    if plan.rehearsal != rehearsal {
        return Err(wrong(record::Error::OtherMark {
            rehearsal: plan.rehearsal,
        }));
    }
    Ok(Window {
        from: Time(plan.opens.0.saturating_sub(SLACK)),
        until: plan.closes.plus(SLACK),
        what: format!("planned event {} (an hour around it counted in)", plan.event),
    })
}

const UNPLANNED: &str = "NO: in no planned event and no maintenance window";
/// As the verifier counts: seconds for starting and leaving.
const SLACK: u64 = 60 * 60;
const LONGEST: usize = 4 * 1024 * 1024;
