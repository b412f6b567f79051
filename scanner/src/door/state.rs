//! One open screen: the device, what it judged lately, who is unlocked, and how the scanner is.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use shared::entry::Direction;
use shared::ids::{EntryId, EventId, GateId};
use shared::trust::ScannerRole;
use tokio::sync::{Mutex as Turn, watch};

use crate::commands::{Device, Failure};
use crate::device::battery_percent;
use crate::engine::{ClockFacts, Engine, ManifestFacts, Named, ScanRequest, Status};
use crate::net::{Confirmer, Decided, Desk, SyncError};

use super::guard::Access;
use super::pin::PinGuard;
use super::texts::Language;
use super::view::View;

/// Scans that a supervisor may still decide otherwise.
const RECENT: usize = 20;
/// A list older than this misses a day's sales, in ms.
const LIST_OLD_MS: i64 = 24 * 3_600_000;
/// A certificate that ends sooner is worth a warning, in ms.
const CERTIFICATE_SOON_MS: i64 = 24 * 3_600_000;
/// A clock off by more than this confuses people who read it, in ms.
const CLOCK_OFF_MS: i64 = 60_000;
/// Doors that open later than this are worth a word, in ms: what is scanned now counts.
const EARLY_MS: i64 = 6 * 3_600_000;
/// Charge worth a warning, in percent.
const BATTERY_LOW: u8 = 20;

/// Whether the server answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reach {
    /// Not known yet.
    #[default]
    Connecting,
    /// It does.
    Online,
    /// It does not.
    Offline,
}

/// The screen's server.
#[derive(Debug)]
pub(super) struct Door {
    device: Device,
    /// An engine for looking, so that no guest waits for a count.
    looking: Desk,
    access: Access,
    language: Option<Language>,
    /// Judges one scan after the other; absent until the device is enrolled.
    confirmer: Turn<Option<Confirmer>>,
    view: Mutex<View>,
    recent: Mutex<VecDeque<(EntryId, ScanRequest)>>,
    pub(super) pins: Mutex<PinGuard>,
    reach: watch::Sender<Reach>,
    /// Rises when something changed that the screen shows.
    changes: watch::Sender<u64>,
    ended: watch::Sender<bool>,
}

/// How the scanner is, for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Shows {
    /// Name and organization; absent before enrolment.
    who: Option<Who>,
    event: Option<EventId>,
    events: Vec<Choice<EventId>>,
    gate: Option<GateId>,
    gates: Vec<Choice<GateId>>,
    direction: Direction,
    /// People inside, as far as this scanner knows.
    inside: Option<i64>,
    reach: Reach,
    /// Entries that wait to be sent.
    pending: u64,
    /// Minutes since the ticket list was published.
    list_minutes: Option<i64>,
    /// Minutes since the server acknowledged something last.
    contact_minutes: Option<i64>,
    /// Percent.
    battery: Option<u8>,
    /// `none`, `no_pin` or `pin`: what stands before a supervisor's deeds.
    supervisor: &'static str,
    warnings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Who {
    name: String,
    organization: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Choice<T> {
    id: T,
    name: String,
}

impl<T> From<Named<T>> for Choice<T> {
    fn from(named: Named<T>) -> Self {
        Self { id: named.id, name: named.name }
    }
}

impl Door {
    /// Of this device.
    pub(super) fn open(device: Device, access: Access, language: Option<Language>) -> Result<Self, Failure> {
        let looking = device.desk()?;
        let pins = Mutex::new(PinGuard::new(device.folder()));
        Ok(Self {
            device,
            looking,
            access,
            language,
            confirmer: Turn::default(),
            view: Mutex::default(),
            recent: Mutex::default(),
            pins,
            reach: watch::Sender::default(),
            changes: watch::Sender::default(),
            ended: watch::Sender::default(),
        })
    }

    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// The language chosen at start.
    pub(super) fn language(&self) -> Option<Language> {
        self.language
    }

    /// Monotonic ms.
    pub(super) fn mono_ms(&self) -> u64 {
        self.device.clock().read().mono_ms
    }

    /// Wall clock, in ms.
    pub(super) fn wall_ms(&self) -> i64 {
        self.device.clock().read().wall_ms
    }

    /// Judges a scan; what it returns is committed.
    pub(super) async fn judge(&self, scan: ScanRequest) -> Result<Decided, Failure> {
        let mut turn = self.confirmer.lock().await;
        if turn.is_none() && self.device.ask(Engine::scanner).await?.is_none() {
            return Err(Failure::Sync(SyncError::NotEnrolled));
        }
        let confirmer = match turn.take() {
            Some(confirmer) => confirmer,
            None => self.device.confirmer(false).await?,
        };
        let confirmer = turn.insert(confirmer).clone();
        let decided = confirmer.scan(scan.clone()).await?;
        drop(turn);
        self.remember(decided.outcome.entry, scan);
        self.changed();
        Ok(decided)
    }

    /// Whether a code that is in view now has to be judged.
    pub(super) fn is_new_in_view(&self, text: &str) -> bool {
        locked(&self.view).is_new(text, self.mono_ms())
    }

    /// It could not be judged: the next frame tries again.
    pub(super) fn forget_view(&self) {
        locked(&self.view).forget();
    }

    fn remember(&self, entry: EntryId, scan: ScanRequest) {
        let mut recent = locked(&self.recent);
        recent.retain(|(known, _)| *known != entry);
        recent.push_front((entry, scan));
        recent.truncate(RECENT);
    }

    /// The scan that led to this entry, if it is not too long ago.
    pub(super) fn recall(&self, entry: EntryId) -> Option<ScanRequest> {
        locked(&self.recent).iter().find(|(known, _)| *known == entry).map(|(_, scan)| scan.clone())
    }

    /// The certificate changed: the next scan starts with the new one.
    pub(super) async fn forget_judge(&self) {
        if let Some(confirmer) = self.confirmer.lock().await.take() {
            confirmer.finish().await;
        }
    }

    /// Something changed that the screen shows.
    pub(super) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Hears of changes.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether the server answers.
    pub(super) fn set_reach(&self, reach: Reach) {
        if self.reach.send_replace(reach) != reach {
            self.changed();
        }
    }

    /// Ends when the program does.
    pub(super) async fn end(&self) {
        drop(self.ended.subscribe().wait_for(|ended| *ended).await);
    }

    pub(super) fn end_streams(&self) {
        self.ended.send_replace(true);
    }

    /// Waits for what is being recorded and sent.
    pub(super) async fn finish(&self) {
        if let Some(confirmer) = self.confirmer.lock().await.take() {
            confirmer.finish().await;
        }
        self.device.door().clone().finish().await;
    }

    /// How the scanner is.
    pub(super) async fn shows(&self, language: Language) -> Result<Shows, SyncError> {
        let (status, inside) = self.looking.ask(|engine| Ok((engine.status()?, engine.people_inside()?))).await?;
        let reach = *self.reach.borrow();
        let now = status.clock.now.at;
        let list = status.manifests.iter().find(|list| Some(list.event) == status.event);
        let battery = battery_percent();
        let minutes = |from: i64| (now - from).max(0) / 60_000;
        Ok(Shows {
            who: status
                .enrolled
                .as_ref()
                .map(|who| Who { name: who.name.clone(), organization: who.organization_name.clone() }),
            event: status.event,
            events: events(&status),
            gate: status.gate,
            gates: list.map(|list| list.gates.iter().cloned().map(Choice::from).collect()).unwrap_or_default(),
            direction: status.direction,
            // A scanner that sees only people leave, and no other's entries yet, would count below nobody.
            inside: inside.map(|people| people.max(0)),
            reach,
            pending: status.pending.entries,
            list_minutes: list.map(|list| minutes(list.created)),
            contact_minutes: status.acknowledged_at.map(minutes),
            battery,
            supervisor: self.supervisor(&status),
            warnings: warnings(&status, list, battery, language),
        })
    }

    fn supervisor(&self, status: &Status) -> &'static str {
        let may = status.enrolled.as_ref().is_some_and(|who| who.role == ScannerRole::Supervisor);
        match (may, locked(&self.pins).is_set()) {
            (false, _) => "none",
            (true, false) => "no_pin",
            (true, true) => "pin",
        }
    }
}

