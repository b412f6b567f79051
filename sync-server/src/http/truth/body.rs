//! Shapes that several of these endpoints share.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::entry::{Action, Direction};
use shared::ids::{EntryId, EventId, FeedId, GateId, ScannerId, TicketKey, ZoneId};
use shared::merge::{Label, Standing};
use shared::occupancy::{Flow, Occupancy, Range};

use crate::desk::in_all_languages;
use crate::http::scanners::body::ScannerBody;
use crate::store::truth::{ConflictRow, DoorPicture, EntryRow, ManifestFacts};

/// People through a gate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GateFlow {
    /// Gate.
    #[schema(value_type = u32)]
    pub gate: GateId,
    /// Its name, if the event still has it.
    pub name: Option<String>,
    /// In.
    #[serde(rename = "in")]
    pub inward: i64,
    /// Out.
    pub out: i64,
}

/// How full a zone is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ZoneOccupancy {
    /// Zone.
    #[schema(value_type = u32)]
    pub zone: ZoneId,
    /// Its name, if the event still has it.
    pub name: Option<String>,
    /// People it may hold.
    pub capacity: Option<u32>,
    /// People in it: counted, low, high, exact, and why it is not.
    #[schema(value_type = Object)]
    pub people: Range,
}

/// How full the venue is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OccupancyBody {
    /// Event.
    #[schema(value_type = String)]
    pub event: EventId,
    /// When this was true (ms).
    pub at: i64,
    /// Counts every change.
    pub revision: i64,
    /// People in the venue: counted, low, high, exact, and why it is not.
    #[schema(value_type = Object)]
    pub total: Range,
    /// People it may hold.
    pub capacity: Option<u32>,
    /// Zones.
    pub zones: Vec<ZoneOccupancy>,
    /// Gates.
    pub gates: Vec<GateFlow>,
    /// Tickets with somebody inside.
    pub tickets_inside: u64,
    /// Entries let in although the ticket was used up.
    pub duplicates: u64,
    /// Exits of people who were not known to be inside.
    pub unmatched_exits: u64,
}

impl OccupancyBody {
    /// From the event's picture.
    pub fn of(event: EventId, at: i64, picture: &DoorPicture) -> Self {
        let occupancy = Occupancy::of(&picture.sums, &picture.reports);
        let mut zones: BTreeMap<ZoneId, Range> = occupancy.zones;
        let quiet = || Range { counted: 0, low: 0, high: 0, exact: true, causes: vec![] };
        for zone in &picture.policy.zones {
            zones.entry(zone.id).or_insert_with(quiet);
        }
        let named = |zone: ZoneId| picture.policy.zone(zone);
        Self {
            event,
            at,
            revision: picture.revision,
            total: occupancy.total,
            capacity: picture.policy.capacity,
            zones: zones
                .into_iter()
                .map(|(zone, people)| ZoneOccupancy {
                    zone,
                    name: named(zone).map(|zone| zone.name.clone()),
                    capacity: named(zone).and_then(|zone| zone.capacity),
                    people,
                })
                .collect(),
            gates: gates(picture),
            tickets_inside: picture.tickets_inside,
            duplicates: count(picture, Label::Duplicate),
            unmatched_exits: count(picture, Label::ExitUnmatched),
        }
    }
}

fn gates(picture: &DoorPicture) -> Vec<GateFlow> {
    let mut flows: BTreeMap<GateId, Flow> = picture.sums.gates.clone();
    for gate in &picture.policy.gates {
        flows.entry(gate.id).or_default();
    }
    let name = |gate: GateId| picture.policy.gate(gate).map(|gate| gate.name.clone());
    flows
        .into_iter()
        .map(|(gate, flow)| GateFlow { gate, name: name(gate), inward: flow.inward, out: flow.outward })
        .collect()
}

fn count(picture: &DoorPicture, label: Label) -> u64 {
    picture.labels.get(&label).copied().unwrap_or_default()
}

