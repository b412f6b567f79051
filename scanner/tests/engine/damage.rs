//! Rows whose bytes changed under us.

use rusqlite::Connection;
use scanner::engine::ExchangeLimits;
use shared::trust::ScannerRole;

use crate::device::Device;
use crate::witness::Witness;
use crate::world::{records, ticket, world};

#[test]
fn a_damaged_entry_is_named_and_the_others_arrive() {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let mut witness = Witness::of(&world);
    witness.knows(device.id(), &certificate);
    device.adopt(&world.list(1, &records(40), &[certificate], &[]));
    for n in 0..8 {
        device.scan(&world.code(&ticket(n)));
    }
    let file = Connection::open(&device.path).unwrap();
    file.execute(
        "UPDATE entry SET bytes = CAST(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) AS BLOB) WHERE seq = 5",
        [],
    )
    .unwrap();
    let request = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let sent: Vec<(u64, usize)> = request.batches.iter().map(|batch| (batch.first, batch.entries.len())).collect();
    assert_eq!(sent, [(1, 4), (6, 4)]);
    let response = witness.answer(&world, &request);
    let report = device.engine.apply_exchange(&response).unwrap();
    assert_eq!((witness.entries(), report.pending, report.acknowledged), (8, 1, 4));
    let status = device.engine.status().unwrap();
    assert_eq!((status.troubles[0].seq, status.troubles[0].reason.as_str()), (5, "damaged"));
    device.scan(&world.code(&ticket(20)));
    witness.exchange(&world, &mut device.engine);
    assert_eq!(witness.entries(), 9, "it holds up nobody");
}
