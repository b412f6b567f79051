//! `verify`: computes everything anew from the entries and compares.

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report, select};
use crate::people::Organization;
use crate::store::sqlite::{FILE_NAME, backup};
use crate::store::truth::Verified;
use crate::store::{PeopleStore, TruthStore};

/// Of whom.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Organization, by name or id [default: all]
    #[arg(long)]
    organization: Option<String>,
}

/// Verifies; a difference is a refusal (exit code 4) that names it.
pub async fn run(context: &Context, args: VerifyArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    // What is computed from a damaged file may look right.
    backup::check(&context.data.join(FILE_NAME))?;
    let organizations = match &args.organization {
        Some(wanted) => vec![select::organization(&store, Some(wanted)).await?],
        None => store.organizations().await?,
    };
    let (mut lines, mut wrong, mut json) = (vec![], vec![], vec![]);
    for organization in organizations {
        let verified = store.verify(organization.id).await?;
        lines.extend(told(&organization, &verified));
        wrong.extend(differences(&organization, &verified));
        json.push(json!({
            "organization": organization.id, "entries": verified.entries, "gaps": verified.gaps,
            "events": verified.digests.iter().map(|(event, digest)| json!({ "event": event, "digest": digest }))
                .collect::<Vec<_>>(),
        }));
    }
    if !wrong.is_empty() {
        return Err(CommandError::refused(format!("what is kept is not what the entries say:\n{}", wrong.join("\n"))));
    }
    Ok(Report::new(lines.join("\n"), json!({ "organizations": json })))
}

fn told(organization: &Organization, verified: &Verified) -> Vec<String> {
    let mut lines = vec![format!("{}: {} entries, all as kept", organization.name, verified.entries)];
    lines.extend(verified.digests.iter().map(|(event, digest)| format!("  event {event}  state {digest}")));
    lines.extend(verified.gaps.iter().map(|feed| format!("  feed {feed} has gaps: its scanner has more to send")));
    lines
}

fn differences(organization: &Organization, verified: &Verified) -> Vec<String> {
    let line = |difference: &crate::store::truth::Difference| {
        let event = difference.event.map(|event| format!("event {event}: ")).unwrap_or_default();
        format!("  {}: {event}{}", organization.name, difference.what)
    };
    verified.differences.iter().map(line).collect()
}
