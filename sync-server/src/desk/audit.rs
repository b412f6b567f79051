//! `/audit`: what administrators did, filtered, and as a file.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use shared::ids::OrganizationId;

use super::frame::{Frame, Place};
use super::problem::rendered;
use super::reader::Manager;
use super::texts::Language;
use super::tickets::act_text;
use super::times;
use crate::events::EventSummary;
use crate::http::organizations::audit::AuditQuery;
use crate::people::AuditRecord;
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::people::AuditQuery as AuditLines;

/// Lines of a page.
const PAGE: u32 = 100;

/// Longest value of a detail that is shown, in characters; the file has all.
const SHOWN: usize = 200;

/// Kinds of acts, by area.
const AREAS: &[(&str, &[&str])] = &[
    ("session", &["session.open", "session.close", "session.revoke"]),
    ("organization", &["organization.found", "organization.rename"]),
    ("user", &["user.add", "user.change", "user.remove"]),
    (
        "event",
        &[
            "event.create",
            "event.change",
            "event.alarms",
            "event.archive",
            "event.publish",
            "event.refill",
            "event.count",
        ],
    ),
    ("tickets", &["tickets.add", "tickets.print"]),
    ("ticket", &["ticket.edit", "ticket.block", "ticket.unblock", "ticket.cancel", "ticket.reissue", "ticket.paid"]),
    (
        "scanner",
        &[
            "scanner.register",
            "scanner.invite",
            "scanner.enrol",
            "scanner.change",
            "scanner.revoke",
            "scanner.cut",
            "scanner.keep_apart",
        ],
    ),
    ("conflict", &["conflict.note"]),
    ("alarm", &["alarm.acknowledge"]),
    ("keys", &["keys.rotate", "keys.export", "keys.import"]),
    ("database", &["database.backup", "database.restore"]),
];

/// What somebody looks for, as it was filled in.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    event: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
}

impl Wanted {
    /// As the API asks for it, with times of this time zone; what cannot be read is left out.
    fn query(&self, zone: &str) -> AuditQuery {
        let filled = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        AuditQuery {
            before: self.before.parse().ok(),
            actor: filled(&self.actor),
            action: filled(&self.action),
            from: times::of_field(&self.from, zone),
            // The minute that is named is within.
            until: times::of_field(&self.until, zone).map(|ms| ms.saturating_add(60_000)),
            event: self.event.parse().ok(),
        }
    }

    /// The same as part of an address, from a line on or up to it.
    fn link(&self, place: Option<(&str, i64)>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("event", &self.event),
            ("from", &self.from),
            ("until", &self.until),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some((side, line)) = place {
            query.append_pair(side, &line.to_string());
        }
        query.finish()
    }
}

/// Something to choose.
struct Offer {
    value: String,
    text: String,
    chosen: bool,
}

/// A line of the log.
struct Line {
    at: String,
    who: String,
    address: String,
    what: String,
    /// Name and address of what it was done to.
    subject: Option<(String, Option<String>)>,
    detail: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    language: Language,
    frame: Frame,
    wanted: Wanted,
    /// Area, and the kinds of acts in it.
    areas: Vec<(Offer, Vec<Offer>)>,
    events: Vec<Offer>,
    lines: Vec<Line>,
    next: Option<String>,
    previous: Option<String>,
    /// The same from the newest line on.
    begin: String,
    /// Whose time it is.
    zone: String,
    csv: String,
}

/// A page of the log.
struct Leaf {
    /// Newest first.
    lines: Vec<AuditRecord>,
    /// Its oldest line, if there are older ones.
    next: Option<i64>,
    /// Its newest line, if there are newer ones.
    previous: Option<i64>,
}

