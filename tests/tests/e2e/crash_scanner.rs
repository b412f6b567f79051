//! I1: green means durable. The scanner is killed in the middle of its work; what it had shown is there afterwards.
//! `torture` does the same a thousand times.

use turnstone_tests::torture::kill_scanners;

use crate::dice::Dice;
use crate::house::House;

/// How often the scanner is killed.
const KILLS: u32 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_what_a_scanner_showed_survives_a_hundred_kills_and_it_starts_without_repair() {
    let house = House::open_with(60, &["--retry-window", "0"]).await;
    let found = kill_scanners(&house, &mut Dice::thrown(), KILLS, &mut |_| {}).await;
    assert!(found.green > 100, "a busy door was meant:\n{found}");
    assert!(found.with_worker > 0 && found.beside_worker > 0, "with its background worker, and without:\n{found}");
}
