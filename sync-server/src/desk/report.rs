//! `/events/{id}/report`: the evening on paper. One page without scripts, made for printing (or saving as PDF).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use shared::ids::{EventId, GateId, StateDigest, ZoneId};
use shared::merge::Label;
use shared::occupancy::{Occupancy, Range};

use super::curve::Curve;
use super::frame::{EventHead, Frame, Place, Tab};
use super::problem::rendered;
use super::reader::Visitor;
use super::story::told;
use super::texts::Language;
use super::tickets::act_text;
use crate::events::{Event, day};
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::live::evening::{EveningBody, ProductBody};
use crate::http::truth::body::local_time;
use crate::live::alarm::{Alarm, Level};
use crate::people::Viewer;
use crate::state::AppState;
use crate::store::truth::{AuditSum, ConflictQuery, ConflictRow, DoorPicture, Evening, ScannerTally};

/// Most conflicts told on paper; how many there are is said.
const CONFLICTS: u32 = 500;

/// Everything a report is made from.
struct Facts {
    event: Event,
    picture: DoorPicture,
    evening: Evening,
    alarms: Vec<Alarm>,
    conflicts: Vec<ConflictRow>,
    tallies: Vec<ScannerTally>,
    audit: Vec<AuditSum>,
    digest: StateDigest,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    starts: String,
    ends: String,
    time_zone: String,
    made: String,
    inside: String,
    capacity: Option<u32>,
    flow: (i64, i64),
    peak: Option<(i64, String)>,
    tickets: (u64, u64),
    refused: u64,
    curve: Option<Curve>,
    gates: Vec<GateLine>,
    zones: Vec<ZoneLine>,
    products: Vec<ProductLine>,
    alarms: Vec<AlarmLine>,
    conflicts: Vec<ConflictLine>,
    conflicts_all: u64,
    older: Option<String>,
    scanners: Vec<ScannerLine>,
    audit: Vec<AuditLine>,
    list: Option<String>,
    digest: String,
}

struct GateLine {
    name: String,
    inward: i64,
    out: i64,
    last: String,
}

struct ZoneLine {
    name: String,
    inside: String,
    capacity: String,
}

struct ProductLine {
    name: String,
    expected: u64,
    arrived: u64,
}

struct AlarmLine {
    place: String,
    level: &'static str,
    people: String,
    raised: String,
    ended: String,
    seen: String,
}

struct ConflictLine {
    kind: String,
    text: String,
    note: Option<String>,
}

struct ScannerLine {
    name: String,
    passed: u64,
    refused: u64,
    kept_apart: u64,
}

struct AuditLine {
    action: String,
    count: u64,
    last: String,
}

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    id: Result<Path<EventId>, ApiError>,
) -> Response {
    let found = async { facts(&state, visitor.caller.viewer(), id?.0, visitor.caller.at).await };
    match found.await {
        Ok(facts) => rendered(&report(&visitor, facts)),
        Err(error) => visitor.problem(error),
    }
}

async fn facts(state: &AppState, viewer: Viewer, id: EventId, now: i64) -> Result<Facts, ApiError> {
    let gone = || ApiError::NotFound("event");
    let store = &state.store;
    let picture = store.picture(viewer, id, now).await?.ok_or_else(gone)?;
    let offset = u32::try_from(picture.conflicts).unwrap_or(u32::MAX).saturating_sub(CONFLICTS);
    let query = ConflictQuery { offset, limit: CONFLICTS, ..ConflictQuery::default() };
    Ok(Facts {
        event: store.event(viewer, id).await?.ok_or_else(gone)?,
        evening: store.evening(viewer, id, now).await?.ok_or_else(gone)?,
        alarms: store.alarms(viewer, id).await?.ok_or_else(gone)?,
        conflicts: store.conflicts(viewer, id, query).await?.ok_or_else(gone)?,
        tallies: store.scanner_tallies(viewer, id).await?.ok_or_else(gone)?,
        audit: store.audit_sums(viewer, id).await?.ok_or_else(gone)?,
        digest: store.state_digest(viewer, id).await?.ok_or_else(gone)?,
        picture,
    })
}

fn report(visitor: &Visitor, facts: Facts) -> ReportPage {
    let (language, now) = (visitor.language, visitor.caller.at);
    let Facts { event, picture, evening, alarms, conflicts, tallies, audit, digest } = facts;
    let policy = &event.policy;
    let zone = policy.time_zone.as_str();
    let clock = |ms: i64| local_time(ms, zone);
    let minute = |ms: i64| clock(ms).chars().take(5).collect::<String>();
    let slow = EveningBody::of(&evening, &picture, now);
    let occupancy = Occupancy::of(&picture.sums, &picture.reports);
    let outer = |gate: &GateId| policy.gate(*gate).is_none_or(|gate| gate.from.is_none());
    let flows = || picture.sums.gates.iter().filter(|(gate, _)| outer(gate)).map(|(_, flow)| flow);
    let older = picture.conflicts.saturating_sub(u64::try_from(conflicts.len()).unwrap_or(u64::MAX));
    ReportPage {
        language,
        frame: visitor.frame(Place::Events),
        event: EventHead::of(visitor, &event, Tab::Report),
        starts: day(policy.starts, zone),
        ends: day(policy.ends, zone),
        time_zone: zone.to_owned(),
        made: language.fill("report-made", [("at", day(now, zone).into()), ("n", picture.revision.to_string().into())]),
        inside: range(language, &occupancy.total),
        capacity: policy.capacity,
        flow: (flows().map(|flow| flow.inward).sum(), flows().map(|flow| flow.outward).sum()),
        peak: slow.course.peak_with(occupancy.total.counted, now).map(|peak| (peak.people, minute(peak.at))),
        tickets: (picture.tickets_used, picture.tickets_listed),
        refused: picture.labels.get(&Label::Refused).copied().unwrap_or_default(),
        curve: Curve::of(&slow.course, policy.capacity, minute),
        gates: gates(language, &picture, &slow, &clock),
        zones: zones(language, &picture, &occupancy),
        products: slow.products.into_iter().map(|product| product_line(language, product)).collect(),
        alarms: alarms.iter().rev().map(|alarm| alarm_line(language, &event, alarm, &clock)).collect(),
        conflicts: conflicts.iter().map(|row| conflict_line(language, &event, row, &clock)).collect(),
        conflicts_all: picture.conflicts,
        older: (older > 0).then(|| language.fill("conflicts-older", [("n", older.to_string().into())])),
        scanners: tallies.into_iter().map(scanner_line).collect(),
        audit: audit
            .into_iter()
            .map(|sum| AuditLine {
                action: act_text(language, &sum.action),
                count: sum.count,
                last: day(sum.last, zone),
            })
            .collect(),
        list: picture
            .manifest
            .map(|manifest| language.fill("report-list", [("version", manifest.version.to_string().into())])),
        digest: digest.to_string(),
    }
}

