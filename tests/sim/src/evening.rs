//! What happens when an event of the schedule is due.

use std::sync::Arc;

use anyhow::Result;
use scanner::engine::{EngineError, StoreError};
use scanner::net::{SyncError, SyncReport};

use crate::faults::Fault;
use crate::people::MINUTE;
use crate::wire::Kept;
use crate::world::{EVENING, Event, World};

/// What a round stands at.
enum Step {
    Waits(i64),
    Ended(Box<Result<SyncReport, SyncError>>),
}

impl World {
    /// Runs the evening to its end.
    pub async fn run_evening(&mut self) -> Result<()> {
        while let Some(event) = self.next_event() {
            self.happen(event).await?;
            self.see_to_server();
            self.hear_outrages();
            if !self.violations.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Visit { person, visit, tries } => self.visit(person, visit, tries).await?,
            Event::Again { device, person, visit } => self.again(device, person, visit).await?,
            Event::Round { device } => self.begin_round(device).await?,
            Event::Resume { device, life } => self.resume_round(device, life).await?,
            Event::Start { device } => self.start_device(device, true).await?,
            Event::Restart { device } => self.start_device(device, false).await?,
            Event::Wake { device } => self.wake(device),
            Event::StartServer => self.start_server()?,
            Event::Late => self.deliver_late().await,
            Event::Checkpoint => self.checkpoint(),
            Event::Administer => self.administer().await,
            Event::Supervise => self.supervise().await?,
            Event::Count => self.count_at_office().await?,
            Event::HandIn { slip } => self.hand_in(slip).await?,
            Event::HandInTwice { slip } => self.hand_in_twice(slip).await?,
            Event::Recount => self.recount().await?,
            Event::Return => self.come_back().await?,
            Event::Strike(mischief) => self.strike(mischief).await?,
            Event::Calm { device } => self.calm(device),
            Event::Look => self.look().await?,
        }
        let late = self.ether.net().late.iter().map(|kept| kept.due).min();
        if let Some(due) = late.filter(|_| !self.late_is_scheduled) {
            self.late_is_scheduled = true;
            self.at(due, Event::Late);
        }
        Ok(())
    }

    /// Begins a round, unless one is under way; and plans the next.
    pub async fn begin_round(&mut self, number: usize) -> Result<()> {
        let now = self.time.now();
        if now < self.opens + EVENING {
            let pause = self.dice.between(2 * MINUTE, 9 * MINUTE);
            self.after(pause, Event::Round { device: number });
        }
        let device = &mut self.devices[number];
        if device.gone || device.asleep || device.task.is_some() || now < device.no_sample_before {
            return Ok(());
        }
        let Some(link) = device.link.clone() else { return Ok(()) };
        self.ether.net().carrying[number] = false;
        device.task = Some(Box::pin(async move { scanner::net::round(&link, &|_| ()).await }));
        self.arm_disk(number, 8);
        self.go_on(number).await
    }

    async fn resume_round(&mut self, number: usize, life: u64) -> Result<()> {
        let device = &self.devices[number];
        if device.task.is_none() || life != self.life(number) {
            return Ok(());
        }
        if device.asleep {
            self.after(20_000, Event::Resume { device: number, life });
            return Ok(());
        }
        device.wire.parker.resume();
        self.go_on(number).await
    }

    fn wake(&mut self, number: usize) {
        if std::mem::take(&mut self.devices[number].asleep) {
            let name = self.devices[number].name.clone();
            self.say(format!("{name} wakes"));
        }
    }

    /// All scanners have their network back at one moment.
    async fn come_back(&mut self) -> Result<()> {
        let mut many = 0;
        for number in 0..self.devices.len() {
            self.calm(number);
            let device = &self.devices[number];
            let waits = device.unsaid && device.task.is_none() && self.ether.is_up();
            self.begin_round(number).await?;
            many += u64::from(waits && self.devices[number].task.is_some());
        }
        // One alone is no stampede.
        self.tally.add(Fault::Stampede, u64::from(many > 1));
        Ok(())
    }

    /// Tells one life of a scanner's program from the next.
    fn life(&self, number: usize) -> u64 {
        self.lives[number]
    }

    /// Lets a round run until it waits for the network or ends.
    async fn go_on(&mut self, number: usize) -> Result<()> {
        let before = self.devices[number].disk.faults_seen();
        let device = &mut self.devices[number];
        let parker = Arc::clone(&device.wire.parker);
        let Some(task) = &mut device.task else { return Ok(()) };
        let step = tokio::select! {
            biased;
            ended = task => Step::Ended(Box::new(ended)),
            until = parker.parked() => Step::Waits(until),
        };
        match step {
            Step::Waits(until) => {
                let life = self.life(number);
                self.at(until, Event::Resume { device: number, life });
                self.revoke_in_flight(number).await?;
            }
            Step::Ended(ended) => {
                self.devices[number].task = None;
                self.end_round(number, *ended, before);
                self.disarm(number);
                self.look_at_list(number).await;
                self.look_at_range().await?;
            }
        }
        self.see_to_device(number);
        Ok(())
    }

