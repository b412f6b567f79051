//! What thieves do with the keys they took: forged lists, entries of stolen scanners and of offices that have ended. None of
//! it may be believed.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use minicbor::bytes::ByteVec;
use rusqlite::OptionalExtension as _;
use shared::api::{ExchangeRequest, MEDIA_TYPE, ManifestResponse, path};
use shared::clock::{Reading, random};
use shared::cose::{Envelope, SigningKey, encode};
use shared::entry::{Entry, Link, RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, EventId, FeedId, GateId, ManifestDigest, OrganizationId, ScannerId, ZoneId};
use shared::manifest::Header;
use sync_server::keys::KeyUse;
use sync_server::keys::keyset::OldKeys;

use crate::dice::SeededEntropy;
use crate::faults::Fault;
use crate::mischief::Mischief;
use crate::people::MINUTE;
use crate::server::Call;
use crate::world::{EVENING, Event, World};

/// An office in a thief's hands, who had the server's whole database once.
#[derive(Debug, Clone)]
pub struct StolenOffice {
    scanner: ScannerId,
    key: SigningKey,
    /// The last place of a feed it wrote, if it wrote any.
    tip: Option<(Epoch, u64, EntryId)>,
}

/// What thieves have and did.
#[derive(Debug, Clone, Default)]
pub struct Loot {
    /// The first forged entry of the stolen scanner's feed.
    pub forged_from: Option<usize>,
    /// Offices whose keys a thief has.
    pub stolen_offices: Vec<StolenOffice>,
    /// Lists that nobody may ever take, by number and digest.
    pub forged_lists: BTreeSet<(u64, ManifestDigest)>,
    /// Numbers of lists of which somebody with the key signed another one: a restored server may get that one back.
    pub doubled_lists: BTreeSet<u64>,
}

impl World {
    /// Somebody with the manifest key signs another list with the version in force, and gets it to a scanner.
    pub fn sign_another_manifest(&mut self) -> Result<()> {
        let key = self.keys.iter().rev().find(|key| key.used_for == KeyUse::Manifest);
        let Some(seed) = key.and_then(|key| key.seed.clone()) else { return Ok(()) };
        if !self.server_is_well() {
            return Ok(());
        }
        let mut header = self.header_in_force()?;
        header.policy.reentry = !header.policy.reentry;
        header.policy.name = "Another night".into();
        let forged = ManifestResponse::Header { header: header.sign(&seed.signing_key()), keyset: None };
        self.reentry_disputed = true;
        self.loot.doubled_lists.insert(header.version);
        self.ether.net().forged_manifest = Some((Fault::TwoManifests, encode(&forged)));
        self.say(format!("somebody signs another list {}", header.version));
        Ok(())
    }