/// The page that is asked for. Going back, the first page is a whole one again, from the newest line on.
async fn leaf(
    state: &AppState,
    organization: OrganizationId,
    wanted: &mut Wanted,
    zone: &str,
) -> Result<Leaf, StoreError> {
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    if let Ok(after) = wanted.after.parse() {
        let query = wanted.query(zone).wanted(PAGE + 1);
        let mut lines = state.store.audit(organization, AuditLines { after: Some(after), ..query }).await?;
        if lines.len() > size {
            lines.remove(0);
            let (next, previous) = (lines.last().map(|last| last.id), lines.first().map(|first| first.id));
            return Ok(Leaf { lines, next, previous });
        }
        (wanted.before, wanted.after) = (String::new(), String::new());
    }
    let query = wanted.query(zone).wanted(PAGE + 1);
    let on_the_way = query.before.is_some();
    let mut lines = state.store.audit(organization, query).await?;
    let more = lines.len() > size;
    lines.truncate(size);
    let next = lines.last().filter(|_| more).map(|last| last.id);
    let previous = lines.first().filter(|_| on_the_way).map(|first| first.id);
    Ok(Leaf { lines, next, previous })
}

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    manager: Manager,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Response> {
    let (language, organization) = (manager.language, manager.actor().organization);
    let found = async {
        let events = state.store.events(manager.caller.viewer(), true).await?;
        let zone = times::home(&events);
        let leaf = leaf(&state, organization, &mut wanted, &zone).await?;
        let scanners = state.store.scanners(manager.caller.viewer()).await?;
        let users = state.store.users(organization).await?;
        Ok::<_, StoreError>((leaf, zone, events, scanners, users))
    };
    let (Leaf { lines, next, previous }, zone, events, scanners, users) =
        found.await.map_err(|error| manager.problem(error))?;
    let mut names: BTreeMap<String, (String, Option<String>)> = BTreeMap::new();
    for event in &events {
        names.insert(event.id.to_string(), (event.name.clone(), Some(format!("/events/{}", event.id))));
    }
    for scanner in scanners {
        names.insert(scanner.id.to_string(), (scanner.name, Some(format!("/scanners/{}", scanner.id))));
    }
    for user in users {
        names.insert(user.id.to_string(), (user.name, None));
    }
    let offer = |value: &str, text: String, chosen: &str| Offer { value: value.into(), text, chosen: value == chosen };
    let kind = |action: &&str| offer(action, act_text(language, action), &wanted.action);
    let area = |(area, kinds): &(&str, &[&str])| {
        let all = act_text(language, &format!("area_{area}"));
        (offer(area, all, &wanted.action), kinds.iter().map(kind).collect())
    };
    Ok(rendered(&AuditPage {
        language,
        frame: manager.frame(Place::Audit),
        areas: AREAS.iter().map(area).collect(),
        events: events.iter().map(|event| offer(&event.id.to_string(), dated(event), &wanted.event)).collect(),
        lines: lines.into_iter().map(|record| line(language, record, &zone, &names)).collect(),
        next: next.map(|line| wanted.link(Some(("before", line)))),
        previous: previous.map(|line| wanted.link(Some(("after", line)))),
        begin: wanted.link(None),
        csv: csv_link(&organization.to_string(), wanted.query(&zone)),
        zone: language.fill("times-zone", [("zone", zone.into())]),
        wanted,
    }))
}

/// An event's name and day: those of a series are called the same.
fn dated(event: &EventSummary) -> String {
    format!("{} ({})", event.name, crate::events::day(event.starts, &event.time_zone))
}

/// Where the API gives the same as a file.
fn csv_link(organization: &str, query: AuditQuery) -> String {
    let mut link = url::form_urlencoded::Serializer::new(String::new());
    let fields = [
        ("actor", query.actor),
        ("action", query.action),
        ("event", query.event.map(|event| event.to_string())),
        ("from", query.from.map(|ms| ms.to_string())),
        ("until", query.until.map(|ms| ms.to_string())),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            link.append_pair(name, &value);
        }
    }
    format!("/api/v1/organizations/{organization}/audit.csv?{}", link.finish())
}

fn line(
    language: Language,
    record: AuditRecord,
    zone: &str,
    names: &BTreeMap<String, (String, Option<String>)>,
) -> Line {
    let detail: Value = record.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let told = |(name, value): (&String, &Value)| {
        let text = match value {
            Value::Null => return None,
            Value::Array(all) if all.is_empty() => return None,
            Value::String(text) => names.get(text).map_or_else(|| text.clone(), |(name, _)| name.clone()),
            Value::Array(all) => {
                let one = |value: &Value| match value {
                    Value::String(text) => names.get(text).map_or_else(|| text.clone(), |(name, _)| name.clone()),
                    other => other.to_string(),
                };
                all.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        };
        let short: String = text.chars().take(SHOWN).collect();
        let text = if text.chars().count() > SHOWN { short + "…" } else { short };
        let known = language.known(&format!("detail-{name}"), &std::collections::HashMap::new());
        Some((known.unwrap_or_else(|| name.clone()), text))
    };
    let subject = record.subject.map(|subject| {
        let short = || (subject.chars().take(8).collect(), None);
        names.get(&subject).cloned().unwrap_or_else(short)
    });
    Line {
        at: times::second(record.at, zone),
        what: act_text(language, &record.action),
        who: record.actor,
        address: record.address.unwrap_or_default(),
        subject,
        detail: detail.as_object().map(|members| members.iter().filter_map(told).collect()).unwrap_or_default(),
    }
}
