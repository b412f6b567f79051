//! Before doors open: everybody is made, enrolled and brought up to date.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::http::Method;
use serde_json::json;
use shared::clock::{Entropy as _, random};
use shared::ids::{BootId, GateId};

use super::{TicketFacts, World};
use crate::clock::{MachineClock, TrueTime};
use crate::device::{Device, Making};
use crate::dice::{Dice, SeededEntropy};
use crate::disk::Disk;
use crate::gadget::Gadget;
use crate::people::{MINUTE, Person};
use crate::server::Server;
use crate::wire::Ether;

impl World {
    pub(super) async fn set_up(&mut self) -> Result<()> {
        self.server.start()?;
        self.ether.connect(self.server.router());
        self.server.found().await?;
        let list_only = self.dice.one_in(3);
        let body = json!({
            "name": "Simulated night", "starts": self.opens, "ends": self.opens + 6 * 60 * MINUTE,
            "time_zone": "Europe/Berlin", "reentry": self.reentry, "list_only": list_only,
            "products": [{ "id": 1, "name": "Standard" }],
            "zones": [{ "id": 1, "name": "Hall" }, { "id": 2, "name": "Lounge" }],
            "gates": [{ "id": 1, "name": "North", "zone": 1 }, { "id": 2, "name": "South", "zone": 1 },
                      { "id": 3, "name": "Lounge door", "zone": 2, "from": 1 }],
        });
        let event = self.server.admin(Method::POST, "/events", &body).await?;
        self.server.event = event["id"].as_str().context("the event's id")?.parse()?;
        self.keys = self.server.stolen_keys().await?;
        self.issue_tickets().await?;
        ensure!(self.server.publish(false).await?, "a new server holds nothing back");
        for number in 0..self.devices.len() {
            self.enrol(number).await?;
        }
        self.gadget = Some(Gadget::enrol(&self.server, self.setting.seed, &self.time).await?);
        ensure!(self.server.publish(false).await?, "a new server holds nothing back");
        for number in 0..self.devices.len() {
            self.first_round(number).await?;
        }
        self.ether.net().faults = self.setting.faults.clone();
        self.server.disk.allow(&self.setting.faults);
        self.devices.iter().for_each(|device| device.disk.allow(&self.setting.faults));
        self.fill_schedule();
        Ok(())
    }

    async fn issue_tickets(&mut self) -> Result<()> {
        let many = 14 + self.dice.index(10);
        let admits: Vec<u32> =
            (0..many).map(|_| if self.dice.one_in(3) { *self.dice.pick(&[2, 3, 4]) } else { 1 }).collect();
        let drafts: Vec<_> = admits.iter().map(|n| json!({ "product": 1, "admits": n, "name": "Guest" })).collect();
        let issued = self.server.issue(&drafts).await?;
        let facts = issued.into_iter().zip(&admits);
        self.tickets = facts
            .map(|((key, text), admits)| TicketFacts { key, text, outdated: None, admits: *admits, refused_from: None })
            .collect();
        let chosen = self.setting.people.clone();
        let guests = many + many / 2;
        self.people =
            (0..guests).map(|n| Person::plan(self.setting.seed, n, &admits).meet(self.setting.seed, &admits)).collect();
        self.inside = vec![(false, false); guests];
        if let Some(chosen) = chosen {
            for person in &mut self.people {
                if !chosen.contains(&person.number) {
                    person.visits.clear();
                }
            }
        }
        Ok(())
    }

    async fn enrol(&mut self, number: usize) -> Result<()> {
        let code = self.register(number).await?;
        let device = &mut self.devices[number];
        device.start().await?;
        device.enrol(&code).await
    }

    /// Registers a scanner; returns its enrolment code.
    pub async fn register(&self, number: usize) -> Result<String> {
        let device = &self.devices[number];
        let role = if device.supervisor { "supervisor" } else { "scan" };
        let body = json!({ "name": device.name, "gate": device.gate, "role": role, "events": [self.server.event] });
        let answer = self.server.admin(Method::POST, "/scanners/register", &body).await?;
        Ok(answer["invitation"]["code"].as_str().context("the enrolment code")?.to_owned())
    }

    async fn first_round(&mut self, number: usize) -> Result<()> {
        let device = &self.devices[number];
        let link = device.link.clone().context("enrolled")?;
        device.wire.parker.hurry();
        let report = scanner::net::round(&link, &|_| ()).await;
        device.wire.parker.calm();
        report?;
        Ok(())
    }
}

/// The server, with a clock that is right.
pub(super) fn make_server(seed: u64, path: PathBuf, disk: Arc<Disk>, time: &TrueTime) -> Server {
    let entropy = Arc::new(SeededEntropy::new(seed, "server"));
    let boot = BootId(random(&*entropy));
    Server::new(path, disk, MachineClock::new(time, 0, 0, boot), entropy)
}

/// A scanner with a clock that is wrong in its own way.
pub(super) fn make_device(
    seed: u64,
    number: usize,
    dice: &mut Dice,
    (folder, disk): (PathBuf, Arc<Disk>),
    time: &TrueTime,
    ether: &Arc<Ether>,
) -> Result<Device> {
    let entropy = Arc::new(SeededEntropy::new(seed, &format!("scanner {number}")));
    let offset = if dice.one_in(3) { dice.between(-180, 180) * MINUTE } else { dice.between(-5_000, 5_000) };
    let mut boot = [0; 8];
    entropy.fill(&mut boot);
    let clock = MachineClock::new(time, offset, dice.between(-90, 90), BootId(boot));
    let gate = GateId(u32::try_from(number % 3 + 1)?);
    let supervisor = number == 0;
    let making = Making { number, gate, supervisor, folder, disk, clock, entropy };
    Ok(Device::new(making, ether))
}
