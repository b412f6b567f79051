//! One round with the server, from signing in to the last entry.

use serde::Serialize;
use shared::api::{HeartbeatRequest, SyncApi, problem};
use shared::ids::EventId;

use crate::device::battery_percent;
use crate::engine::{ExchangeLimits, ExchangeReport, HeartbeatReport, ManifestProgress, Refused};

use super::tidy::tidy_a_while;
use super::{Link, NetError, SyncError, Token};

/// Most exchanges in a row that move nothing, before the round ends and says so.
const IDLE_EXCHANGES: u32 = 3;
/// Most messages for one manifest: 2^12 parts, each asked for twice.
const MAX_MANIFEST_STEPS: u32 = 2 * (1 << shared::manifest::MAX_BUCKET_BITS);

/// How far a round is; for progress bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Signed in; time sample taken.
    Connected,
    /// Parts of a ticket list arrive.
    Manifest {
        /// Parts here.
        have: u32,
        /// Parts in all.
        total: u32,
    },
    /// Entries go both ways.
    Exchange {
        /// Acknowledged in this round.
        acknowledged: u64,
        /// Not acknowledged yet.
        pending: u64,
        /// New from others in this round.
        received: u64,
    },
    /// The server gets a lost ticket list back.
    Refill {
        /// Parts it still wants.
        wanted: usize,
    },
}

/// Is told every [`Step`].
pub type Progress<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// What a round did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// What came of the heartbeat.
    pub heartbeat: HeartbeatReport,
    /// Where each event's ticket list stands.
    pub manifests: Vec<ManifestReport>,
    /// What came of the exchange.
    pub exchange: ExchangeTotals,
}

impl SyncReport {
    /// Something was refused or left; a person should look.
    pub fn is_incomplete(&self) -> bool {
        let list_refused = self.manifests.iter().any(|list| matches!(list.state, ManifestState::Refused { .. }));
        let left = self.exchange.stalled || self.exchange.pending > 0;
        list_refused || left || !self.exchange.refused.is_empty() || !self.heartbeat.refused.is_empty()
    }
}

/// Where one event's ticket list stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManifestReport {
    /// The event.
    pub event: EventId,
    /// Its name; absent until its ticket list has arrived.
    pub event_name: Option<String>,
    /// The newest is in force, or why not.
    #[serde(flatten)]
    pub state: ManifestState,
}

/// What came of fetching one ticket list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ManifestState {
    /// It was the newest already.
    Current {
        /// Its version.
        version: Option<u64>,
    },
    /// It was put into force now.
    Adopted {
        /// Its version.
        version: u64,
        /// Tickets in it.
        tickets: u64,
        /// Parts that had to be fetched or changed.
        changed: u32,
    },
    /// The organizer has not published one yet.
    NotPublished,
    /// It was refused or is damaged; the one in force stays.
    Refused {
        /// Why, for people.
        why: String,
    },
}

/// Sums over all exchanges of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExchangeTotals {
    /// Entries the server acknowledged for the first time.
    pub acknowledged: u64,
    /// Others' entries that are new here.
    pub received: u64,
    /// What was not kept, on either side, and why.
    pub refused: Vec<Refused>,
    /// Entries not acknowledged at the end.
    pub pending: u64,
    /// The server had lost something; it was sent again.
    pub rewound: bool,
    /// This database was restored or cloned: it writes another feed from now on.
    pub new_epoch: bool,
    /// Scanners that no ticket list here names yet: their entries are fetched once a newer list does.
    pub unknown_scanners: bool,
    /// The server got its ticket list back from this scanner.
    pub refilled: bool,
    /// It ended although something was left: the server kept neither taking nor giving.
    pub stalled: bool,
    /// The server would take more than this exchange was allowed to send.
    #[serde(skip)]
    pub(super) more_to_send: bool,
    /// The server has more than this exchange was allowed to fetch.
    #[serde(skip)]
    pub(super) more_to_receive: bool,
}

impl ExchangeTotals {
    pub(super) fn add(&mut self, step: ExchangeReport) {
        self.acknowledged += step.acknowledged;
        self.received += step.received;
        // Batches of unknown scanners are left for later, not refused; and nothing is said twice.
        let later = |refused: &Refused| step.unknown_scanners && refused.seq == 0;
        for refused in step.refused.into_iter().filter(|refused| !later(refused)) {
            if !self.refused.contains(&refused) {
                self.refused.push(refused);
            }
        }
        self.unknown_scanners = step.unknown_scanners;
        self.pending = step.pending;
        self.rewound |= step.rewound;
        self.new_epoch |= step.new_epoch.is_some();
        self.more_to_send = step.more_to_send;
        self.more_to_receive = step.more_to_receive;
    }
}

/// One whole round: afterwards server and scanner hold the same, as far as both were well.
pub async fn round<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    progress: Progress<'_>,
) -> Result<SyncReport, SyncError> {
    link.sign_in().await?;
    let heartbeat = heartbeat(link).await?;
    progress(Step::Connected);
    let manifests = manifests(link, progress).await?;
    let exchange = exchange(link, ExchangeLimits::default(), progress).await?;
    tidy_a_while(link.desk()).await?;
    Ok(SyncReport { heartbeat, manifests, exchange })
}

