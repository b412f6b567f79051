//! What happens at a door: somebody shows a code, the scanner answers, they walk through or they do not.

use anyhow::{Result, ensure};
use scanner::engine::{EngineError, Outcome, ScanRequest, UndoTarget};
use scanner::net::SyncError;
use shared::api::{CONFIRM_DEADLINE_MS, ReleaseRequest};
use shared::cose::{Domain, SigningKey, sign};
use shared::entry::{Basis, Direction};
use shared::verdict::Verdict;

use crate::disk::Plan;
use crate::faults::Fault;
use crate::ledger::Walk;
use crate::people::{CodeKind, MINUTE, Person, Visit};
use crate::world::{Event, World};

/// How often somebody comes again after nothing worked, before they go home.
const PATIENCE: u32 = 12;

impl World {
    /// Somebody comes to a door.
    pub async fn visit(&mut self, person: usize, visit: usize, tries: u32) -> Result<()> {
        let (who, plan) = (self.people[person].clone(), self.people[person].visits[visit]);
        if !self.would_go(&who, plan) {
            return Ok(());
        }
        let door = self.devices.iter().filter(|device| device.gate == plan.gate && device.is_up() && !device.gone);
        let at_door: Vec<usize> = door.map(|device| device.number).collect();
        let again = Event::Visit { person, visit, tries: tries + 1 };
        if at_door.is_empty() {
            if tries < PATIENCE {
                self.after(MINUTE, again);
            }
            return Ok(());
        }
        let number = at_door[person % at_door.len()];
        let text = self.shown_text(&who)?;
        self.arm_disk(number, 1);
        let done = self.scan(number, &who, plan, &text).await;
        self.disarm(number);
        if plan.twice && done.is_ok() && self.devices[number].is_up() {
            self.after(1_500, Event::Again { device: number, person, visit });
        }
        if done.is_err() && tries < PATIENCE {
            self.after(30_000, again);
        }
        Ok(())
    }

    /// The door person scans the same code once more.
    pub async fn again(&mut self, number: usize, person: usize, visit: usize) -> Result<()> {
        let (who, plan) = (self.people[person].clone(), self.people[person].visits[visit]);
        if self.devices[number].is_up() && !self.devices[number].gone {
            let text = self.shown_text(&who)?;
            let _ = self.scan(number, &who, plan, &text).await;
            self.see_to_device(number);
        }
        Ok(())
    }

    /// Whoever was not let in does not go on, and whoever is in does not come again.
    fn would_go(&self, who: &Person, plan: Visit) -> bool {
        let (venue, lounge) = self.inside[who.number];
        match (plan.gate.0, plan.direction) {
            (3, Direction::Entry) => venue && !lounge,
            (3, Direction::Exit) => lounge,
            (_, Direction::Entry) => !venue,
            (_, Direction::Exit) => venue && !lounge,
        }
    }

    /// The text of the code somebody shows.
    fn shown_text(&self, who: &Person) -> Result<String> {
        let text = self.tickets[who.ticket].text.clone();
        Ok(match who.code {
            CodeKind::Own | CodeKind::Copy => text,
            CodeKind::Outdated => self.tickets[who.ticket].outdated.clone().map_or(text, |(old, _)| old),
            CodeKind::Nonsense => "https://example.org/menu".into(),
            CodeKind::Forged => self.signed_with(&text, Domain::Ticket, Some(SigningKey::from_bytes(&[7; 32])))?,
            CodeKind::OtherDomain => self.signed_with(&text, Domain::Manifest, None)?,
        })
    }

    /// The same ticket with its key's id, signed by another key or in another domain.
    fn signed_with(&self, text: &str, domain: Domain, key: Option<SigningKey>) -> Result<String> {
        let bytes = base45::decode(text.trim_start_matches("TS1:"))?;
        let envelope = shared::cose::Envelope::parse(&bytes)?;
        let own = self.keys.iter().find(|stored| stored.id == envelope.key());
        let seed = own.and_then(|stored| stored.seed.as_ref());
        ensure!(seed.is_some(), "the ticket key is known");
        let own = seed.map(sync_server::keys::Seed::signing_key);
        let payload: Vec<u8> = envelope_payload(&bytes)?;
        let mut forged = match (key, own) {
            (None, Some(own)) => sign(domain, &own, payload),
            (Some(key), _) => sign(domain, &key, payload),
            (None, None) => vec![],
        };
        // A forger writes the right key's id over his own.
        let id = envelope.key();
        if let Some(at) = forged.windows(8).position(|window| window == shared_id(&forged)) {
            forged[at..at + 8].copy_from_slice(&id.0);
        }
        Ok(format!("TS1:{}", base45::encode(forged)))
    }