    fn end_round(&mut self, number: usize, ended: Result<SyncReport, SyncError>, before: u64) {
        let name = self.devices[number].name.clone();
        match ended {
            Ok(report) => {
                let exchange = &report.exchange;
                let (sent, got, left) = (exchange.acknowledged, exchange.received, exchange.pending);
                self.devices[number].unsaid = left > 0;
                let more = if exchange.new_epoch { ", new epoch" } else { "" };
                let again = if exchange.rewound { ", rewound" } else { "" };
                self.say(format!("{name} round: sent {sent}, got {got}, left {left}{more}{again}"));
                if exchange.stalled {
                    self.say(format!("{name} stalled"));
                }
            }
            Err(error) => {
                self.say(format!("{name} round broke off: {error}"));
                self.judge_error(number, &error, before);
            }
        }
    }

    /// An error of the store without a fault of the disk is a defect.
    pub fn judge_error(&mut self, number: usize, error: &SyncError, before: u64) {
        let device = &self.devices[number];
        let failed = device.disk.faults_seen() > before || device.disk.is_dead() || device.spoiled;
        let name = device.name.clone();
        match error {
            // Also where the pages that say who it is were lost by a disk that lies.
            SyncError::Engine(EngineError::Store(StoreError::Damaged(_)) | EngineError::NotEnrolled)
            | SyncError::NotEnrolled
                if device.spoiled =>
            {
                self.retire(number);
            }
            SyncError::Engine(EngineError::Store(error)) if !failed => {
                self.violate("I8", format!("{name}: the database failed without cause: {error}"));
            }
            SyncError::Stopped if self.devices[number].is_up() => {
                self.violate("I8", format!("{name}: the engine's thread ended"));
            }
            _ => {}
        }
    }

    /// A scanner whose disk died over its work is switched off and comes back.
    pub fn see_to_device(&mut self, number: usize) {
        if self.devices[number].disk.is_dead() {
            self.lose_power(number);
        }
    }

    /// A scanner's machine loses its power, and comes back.
    pub fn lose_power(&mut self, number: usize) {
        let device = &mut self.devices[number];
        device.lose_power();
        self.lives[number] += 1;
        let name = device.name.clone();
        self.say(format!("{name} lost its power"));
        let pause = self.dice.between(20_000, 4 * MINUTE);
        self.after(pause, Event::Start { device: number });
    }

    fn see_to_server(&mut self) {
        let killed = std::mem::take(&mut self.ether.net().killed);
        if killed || self.server.disk.is_dead() {
            self.server_dies();
        }
    }

    /// The server's machine loses its power, and starts again a little later.
    pub fn server_dies(&mut self) {
        self.ether.connect(None);
        self.server.stop();
        self.server.disk.lose_power();
        self.say("the server lost its power");
        let pause = self.dice.between(5_000, 3 * MINUTE);
        self.after(pause, Event::StartServer);
    }

    fn start_server(&mut self) -> Result<()> {
        if self.server.is_up() {
            return Ok(());
        }
        self.server.start()?;
        self.server_since = self.time.now();
        self.ether.connect(self.server.router());
        self.say("the server started");
        self.see_counts(false)?;
        self.check_acknowledged()
    }

    async fn start_device(&mut self, number: usize, boots: bool) -> Result<()> {
        if self.devices[number].gone || self.devices[number].desk.is_some() {
            return Ok(());
        }
        let before = self.devices[number].disk.faults_seen();
        let device = &mut self.devices[number];
        if boots {
            device.boot();
        }
        let started = device.start().await;
        let name = device.name.clone();
        if let Err(error) = started {
            self.say(format!("{name} did not start: {error}"));
            self.judge_error(number, &error, before);
            if !self.devices[number].gone {
                self.after(MINUTE, Event::Start { device: number });
            }
            return Ok(());
        }
        self.say(format!("{name} started"));
        self.check_shown(number)?;
        // Of one whose disk lied, the list may be gone with the rest; any other has the one it had.
        self.look_at_list(number).await;
        Ok(())
    }

    async fn deliver_late(&mut self) {
        self.late_is_scheduled = false;
        let now = self.time.now();
        let due: Vec<Kept> = {
            let late = &mut self.ether.net().late;
            let (due, rest) = late.drain(..).partition(|kept| kept.due <= now);
            *late = rest;
            due
        };
        for kept in due {
            let path = kept.call.path.clone();
            let answer = self.ether.deliver(kept.call).await;
            let status = answer.map_or(0, |answer| answer.status);
            let newer = self.ether.net().arrived.get(kept.scanner).is_some_and(|arrived| *arrived > kept.after);
            let happened = status == 200 && (kept.fault == Fault::Duplicated || newer);
            self.tally.add(kept.fault, u64::from(happened));
            self.say(format!("late or twice: {path} ({status})"));
        }
    }

    fn checkpoint(&mut self) {
        let before = self.server.disk.faults_seen();
        let Ok(store) = self.server.store() else { return };
        let result = store.checkpoint();
        if let Err(error) = result {
            if self.server.disk.faults_seen() == before && !self.server.disk.is_dead() {
                self.violate("I8", format!("the server's checkpoint failed without cause: {error}"));
            }
        } else {
            self.say("checkpoint");
        }
    }

    fn hear_outrages(&mut self) {
        let outrages = std::mem::take(&mut self.ether.net().outrages);
        for what in outrages.into_iter().chain(self.server.take_outrages()) {
            self.violate("I8", what);
        }
    }

    fn calm(&mut self, number: usize) {
        self.ether.net().ways[number] = crate::wire::Way::default();
        let name = self.devices[number].name.clone();
        self.say(format!("{name} has its network back"));
    }
}