/// One number, or at least and at most.
fn range(language: Language, range: &Range) -> String {
    if range.low == range.high {
        return range.counted.to_string();
    }
    language.fill("inside-range", [("low", range.low.to_string().into()), ("high", range.high.to_string().into())])
}

fn gates(
    language: Language,
    picture: &DoorPicture,
    slow: &EveningBody,
    clock: &impl Fn(i64) -> String,
) -> Vec<GateLine> {
    let line = |busy: &crate::live::course::Busy| {
        let flow = picture.sums.gates.get(&busy.gate).copied().unwrap_or_default();
        let named = picture.policy.gate(busy.gate).map(|gate| gate.name.clone());
        GateLine {
            name: named.unwrap_or_else(|| language.fill("gate-nameless", [("n", busy.gate.0.into())])),
            inward: flow.inward,
            out: flow.outward,
            last: busy.last.map_or_else(|| "–".into(), |at| clock(at).chars().take(5).collect()),
        }
    };
    slow.course.gates.iter().map(line).collect()
}

fn zones(language: Language, picture: &DoorPicture, occupancy: &Occupancy) -> Vec<ZoneLine> {
    let line = |zone: &shared::policy::Zone| ZoneLine {
        name: zone.name.clone(),
        inside: occupancy.zones.get(&zone.id).map_or_else(|| "0".into(), |found| range(language, found)),
        capacity: zone.capacity.map_or_else(|| "–".into(), |capacity| capacity.to_string()),
    };
    picture.policy.zones.iter().map(line).collect()
}

fn product_line(language: Language, product: ProductBody) -> ProductLine {
    let nameless = || language.fill("arrivals-nameless", [("n", product.product.0.into())]);
    ProductLine { expected: product.expected, arrived: product.arrived, name: product.name.unwrap_or_else(nameless) }
}

fn alarm_line(language: Language, event: &Event, alarm: &Alarm, clock: &impl Fn(i64) -> String) -> AlarmLine {
    let nameless = |zone: ZoneId| language.fill("zone-nameless", [("n", zone.0.into())]);
    let name = |zone: ZoneId| event.policy.zone(zone).map_or_else(|| nameless(zone), |zone| zone.name.clone());
    let seen = |(by, at): &(String, i64)| {
        language.fill("alarm-seen", [("who", by.as_str().into()), ("time", clock(*at).into())])
    };
    AlarmLine {
        place: alarm.zone.map_or_else(|| language.text("alarm-venue"), name),
        level: match alarm.level {
            Level::Warning => "fill-warn",
            Level::Danger => "fill-danger",
            Level::Over => "fill-over",
        },
        people: format!("{} / {}", alarm.people, alarm.capacity),
        raised: clock(alarm.raised),
        ended: alarm.ended.map_or_else(|| "–".into(), clock),
        seen: alarm.acknowledged.as_ref().map_or_else(|| "–".into(), seen),
    }
}

fn conflict_line(language: Language, event: &Event, row: &ConflictRow, clock: &impl Fn(i64) -> String) -> ConflictLine {
    let gate = |gate: GateId| event.policy.gate(gate).map(|gate| gate.name.clone());
    // Texts are named as the API names the kinds; each has a name, and without one the line says no kind.
    let kind = serde_json::to_value(row.story.looks_like).ok();
    let kind = kind.and_then(|kind| kind.as_str().map(|kind| language.text(&format!("conflict-{kind}"))));
    let note = row.note.as_ref().map(|(text, who, at)| {
        let name = if text.is_empty() { "conflict-seen" } else { "conflict-note" };
        let values = [("who", who.as_str().into()), ("at", clock(*at).into()), ("text", text.as_str().into())];
        language.fill(name, values)
    });
    ConflictLine { kind: kind.unwrap_or_default(), text: told(language, &row.story, &gate, clock), note }
}

fn scanner_line(tally: ScannerTally) -> ScannerLine {
    let sum = |these: &[Label]| {
        tally.tallies.iter().filter(|(_, label, _)| these.contains(label)).map(|(.., count)| count).sum::<u64>()
    };
    let passed = [Label::Ok, Label::Reentry, Label::Override, Label::Duplicate, Label::Exit, Label::ExitUnmatched];
    let (passed, refused) = (sum(&passed), sum(&[Label::Refused]));
    ScannerLine { passed, refused, kept_apart: sum(&[Label::Quarantined]), name: tally.scanner.name }
}