/// Numbers of an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StatsBody {
    /// Event.
    #[schema(value_type = String)]
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// When this was true (ms).
    pub at: i64,
    /// Counts every change.
    pub revision: i64,
    /// Tickets in the list.
    pub tickets: u64,
    /// Tickets ever let in.
    pub tickets_used: u64,
    /// Tickets with somebody inside.
    pub tickets_inside: u64,
    /// Entries by what they turned out to be.
    pub entries: BTreeMap<&'static str, u64>,
    /// Entries kept apart because their scanner was never certified for this event; part of `quarantined`.
    pub not_certified: u64,
    /// Conflicts.
    pub conflicts: u64,
    /// Conflicts nobody has written a note about.
    pub conflicts_open: u64,
    /// Scanners that may scan.
    pub scanners: u64,
    /// Scanners heard of within the last half minute.
    pub scanners_online: u64,
    /// Scanners that signed two chains.
    pub scanners_disputed: u64,
    /// The manifest in force.
    pub manifest: Option<ManifestFacts>,
}

impl StatsBody {
    /// From the event's picture.
    pub fn of(event: EventId, at: i64, picture: &DoorPicture) -> Self {
        let scanners: Vec<ScannerBody> =
            picture.scanners.iter().map(|scanner| ScannerBody::new(scanner.clone(), at)).collect();
        let those = |is: fn(&ScannerBody) -> bool| {
            u64::try_from(scanners.iter().filter(|scanner| is(scanner)).count()).unwrap_or(u64::MAX)
        };
        Self {
            event,
            name: picture.policy.name.clone(),
            at,
            revision: picture.revision,
            tickets: picture.tickets_listed,
            tickets_used: picture.tickets_used,
            tickets_inside: picture.tickets_inside,
            entries: Label::ALL.iter().map(|label| (label.name(), count(picture, *label))).collect(),
            not_certified: picture.strays,
            conflicts: picture.conflicts,
            conflicts_open: picture.conflicts_open,
            scanners: those(|scanner| scanner.state == crate::device::ScannerState::Active),
            scanners_online: those(|scanner| scanner.online),
            scanners_disputed: those(|scanner| scanner.disputed),
            manifest: picture.manifest,
        }
    }
}

impl StatsBody {
    /// The same, dated otherwise (ms).
    #[must_use]
    pub fn at_time(self, at: i64) -> Self {
        Self { at, ..self }
    }
}

/// A duplicate admission.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConflictBody {
    /// Id of the duplicate's entry; also the conflict's.
    #[schema(value_type = String)]
    pub id: EntryId,
    /// The ticket.
    #[schema(value_type = String)]
    pub ticket: TicketKey,
    /// The whole story in one sentence.
    pub text: String,
    /// The same in each language there is, by its tag (BCP 47); in lists only if asked for.
    #[schema(value_type = Object, nullable = false)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<&'static str, String>,
    /// What it looks like: retry, passed_back, copy, too_many.
    pub looks_like: String,
    /// Scanner of the first admission.
    pub first_scanner: Option<String>,
    /// Scanner of the second.
    pub second_scanner: String,
    /// All facts.
    #[schema(value_type = Object)]
    pub story: shared::merge::Story,
    /// The event's revision in which it appeared or changed.
    pub revision: i64,
    /// What somebody wrote about it.
    pub note: Option<NoteBody>,
}

/// A note.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoteBody {
    /// Text.
    pub text: String,
    /// Who.
    pub by: String,
    /// When (ms).
    pub at: i64,
}

impl ConflictBody {
    /// With names of gates and local times from the event's rules; in all languages.
    pub fn new(row: ConflictRow, policy: &shared::policy::Policy) -> Self {
        let time = |ms| local_time(ms, &policy.time_zone);
        // A name is kept together whatever its script (Unicode isolates).
        let name = |gate: GateId| policy.gate(gate).map(|gate| format!("\u{2068}{}\u{2069}", gate.name));
        let told = in_all_languages(&row.story, name, time);
        Self { told, ..Self::in_english(row, policy) }
    }

