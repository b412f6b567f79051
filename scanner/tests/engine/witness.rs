//! The other side of an exchange, as far as a device can tell it apart from a server: keeps authentic entries by place and
//! signs acknowledgements for what it keeps.

use std::collections::BTreeMap;

use scanner::engine::{Engine, ExchangeLimits, ExchangeReport};
use shared::api::{Ack, Acked, ExchangeRequest, ExchangeResponse, ItemProblem};
use shared::cose::{Domain, VerifyingKey, sign_object};
use shared::feed::{Authentic, Batch, Head};
use shared::ids::{EntryId, FeedId, ScannerId, StoreId};

use crate::world::{NOW, World};

#[derive(Default)]
pub struct Witness {
    pub keys: BTreeMap<ScannerId, VerifyingKey>,
    pub feeds: BTreeMap<FeedId, BTreeMap<u64, Vec<Authentic>>>,
    pub heads: Vec<(Head, Batch)>,
    pub store: StoreId,
}

impl Witness {
    pub fn of(world: &World) -> Self {
        Self { store: world.store, ..Self::default() }
    }

    pub fn knows(&mut self, scanner: ScannerId, certificate: &[u8]) {
        let certificate: shared::trust::Certificate = shared::cose::peek(certificate).unwrap();
        self.keys.insert(scanner, certificate.verifying_key().unwrap());
    }

    pub fn entries(&self) -> usize {
        self.feeds.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    pub fn ids(&self, feed: FeedId) -> Vec<(u64, EntryId)> {
        let places = self.feeds.get(&feed).into_iter().flatten();
        places.flat_map(|(seq, all)| all.iter().map(|one| (*seq, one.entry.id))).collect()
    }

    /// Keeps what is authentic and answers.
    pub fn answer(&mut self, world: &World, request: &ExchangeRequest) -> ExchangeResponse {
        let mut problems = Vec::new();
        for batch in &request.batches {
            let head = Head::peek(&batch.head).unwrap();
            match batch.authenticate(head.scanner, &self.keys[&head.scanner]) {
                Ok(checked) => {
                    for (seq, fault) in &checked.faults {
                        let (reason, detail) = (fault.name().to_owned(), fault.to_string());
                        problems.push(ItemProblem { feed: head.feed, seq: *seq, reason, detail });
                    }
                    for authentic in checked.authentic {
                        let place =
                            self.feeds.entry(head.feed).or_default().entry(authentic.entry.raw.seq).or_default();
                        if place.iter().all(|held| held.entry.id != authentic.entry.id) {
                            place.push(authentic);
                        }
                    }
                    self.heads.push((head, batch.clone()));
                }
                Err(error) => {
                    let (reason, detail) = ("batch".to_owned(), error.to_string());
                    problems.push(ItemProblem { feed: head.feed, seq: 0, reason, detail });
                }
            }
        }
        let feeds = request.have.iter().map(|have| self.acked(have.feed)).collect();
        let ack = sign_object(Domain::Ack, &world.server, &Ack { store: self.store, at: NOW, feeds });
        ExchangeResponse { ack, problems, batches: vec![], more: false, wanted: vec![], refill: false }
    }

    fn acked(&self, feed: FeedId) -> Acked {
        let empty = BTreeMap::new();
        let places = self.feeds.get(&feed).unwrap_or(&empty);
        let contiguous = (1..=u64::MAX).take_while(|seq| places.contains_key(seq)).last().unwrap_or(0);
        let witnessed = places.keys().copied().max().unwrap_or(0);
        let mut missing: Vec<(u64, u64)> = Vec::new();
        for seq in (contiguous + 1..=witnessed).filter(|seq| !places.contains_key(seq)) {
            match missing.last_mut().filter(|(_, to)| *to + 1 == seq) {
                Some(range) => range.1 = seq,
                None => missing.push((seq, seq)),
            }
        }
        Acked {
            feed,
            contiguous,
            id: places.get(&contiguous).map(|place| place[0].entry.id),
            missing,
            witnessed,
            forked: places.values().any(|place| place.len() > 1),
        }
    }

    /// Batches that were received from one scanner, to be passed on to another.
    pub fn batches_of(&self, scanner: ScannerId) -> Vec<Batch> {
        self.heads.iter().filter(|(head, _)| head.scanner == scanner).map(|(_, batch)| batch.clone()).collect()
    }

    /// One whole exchange.
    pub fn exchange(&mut self, world: &World, engine: &mut Engine) -> ExchangeReport {
        let request = engine.exchange_request(ExchangeLimits::default()).unwrap();
        let response = self.answer(world, &request);
        engine.apply_exchange(&response).unwrap()
    }
}