    /// What may go wrong with a scanner's disk next; `long` stretches it over so many times as many calls.
    pub fn arm_disk(&mut self, number: usize, long: u64) {
        let faults = &self.setting.faults;
        let mut plan = Plan { lying: self.lying[number], ..Plan::default() };
        let dice = &mut self.dice;
        if faults.has(Fault::Crash) && dice.one_in(25) {
            plan.crash_in = Some(1 + dice.below(60 * long));
        }
        if faults.has(Fault::DiskFull) && dice.one_in(25) {
            plan.full_in = Some(1 + dice.below(10 * long));
        }
        if faults.has(Fault::Busy) && dice.one_in(40) {
            plan.busy = if dice.one_in(2) { u32::MAX } else { 2 };
        }
        if faults.has(Fault::IoError) && dice.one_in(25) {
            plan.io_error_in = Some(1 + dice.below(30 * long));
        }
        if faults.has(Fault::ShortRead) && dice.one_in(30) {
            plan.short_read_in = Some(1 + dice.below(4));
        }
        self.devices[number].disk.arm(plan);
    }

    /// What was planned for one scan and did not come ends with it.
    pub fn disarm(&mut self, number: usize) {
        let plan = Plan { lying: self.lying[number], ..Plan::default() };
        if !self.devices[number].disk.is_dead() {
            self.devices[number].disk.arm(plan);
        }
        self.see_to_device(number);
    }

    async fn scan(&mut self, number: usize, who: &Person, plan: Visit, text: &str) -> Result<(), ()> {
        let before = self.devices[number].disk.faults_seen();
        let mut request = ScanRequest::of(text);
        request.direction = Some(plan.direction);
        request.gate = Some(plan.gate);
        request.people = Some(who.party);
        let supervisor = self.devices[number].supervisor;
        if supervisor && self.dice.one_in(12) && plan.direction == Direction::Entry {
            request.override_reason = Some("the guest list".into());
        }
        let unanswered = self.confirm(number, &mut request).await;
        let asked = request.clone();
        let scanned = self.devices[number].ask(move |engine| engine.scan(&asked)).await;
        let name = self.devices[number].name.clone();
        match scanned {
            Ok(outcome) if !self.devices[number].disk.is_dead() => {
                self.devices[number].unsaid = true;
                self.walk(number, who, plan, &outcome, request.override_reason.is_some());
                self.give_free(number, &outcome, unanswered).await;
                Ok(())
            }
            result => {
                let ticket = Some(self.tickets[who.ticket].key);
                self.doubts.entry(number).or_default().push(ticket);
                let Err(error) = result else {
                    self.say(format!("{name} died before it could show person {} an answer", who.number));
                    return Err(());
                };
                self.say(format!("{name} gave no answer to person {}: {error}", who.number));
                if let SyncError::Engine(EngineError::Revoked) = error {
                    self.devices[number].gone = true;
                }
                self.judge_error(number, &error, before);
                Err(())
            }
        }
    }

    /// Asks the server while the guest waits, as `scanner::net::Confirmer` does; says what is to be given free if the
    /// answer did not come in time.
    async fn confirm(&mut self, number: usize, request: &mut ScanRequest) -> Option<ReleaseRequest> {
        let device = &self.devices[number];
        let (Some(link), None) = (device.link.clone(), &device.task) else { return None };
        if self.ether.net().ways[number].dark {
            return None;
        }
        let question = request.clone();
        let asked = device.ask(move |engine| engine.needs_confirmation(&question)).await.ok()??;
        let parker = device.wire.parker.clone();
        parker.hurry();
        let response = link.confirm(asked.clone()).await;
        let spent = parker.calm();
        let free = ReleaseRequest { event: asked.event, ticket: asked.ticket };
        let in_time = u64::try_from(spent).is_ok_and(|spent| spent <= CONFIRM_DEADLINE_MS);
        let Some(response) = response.ok().filter(|_| in_time) else { return Some(free) };
        match self.devices[number].ask(move |engine| engine.verify_confirmation(&asked, &response)).await {
            Ok(word) => {
                request.confirmation = Some(word);
                None
            }
            Err(_) => Some(free),
        }
    }

    async fn give_free(&mut self, number: usize, outcome: &Outcome, unanswered: Option<ReleaseRequest>) {
        let refused = outcome.answer.verdict.passes().is_none();
        let Some(free) = outcome.release.clone().or(unanswered.filter(|_| refused)) else { return };
        let device = &self.devices[number];
        let (Some(link), None) = (device.link.clone(), &device.task) else { return };
        device.wire.parker.hurry();
        drop(link.release(free).await);
        device.wire.parker.calm();
    }