    /// The same in English only, which takes far less time.
    pub fn in_english(row: ConflictRow, policy: &shared::policy::Policy) -> Self {
        let gate = |gate: GateId| policy.gate(gate).map_or_else(|| format!("gate {gate}"), |gate| gate.name.clone());
        let time = |ms| local_time(ms, &policy.time_zone);
        let text = row.story.tell(gate, time);
        Self {
            id: row.entry,
            ticket: row.story.ticket,
            text,
            told: BTreeMap::new(),
            looks_like: serde_json::to_value(row.story.looks_like)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default(),
            first_scanner: row.scanners.0,
            second_scanner: row.scanners.1,
            story: row.story,
            revision: row.revision,
            note: row.note.map(|(text, by, at)| NoteBody { text, by, at }),
        }
    }
}

/// A time (ms) as people at the event read it; UTC if the zone is not known.
pub fn local_time(ms: i64, zone: &str) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(ms) else { return ms.to_string() };
    match at.in_tz(zone) {
        Ok(local) => local.strftime("%H:%M:%S").to_string(),
        Err(_) => at.strftime("%H:%M:%S UTC").to_string(),
    }
}

/// An entry of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EntryBody {
    /// Order of arrival; for `after`.
    pub number: i64,
    /// Id.
    #[schema(value_type = String)]
    pub id: EntryId,
    /// Scanner.
    #[schema(value_type = String)]
    pub scanner: ScannerId,
    /// Its name.
    pub scanner_name: String,
    /// Its feed …
    #[schema(value_type = String)]
    pub feed: FeedId,
    /// … and the place in it.
    pub seq: u64,
    /// What it is.
    pub kind: &'static str,
    /// What it turned out to be.
    pub label: &'static str,
    /// Why it does not count: `revoked` (above the cut) or `not_certified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<&'static str>,
    /// It lies on a second branch of a forked feed.
    pub second_branch: bool,
    /// When it happened (ms).
    pub at: i64,
    /// How far the truth can be from that (ms).
    pub error: i64,
    /// No time sample: the device's own clock within bounds.
    pub uncertain: bool,
    /// Gate.
    #[schema(value_type = Option<u32>)]
    pub gate: Option<GateId>,
    /// Way that was asked for.
    pub direction: Option<&'static str>,
    /// Ticket.
    #[schema(value_type = Option<String>)]
    pub ticket: Option<TicketKey>,
    /// People; negative is out.
    pub people: i64,
    /// What the door showed.
    pub verdict: Option<&'static str>,
    /// Reason of an override or count.
    pub reason: Option<String>,
    /// Who stood at the door.
    pub operator: Option<String>,
    /// What it voids.
    #[schema(value_type = Option<String>)]
    pub target: Option<EntryId>,
    /// When it arrived (ms).
    pub received: i64,
}

impl From<EntryRow> for EntryBody {
    fn from(row: EntryRow) -> Self {
        let raw = &row.entry.raw;
        let way = |direction| if direction == Direction::Entry { "entry" } else { "exit" };
        let (kind, direction) = match &row.entry.action {
            Action::Boot => ("boot", None),
            Action::Entry(_) => ("entry", Some("entry")),
            Action::Exit(_) => ("exit", Some("exit")),
            Action::Refuse { direction, .. } => ("refuse", Some(way(*direction))),
            Action::Undo { .. } => ("undo", None),
            Action::Count { .. } => ("count", None),
            Action::Time { .. } => ("time", None),
            Action::NotUnderstood => ("unknown", None),
        };
        let quarantined = match (row.stray, row.standing) {
            (true, _) => Some("not_certified"),
            (false, Standing::Quarantined) => Some("revoked"),
            (false, _) => None,
        };
        Self {
            number: row.number,
            id: row.entry.id,
            scanner: row.scanner,
            scanner_name: row.scanner_name,
            feed: raw.feed,
            seq: raw.seq,
            kind,
            label: row.label.name(),
            quarantined,
            second_branch: row.standing == Standing::SecondBranch,
            at: row.time.at,
            error: row.time.error(),
            uncertain: row.time.uncertain,
            gate: raw.gate,
            direction,
            ticket: row.entry.ticket(),
            people: row.entry.movement().map_or(0, |movement| movement.bodies),
            verdict: row.entry.verdict().map(shared::verdict::Verdict::name),
            reason: raw.reason.clone(),
            operator: raw.operator.clone(),
            target: raw.target,
            received: row.received,
        }
    }
}
