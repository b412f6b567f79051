//! I6 in the small: whatever happens between a device and a server, once it stops happening all is there.

use std::collections::BTreeSet;

use proptest::prelude::*;
use scanner::engine::ExchangeLimits;
use shared::ids::{EntryId, StoreId};
use shared::trust::ScannerRole;

use crate::device::Device;
use crate::witness::Witness;
use crate::world::{World, records, world};

#[derive(Debug, Clone)]
enum Step {
    Count,
    Exchange,
    RequestLost,
    AnswerLost,
    ByteFlipped(usize),
    ServerForgets(u64),
    ServerLosesOne(u64),
    ServerIsNew(u8),
    Reboot,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Count),
        3 => Just(Step::Exchange),
        1 => Just(Step::RequestLost),
        1 => Just(Step::AnswerLost),
        2 => (0usize..1_000).prop_map(Step::ByteFlipped),
        1 => (1u64..8).prop_map(Step::ServerForgets),
        1 => (1u64..8).prop_map(Step::ServerLosesOne),
        1 => any::<u8>().prop_map(Step::ServerIsNew),
        1 => Just(Step::Reboot),
        1 => Just(Step::Reopen),
    ]
}

struct Evening {
    world: World,
    device: Device,
    witness: Witness,
    made: BTreeSet<EntryId>,
}

impl Evening {
    fn take(&mut self, step: &Step) {
        let limits = ExchangeLimits { batches: 2, bytes: 600, ..ExchangeLimits::default() };
        match step {
            Step::Count => drop(self.made.insert(self.device.engine.count(1, "staff", None, None).unwrap().entry)),
            Step::Exchange => drop(self.witness.exchange(&self.world, &mut self.device.engine)),
            Step::RequestLost => drop(self.device.engine.exchange_request(limits).unwrap()),
            Step::AnswerLost => {
                let request = self.device.engine.exchange_request(limits).unwrap();
                self.witness.answer(&self.world, &request);
            }
            Step::ByteFlipped(at) => {
                let mut request = self.device.engine.exchange_request(limits).unwrap();
                let entries: Vec<_> = request.batches.iter_mut().flat_map(|batch| &mut batch.entries).collect();
                let many = entries.len().max(1);
                if let Some(entry) = entries.into_iter().nth(at % many) {
                    let place = at % entry.len();
                    entry[place] ^= 1;
                }
                let response = self.witness.answer(&self.world, &request);
                self.device.engine.apply_exchange(&response).unwrap();
            }
            Step::ServerForgets(from) => {
                self.witness.feeds.values_mut().for_each(|feed| feed.retain(|seq, _| seq < from));
            }
            Step::ServerLosesOne(seq) => self.witness.feeds.values_mut().for_each(|feed| drop(feed.remove(seq))),
            Step::ServerIsNew(id) => {
                self.witness.store = StoreId([*id; 16]);
                self.witness.feeds.clear();
            }
            Step::Reboot => self.device.clock.reboot(),
            Step::Reopen => self.device.reopen(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn once_faults_stop_everything_arrives(steps in prop::collection::vec(step(), 1..30)) {
        let world = world();
        let mut device = Device::new(1);
        let certificate = device.enrol(&world, ScannerRole::Supervisor);
        let mut witness = Witness::of(&world);
        witness.knows(device.id(), &certificate);
        device.adopt(&world.list(1, &records(1), &[certificate], &[]));
        let mut evening = Evening { world, device, witness, made: BTreeSet::new() };
        for step in &steps {
            evening.take(step);
        }
        for _ in 0..6 {
            evening.device.clock.forward(11 * 60_000);
            evening.take(&Step::Exchange);
        }
        let pending = evening.device.engine.pending().unwrap();
        prop_assert_eq!((pending.entries, pending.people_in), (0, 0));
        let kept = evening.witness.feeds.values().flat_map(|feed| feed.values()).flatten();
        let kept: BTreeSet<EntryId> = kept.map(|one| one.entry.id).collect();
        prop_assert!(evening.made.is_subset(&kept));
        prop_assert_eq!(evening.device.engine.status().unwrap().troubles, vec![]);
    }
}