/// A poisoned lock means that another request panicked; what it guards is whole after every statement.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The events it may scan for, by name where their list is here.
fn events(status: &Status) -> Vec<Choice<EventId>> {
    let ids = status.enrolled.iter().flat_map(|who| who.events.iter().copied());
    ids.map(|id| {
        let list = status.manifests.iter().find(|list| list.event == id);
        Choice { id, name: list.map_or_else(|| id.to_string(), |list| list.event_name.clone()) }
    })
    .collect()
}

/// What should be said before it hurts, worst first.
fn warnings(status: &Status, list: Option<&ManifestFacts>, battery: Option<u8>, language: Language) -> Vec<String> {
    let Some(who) = &status.enrolled else { return Vec::new() };
    let now = status.clock.now.at;
    let mut warnings = Vec::new();
    let mut say = |when: bool, name: &str| {
        if when {
            warnings.push(language.text(name));
        }
    };
    say(who.revoked_at.is_some(), "warn-revoked");
    say(status.event.is_none(), "warn-event");
    say(status.event.is_some() && list.is_none(), "warn-no-list");
    say(list.is_some() && status.gate.is_none(), "warn-gate");
    say(list.is_some_and(|list| list.expires <= now), "warn-stale");
    say(who.valid_until - now < CERTIFICATE_SOON_MS, "warn-certificate");
    say(status.clock.offset.is_none(), "warn-clock");
    say(!status.troubles.is_empty(), "warn-trouble");
    say(battery.is_some_and(|percent| percent <= BATTERY_LOW), "warn-battery");
    warnings.extend(list.and_then(|list| old_list(list, now, language)));
    warnings.extend(wrong_clock(&status.clock, language));
    warnings.extend(list.and_then(|list| too_early(list, now, language)));
    warnings
}

fn old_list(list: &ManifestFacts, now: i64, language: Language) -> Option<String> {
    let age = now - list.created;
    let said = age > LIST_OLD_MS && list.expires > now;
    said.then(|| language.fill("warn-list-old", [("hours", (age / 3_600_000).into())]))
}

fn wrong_clock(clock: &ClockFacts, language: Language) -> Option<String> {
    let offset = clock.offset?.abs();
    (offset > CLOCK_OFF_MS).then(|| language.fill("warn-clock-off", [("minutes", (offset / 60_000).into())]))
}

fn too_early(list: &ManifestFacts, now: i64, language: Language) -> Option<String> {
    let when = || crate::commands::words::times::full(list.starts, &list.time_zone);
    (list.starts - now > EARLY_MS).then(|| language.fill("warn-early", [("when", when().into())]))
}
