//! Doors of real processes on bad networks: what happens there, and what must be true when it is over.

mod gate;
mod line;
mod memory;
pub(crate) mod network;
pub(crate) mod soak;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use turnstone_tests::harness::house::{House, texts};
use turnstone_tests::torture::{Times, evidence};

pub(crate) use gate::{Gate, Plan};
pub(crate) use line::Line;

/// Longest wait until everybody agrees once the network is quiet: the product's longest pause between tries is 30 s, and
/// what went up last has to come down everywhere after that.
const AGREE_WITHIN: Duration = Duration::from_secs(180);

/// Longest time a guest may have waited on a machine that does much else: the deadline of the question to the server is
/// 300 ms (PROTOCOL.md section 8), the rest is room for a busy processor.
const NOBODY_WAITS: Duration = Duration::from_millis(1_500);

/// What the doors found out.
#[derive(Debug, Default)]
pub(crate) struct Agreed {
    /// Entries that all hold.
    pub(crate) entries: usize,
    /// People inside.
    pub(crate) inside: i64,
    /// Entries that were recorded, but the kill came before the answer was shown.
    pub(crate) unshown: usize,
    /// Until everybody agreed.
    pub(crate) took: Duration,
    /// How long guests waited.
    pub(crate) waited: Times,
}

/// The network is quiet: all devices and the server come to hold the same (I6), nothing shown is lost (I1), and as many
/// are inside as walked in and not out (I7).
async fn agree(house: &House, gates: &mut [Gate]) -> Agreed {
    let began = Instant::now();
    for gate in gates.iter() {
        gate.line.calm();
    }
    let mut agreed = Agreed::default();
    let mut own = BTreeSet::new();
    for gate in gates.iter_mut() {
        let unshown = gate.recorded_but_not_shown();
        agreed.unshown += unshown.len();
        agreed.inside += gate.walked + unshown.iter().map(|(_, people)| people).sum::<i64>();
        agreed.waited.join(std::mem::take(&mut gate.waited));
    }
    loop {
        // Time samples and the like are written on: what names the event is all there is to agree on.
        for gate in gates.iter_mut() {
            assert!(gate.runs(), "no process gives up: {:?}", gate.worker.so_far());
            own.extend(gate.own_entries());
        }
        let there = texts(&house.entries().await, "id");
        let differ = gates.iter().filter(|gate| evidence::known(&gate.device) != there).count();
        if differ == 0 && own.is_subset(&there) {
            agreed.entries = there.len();
            break;
        }
        let (held, all) = (there.len(), own.len());
        assert!(began.elapsed() < AGREE_WITHIN, "{differ} do not agree; the server has {held}, the doors made {all}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    agreed.took = began.elapsed();
    assert_eq!(house.exactly_inside().await, agreed.inside, "as many as walked in, less out");
    house.verify();
    agreed
}