    fn walk(&mut self, number: usize, who: &Person, plan: Visit, outcome: &Outcome, overridden: bool) {
        let verdict = outcome.answer.verdict;
        let name = self.devices[number].name.clone();
        let party = i64::from(who.party);
        let again = if outcome.repeat { " (again)" } else { "" };
        self.say(format!(
            "{name} person {} ticket {} {:?} {:?} party {party}: {verdict}{again} seq {}",
            who.number, who.ticket, plan.direction, who.code, outcome.seq
        ));
        self.check_verdict(number, who, outcome);
        let Some(way) = verdict.passes().filter(|_| !outcome.repeat) else { return };
        let bodies = if way == Direction::Entry { party } else { -party };
        let walk = Walk {
            device: number,
            feed: outcome.feed,
            seq: outcome.seq,
            gate: plan.gate,
            bodies,
            at: self.time.now(),
            ticket: outcome.ticket,
            undone: None,
            shown: true,
            overridden: overridden || verdict == Verdict::OkOverride,
            confirmed: outcome.basis == Basis::Server,
        };
        self.ledger.walks.insert(outcome.entry, walk);
        let device = &mut self.devices[number];
        let unsampled = std::mem::take(&mut device.unsampled) && self.time.now() < device.no_sample_before;
        self.tally.add(Fault::Reboot, u64::from(unsampled));
        let inside = &mut self.inside[who.number];
        match plan.gate.0 {
            3 => inside.1 = way == Direction::Entry,
            _ => inside.0 = way == Direction::Entry,
        }
    }

    /// A supervisor undoes the last movement, or counts staff.
    pub async fn supervise(&mut self) -> Result<()> {
        let Some(number) = self.devices.iter().position(|device| device.supervisor && device.is_up() && !device.gone)
        else {
            return Ok(());
        };
        let before = self.devices[number].disk.faults_seen();
        let device = &self.devices[number];
        if self.dice.one_in(2) {
            match device.ask(|engine| engine.undo(&UndoTarget::Last, Some("Sim"), None)).await {
                Ok(recorded) => {
                    self.devices[number].unsaid = true;
                    let target = recorded.target.unwrap_or_default();
                    self.say(format!("supervisor undid {target} at seq {}", recorded.seq));
                    let excused = self.devices[number].excuse.is_some();
                    if let Some(walk) =
                        self.ledger.walks.get_mut(&target).filter(|walk| excused || walk.device == number)
                    {
                        walk.undone = Some(recorded.entry);
                    } else {
                        self.violate("I7", format!("an entry was undone that {number} did not write: {target}"));
                    }
                }
                Err(error) => self.judge_error(number, &error, before),
            }
        } else {
            let people = self.dice.between(1, 4) * if self.dice.one_in(3) { -1 } else { 1 };
            let gate = self.devices[number].gate;
            match self.devices[number].ask(move |engine| engine.count(people, "staff", Some(gate), None)).await {
                Ok(recorded) => {
                    self.devices[number].unsaid = true;
                    self.say(format!("supervisor counted {people} at seq {}", recorded.seq));
                    let walk = Walk {
                        device: number,
                        feed: recorded.feed,
                        seq: recorded.seq,
                        gate,
                        bodies: people,
                        at: self.time.now(),
                        ticket: None,
                        undone: None,
                        shown: true,
                        overridden: true,
                        confirmed: false,
                    };
                    self.ledger.walks.insert(recorded.entry, walk);
                }
                Err(error) => self.judge_error(number, &error, before),
            }
        }
        self.see_to_device(number);
        Ok(())
    }

    /// An administrator blocks or cancels a ticket, or issues a new code, and publishes.
    pub async fn administer(&mut self) {
        if !self.server.is_up() {
            return;
        }
        let at = self.dice.index(self.tickets.len());
        let key = self.tickets[at].key;
        let what = *self.dice.pick(&["block", "cancel", "unblock", "regenerate-qr"]);
        let post = axum::http::Method::POST;
        let done = self.server.admin(post, &format!("/tickets/{key}/{what}"), &serde_json::Value::Null).await;
        if done.is_ok()
            && what == "regenerate-qr"
            && let Ok(text) = self.server.code(key).await
        {
            let old = std::mem::replace(&mut self.tickets[at].text, text);
            self.tickets[at].outdated = Some((old, None));
        }
        let published = matches!(self.server.publish(false).await, Ok(true));
        let version = self.published_version().await;
        self.note_published();
        if done.is_ok() {
            self.tickets[at].refused_from = match what {
                // Held back, it is published some time later.
                "block" | "cancel" if published => version,
                "unblock" => None,
                _ => self.tickets[at].refused_from,
            };
        }
        if let (true, true, "regenerate-qr", Some((_, from))) =
            (done.is_ok(), published, what, &mut self.tickets[at].outdated)
        {
            *from = version;
        }
        self.say(format!("ticket {at}: {what} ({}), published {}", done.is_ok(), published));
    }
}

/// The payload of a signed object.
fn envelope_payload(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.array()?;
    decoder.skip()?;
    decoder.skip()?;
    Ok(decoder.bytes()?.to_vec())
}

/// The key id within a signed object.
fn shared_id(bytes: &[u8]) -> [u8; 8] {
    shared::cose::Envelope::parse(bytes).map(|envelope| envelope.key().0).unwrap_or_default()
}