/// Says how the scanner is and takes a time sample.
pub async fn heartbeat<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
) -> Result<HeartbeatReport, SyncError> {
    let mut asked = link.desk().ask(|engine| engine.heartbeat_request(battery_percent())).await?;
    // Signing in first: its round trips would widen the sample.
    link.sign_in().await?;
    asked.sent = link.clock().read();
    let request: HeartbeatRequest = asked.request.clone();
    let response = link.heartbeat(request).await?;
    let received = link.clock().read();
    link.desk().ask(move |engine| engine.apply_heartbeat(&asked, received, &response)).await
}

/// The newest ticket list of every event of this scanner.
pub async fn manifests<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    progress: Progress<'_>,
) -> Result<Vec<ManifestReport>, SyncError> {
    let mut reports = Vec::new();
    for event in link.desk().ask(crate::engine::Engine::events).await? {
        let state = manifest(link, event, progress).await?;
        let event_name = link.desk().ask(move |engine| engine.event_name(event)).await?;
        reports.push(ManifestReport { event, event_name, state });
    }
    Ok(reports)
}

/// The newest ticket list of one event. A list that is refused costs itself only: the one in force stays, the rest goes on.
async fn manifest<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    event: EventId,
    progress: Progress<'_>,
) -> Result<ManifestState, SyncError> {
    for _ in 0..MAX_MANIFEST_STEPS {
        let request = link.desk().ask(move |engine| engine.manifest_request(event)).await?;
        let response = match link.manifest(request).await {
            Err(SyncError::Net(NetError::Refused(refusal))) if refusal.code == problem::NOT_PUBLISHED => {
                return Ok(ManifestState::NotPublished);
            }
            response => response?,
        };
        let applied = link.desk().ask(move |engine| engine.apply_manifest(event, &response)).await;
        match applied {
            Ok(ManifestProgress::Current { version }) => return Ok(ManifestState::Current { version }),
            Ok(ManifestProgress::Adopted { version, tickets, changed }) => {
                return Ok(ManifestState::Adopted { version, tickets, changed });
            }
            Ok(ManifestProgress::Staging { have, total, .. }) => progress(Step::Manifest { have, total }),
            Err(error) if error.is_bad_answer() => return Ok(ManifestState::Refused { why: error.to_string() }),
            Err(error) => return Err(error),
        }
    }
    Ok(ManifestState::Refused { why: "the server never sent all parts of it".into() })
}

/// Entries both ways until nothing is left.
pub(super) async fn exchange<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    limits: ExchangeLimits,
    progress: Progress<'_>,
) -> Result<ExchangeTotals, SyncError> {
    let mut totals = ExchangeTotals::default();
    let (mut idle, mut fetched_manifests) = (0, false);
    loop {
        let step = exchange_once(link, limits).await?;
        let moved = step.acknowledged + step.received;
        // An upload leaves what there is to receive to the download, and the other way round.
        let more = (limits.batches > 0 && step.more_to_send) || (limits.accept > 0 && step.more_to_receive);
        let (refill_wanted, strangers) = (step.refill, step.unknown_scanners);
        totals.add(step);
        let ExchangeTotals { acknowledged, pending, received, .. } = totals;
        progress(Step::Exchange { acknowledged, pending, received });
        if refill_wanted && !totals.refilled {
            totals.refilled = refill(link, progress).await?;
        }
        // Scanners that were registered after the list in force: a newer one may name them.
        let mut retry = false;
        if strangers && !fetched_manifests {
            fetched_manifests = true;
            let reports = manifests(link, progress).await?;
            retry = reports.iter().any(|list| matches!(list.state, ManifestState::Adopted { .. }));
        }
        if !more && !retry {
            return Ok(totals);
        }
        idle = if moved == 0 { idle + 1 } else { 0 };
        if idle > IDLE_EXCHANGES {
            totals.stalled = true;
            return Ok(totals);
        }
    }
}

async fn exchange_once<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    limits: ExchangeLimits,
) -> Result<ExchangeReport, SyncError> {
    let request = link.desk().ask(move |engine| engine.exchange_request(limits)).await?;
    let response = link.exchange(request).await?;
    link.desk().ask(move |engine| engine.apply_exchange(&response)).await
}

/// Gives the server the ticket list that it lost; whether it took it.
async fn refill<A: SyncApi<Error = NetError, Session = Token>>(
    link: &Link<A>,
    progress: Progress<'_>,
) -> Result<bool, SyncError> {
    let event = link.desk().ask(crate::engine::Engine::event).await?;
    let mut last = None;
    for _ in 0..MAX_MANIFEST_STEPS {
        let before = last.take();
        let request = link.desk().ask(move |engine| engine.refill_request(event, before.as_ref())).await?;
        let Some(request) = request else { return Ok(true) };
        let response = link.refill(request).await?;
        progress(Step::Refill { wanted: response.wanted.len() });
        if response.adopted {
            return Ok(true);
        }
        last = Some(response);
    }
    Ok(false)
}
