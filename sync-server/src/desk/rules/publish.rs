//! `/events/{id}/publish`: what the next list changes for scanners, and making it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::EventId;

use super::{Named, event, said};
use crate::desk::form::{Filled, Form, answered};
use crate::desk::frame::{EventHead, Frame, Place, Tab};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::device::ScannerState;
use crate::events::{Event, day};
use crate::http::error::ApiError;
use crate::http::truth::publish::publish_now;
use crate::state::AppState;
use crate::store::manifest::{AfterRestore, GRACE_MS, Hold, Outlook};

#[derive(Template)]
#[template(path = "publish.html")]
struct PublishPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    form: Form,
    /// About the list in force.
    facts: Vec<(&'static str, String)>,
    /// Sentences about the rules that no longer hold …
    gone: Vec<String>,
    /// … and that hold from now on.
    new: Vec<String>,
    /// About the tickets and scanners.
    more: Vec<String>,
    /// Why nothing is published after a restore.
    held: Vec<String>,
}

/// How many scanners of the event hold a version, and how many there are.
async fn scanners(state: &AppState, manager: &Manager, event: EventId, version: u64) -> Result<(u64, u64), ApiError> {
    let (mut current, mut all) = (0, 0);
    for scanner in state.store.scanners(manager.caller.viewer()).await? {
        if scanner.state() != ScannerState::Active || !scanner.events.contains(&event) {
            continue;
        }
        all += 1;
        let newest =
            |presence: &crate::device::Presence| presence.event == Some(event) && presence.manifest == Some(version);
        current += u64::from(scanner.presence.as_ref().is_some_and(newest));
    }
    Ok((current, all))
}

fn facts(language: Language, event: &Event, outlook: &Outlook, scanners: (u64, u64)) -> Vec<(&'static str, String)> {
    let Some(list) = &outlook.in_force else { return vec![] };
    let zone = &event.policy.time_zone;
    let holders = [("n", whole(scanners.0).into()), ("of", whole(scanners.1).into())];
    vec![
        ("publish-version", list.version.to_string()),
        ("publish-made", day(list.created, zone)),
        ("publish-tickets", list.tickets.to_string()),
        ("publish-scanners", language.fill("publish-holders", holders)),
    ]
}

/// Why nothing is published after a restore, a sentence each.
fn held(language: Language, hold: &Hold) -> Vec<String> {
    let names = || hold.waiting.iter().map(|scanner| said::name(scanner)).collect::<Vec<_>>().join(", ");
    let mut told = vec![
        language.text("publish-held"),
        match (hold.newer_shown, hold.waiting.is_empty()) {
            (true, _) => language.text("publish-held-newer"),
            (false, true) => language.text("publish-held-over"),
            (false, false) => language.fill("publish-held-waiting", [("names", names().into())]),
        },
    ];
    if hold.until.is_some() {
        told.push(language.fill("publish-held-limit", [("n", (GRACE_MS / 60_000).into())]));
    }
    told
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Sentences that no longer hold, and those that hold from now on.
fn differences(language: Language, event: &Event, outlook: &Outlook) -> (Vec<String>, Vec<String>) {
    let now = said::sentences(language, &event.policy);
    let Some(list) = &outlook.in_force else { return (vec![], now) };
    let before = said::sentences(language, &list.policy);
    let gone = before.iter().filter(|sentence| !now.contains(sentence)).cloned().collect();
    let new = now.iter().filter(|sentence| !before.contains(sentence)).cloned().collect();
    (gone, new)
}

async fn page(state: &AppState, manager: &Manager, status: StatusCode, event: Event, form: Form) -> Response {
    let language = manager.language;
    let organization = manager.caller.viewer().organization;
    let seen = async {
        let outlook = state.store.outlook(organization, event.id).await?.ok_or(ApiError::NotFound("event"))?;
        let version = outlook.in_force.as_ref().map_or(0, |list| list.version);
        let scanners = scanners(state, manager, event.id, version).await?;
        let hold = state.store.hold(organization, event.id, manager.caller.at).await?;
        Ok::<_, ApiError>((outlook, scanners, hold))
    };
    let (outlook, scanners, hold) = match seen.await {
        Ok(seen) => seen,
        Err(error) => return manager.problem(error),
    };
    let (gone, new) = differences(language, &event, &outlook);
    let mut more = vec![];
    if outlook.edited > 0 {
        more.push(language.fill("publish-edited", [("count", whole(outlook.edited).into())]));
    }
    if outlook.in_force.is_some() && outlook.due && gone.is_empty() && new.is_empty() {
        more.push(language.text("publish-other"));
    }
    let page = PublishPage {
        language,
        frame: manager.frame(Place::Events),
        event: EventHead::of(manager, &event, Tab::Publish),
        form,
        facts: facts(language, &event, &outlook, scanners),
        gone,
        new,
        more,
        held: hold.map(|hold| held(language, &hold)).unwrap_or_default(),
    };
    answered(status, &page)
}

/// What would change.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    match event(&state, &manager, id).await {
        Ok(event) => {
            let form = Form::new(manager.language, &[]);
            page(&state, &manager, StatusCode::OK, event, form).await
        }
        Err(response) => response,
    }
}

/// Makes the next list.
pub(super) async fn act(
    State(state): State<AppState>,
    manager: Manager,
    id: Named,
    Filled(fields): Filled,
) -> Response {
    let event = match event(&state, &manager, id).await {
        Ok(event) => event,
        Err(response) => return response,
    };
    let after_restore = if fields.has("force") { AfterRestore::Force } else { AfterRestore::Wait };
    match publish_now(&state, &manager.admin(), event.id, after_restore).await {
        Ok(made) => {
            let notice = Notice::new("published").with("n", made.version).with("count", made.tickets);
            notice.with("changed", made.changed).on(&format!("/events/{}/publish", event.id))
        }
        Err(error) => {
            let mut form = Form::new(manager.language, &[]);
            match form.blame(error) {
                Ok(status) => page(&state, &manager, status, event, form).await,
                Err(error) => manager.problem(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_publishing_waits_is_said_in_every_language() {
        let waiting =
            Hold { since: 0, newer_shown: false, waiting: vec!["North <1>".into(), "South".into()], until: Some(1) };
        let newer = Hold { newer_shown: true, until: None, ..waiting.clone() };
        let over = Hold { waiting: vec![], until: None, ..waiting.clone() };
        let mut seen = std::collections::BTreeSet::new();
        for language in Language::ALL {
            for hold in [&waiting, &newer, &over] {
                let said = held(language, hold).join(" ");
                assert!(!said.contains("Unknown localization") && !said.contains('{'), "{language:?}: {said}");
                assert!(seen.insert(said), "{language:?}: the same as in another language");
            }
        }
        let said = held(Language::En, &waiting).join(" ");
        let parts =
            ["scanners may know of changes", "Not heard of yet: \u{2068}North <1>\u{2069}", "at most 5 minutes"];
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
}