    /// The newest list's header.
    pub fn header_in_force(&self) -> Result<Header> {
        let sql = "SELECT header FROM manifests";
        let header: Vec<u8> = self.server.look(|conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))?;
        shared::cose::peek(&header).context("the manifest's header")
    }

    /// Somebody without the manifest key, or with an old list of the right one, offers a list that looks newer.
    pub fn forge_manifest(&mut self) -> Result<()> {
        let key = self.keys.iter().rev().find(|key| key.used_for == KeyUse::Manifest);
        let Some((id, seed)) = key.and_then(|key| Some((key.id, key.seed.clone()?))) else { return Ok(()) };
        if !self.server_is_well() {
            return Ok(());
        }
        let mut header = self.header_in_force()?;
        header.version += 1_000;
        header.policy.reentry = !header.policy.reentry;
        let mut key = seed.signing_key();
        let how = self.dice.below(5);
        match how {
            0 => key = SigningKey::from_bytes(&[9; 32]),
            1 => header.event = EventId([9; 16]),
            2 => header.organization = OrganizationId([9; 16]),
            // The only one that nothing but the date gives away: more of those.
            _ => header.expires = self.time.now() - 6 * 60 * MINUTE,
        }
        let mut signed = header.sign(&key);
        let own = Envelope::parse(&signed).map(|envelope| envelope.key()).unwrap_or_default();
        if let Some(at) = signed.windows(8).position(|window| window == own.0) {
            signed[at..at + 8].copy_from_slice(&id.0);
        }
        self.loot.forged_lists.insert((header.version, shared::manifest::digest(&signed)));
        let answer = ManifestResponse::Header { header: signed, keyset: None };
        self.ether.net().forged_manifest = Some((Fault::ManifestForged, encode(&answer)));
        self.say(format!("somebody forges list {} (way {how})", header.version));
        Ok(())
    }

    /// The other version's scanner is stolen and revoked; then its key writes entries of before and of people who never
    /// came, and another scanner is made to carry them. None of them may count.
    pub async fn steal(&mut self) -> Result<()> {
        self.send_gadget(false).await;
        let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked && gadget.sent == gadget.len()) else {
            return Ok(());
        };
        let scanner = gadget.scanner;
        if !self.server.is_up() || !self.revoke_scanner(scanner).await {
            return Ok(());
        }
        let back = -self.dice.between(10, 600) * MINUTE;
        let ticket = self.tickets[self.dice.index(self.tickets.len())].key;
        let Some(gadget) = &mut self.gadget else { return Ok(()) };
        gadget.revoked = true;
        gadget.offset = back;
        let before = gadget.len();
        gadget.admit(Some(ticket), 1);
        gadget.admit(None, 500);
        self.loot.forged_from = Some(before + 1);
        self.say("a stolen scanner forges entries of before its revocation");
        self.carry_forged().await
    }

    /// Somebody else's session carries the forged entries to the server, as soon as that is possible.
    pub async fn carry_forged(&mut self) -> Result<()> {
        let (Some(from), Some(gadget)) = (self.loot.forged_from, &self.gadget) else { return Ok(()) };
        let (batch, scanner) = (gadget.batch(from, gadget.len()), gadget.scanner);
        // What a stolen scanner sends while a restored server has forgotten its revocation counts (PROTOCOL.md section 5).
        let arrived = self.is_revoked_there(scanner)? && self.carry(batch).await?;
        self.tally.add(Fault::StolenKey, u64::from(arrived));
        if !arrived {
            self.try_again(Mischief::CarryForged);
        }
        Ok(())
    }

    /// Whether the server knows at present that a scanner was revoked.
    fn is_revoked_there(&self, scanner: ScannerId) -> Result<bool> {
        let sql = "SELECT 1 FROM scanners WHERE scanner = ?1 AND revoked IS NOT NULL";
        let known =
            |conn: &rusqlite::Connection| Ok(conn.query_row(sql, [scanner.0], |_| Ok(())).optional()?.is_some());
        Ok(self.server.is_up() && self.server.look(known)?)
    }

    fn try_again(&mut self, mischief: Mischief) {
        if self.time.now() < self.opens + EVENING {
            self.after(3 * MINUTE, Event::Strike(mischief));
        }
    }

    /// Somebody else's session carries a batch; whether the server holds its last entry then.
    async fn carry(&mut self, batch: Batch) -> Result<bool> {
        let Some(token) = self.ether.net().token.clone() else { return Ok(false) };
        let last = batch.entries.last().map(|bytes| entry_id(bytes));
        let event = self.server.event;
        let request = ExchangeRequest { event, have: vec![], batches: vec![batch], accept: 0 };
        let body = Some((MEDIA_TYPE, encode(&request)));
        let call = Call { method: axum::http::Method::POST, path: path::LOGS.into(), token: Some(token), body };
        let status = self.ether.deliver(call).await.map_or(0, |answer| answer.status);
        self.say(format!("the forged entries arrive: {status}"));
        Ok(status == 200 && self.kept()?.iter().any(|entry| Some(entry.id) == last))
    }

    /// The certificate key was stolen, with the whole database, and is withdrawn. Every office ends.
    pub async fn withdraw_certificates(&mut self) -> Result<()> {
        if !self.server_is_well() {
            return Ok(());
        }
        let stolen = self.offices_in_force()?;
        let rotated = self.server.rotate(&[KeyUse::Certificate], OldKeys::Withdraw).await;
        self.say(format!("the certificate key is withdrawn: {}", rotated.is_ok()));
        if rotated.is_err() {
            return Ok(());
        }
        self.tally.add(Fault::CertificateWithdrawn, 1);
        self.rotated = self.time.now();
        self.keys = self.server.stolen_keys().await?;
        self.loot.stolen_offices = stolen;
        drop(self.server.publish(false).await);
        let later = self.dice.between(1, 30 * MINUTE);
        if self.setting.faults.has(Fault::OfficeKeyStolen) {
            self.after(later, Event::Strike(Mischief::Of(Fault::OfficeKeyStolen, 0)));
        }
        Ok(())
    }

    /// The offices this server writes for, as its database gives them away.
    fn offices_in_force(&self) -> Result<Vec<StolenOffice>> {
        let sql =
            "SELECT s.scanner, o.secret FROM offices o JOIN scanners s ON s.id = o.scanner WHERE s.revoked IS NULL";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found = self.server.look(|conn| Ok(conn.query_row(sql, [], row).optional()?))?;
        let Some((scanner, secret)) = found else { return Ok(vec![]) };
        let key = SigningKey::from_bytes(&secret);
        let mut tip = None;
        for entry in self.kept()? {
            let Ok(read) = Entry::read(&entry.bytes) else { continue };
            match (read.raw.epoch, &mut tip) {
                (Some(epoch), _) if feed_id(key.verifying_key().as_bytes(), epoch) == entry.feed => {
                    tip = Some((epoch, entry.seq, entry.id));
                }
                (_, Some((epoch, seq, id))) if feed_id(key.verifying_key().as_bytes(), *epoch) == entry.feed => {
                    (*seq, *id) = (entry.seq, entry.id);
                }
                _ => {}
            }
        }
        Ok(vec![StolenOffice { scanner: ScannerId(scanner), key, tip }])
    }

    /// Whoever has the key of an office that has ended counts people who never came, going on in its feed or in another.
    pub async fn count_for_ended_office(&mut self) -> Result<()> {
        let Some(mut office) = self.loot.stolen_offices.pop() else { return Ok(()) };
        if self.dice.one_in(2) {
            office.tip = None;
        }
        let (feed, batch) = self.forge_count(&office)?;
        if self.carry(batch).await? {
            self.clerk.feeds.insert(feed, office.scanner);
            self.tally.add(Fault::OfficeKeyStolen, 1);
            self.say("an office that has ended counts 500 people");
        } else {
            self.loot.stolen_offices.push(office);
            self.try_again(Mischief::Of(Fault::OfficeKeyStolen, 0));
        }
        Ok(())
    }

    fn forge_count(&mut self, office: &StolenOffice) -> Result<(FeedId, Batch)> {
        let dice = SeededEntropy::new(self.setting.seed, "thief");
        let public = office.key.verifying_key().to_bytes();
        let epoch = office.tip.map_or_else(|| Epoch(random(&dice)), |(epoch, ..)| epoch);
        let (feed, mut last) = (feed_id(&public, epoch), office.tip.map(|(_, seq, id)| (seq, id)));
        // Long before the office ended, as the thief would have it.
        let wall_ms = self.time.now() - self.dice.between(60, 120) * MINUTE;
        let reading = Reading { wall_ms, mono_ms: 1_000, boot: BootId(random(&dice)) };
        let (mut entries, first) = (vec![], last.map_or(1, |(seq, _)| seq + 1));
        let mut write = |raw: &dyn Fn(Link) -> RawEntry| {
            let raw = raw(Tip::new(feed, last).next());
            let bytes = raw.to_bytes();
            last = Some((raw.seq, entry_id(&bytes)));
            entries.push(ByteVec::from(bytes));
        };
        if first == 1 {
            write(&|link| RawEntry {
                scanner: Some(office.scanner),
                public: Some(public),
                epoch: Some(epoch),
                software: Some("sync-server".into()),
                ..RawEntry::new(link, kind::BOOT, reading)
            });
        }
        let event = self.server.event;
        write(&|link| RawEntry {
            event: Some(event),
            gate: Some(GateId(1)),
            zone: Some(ZoneId(1)),
            bodies: Some(500),
            reason: Some("a coach party".into()),
            ..RawEntry::new(link, kind::COUNT, reading)
        });
        let (seq, id) = last.context("something was written")?;
        let head = Head { scanner: office.scanner, epoch, feed, seq, id }.sign(&office.key);
        Ok((feed, Batch { first, entries, head }))
    }
}
