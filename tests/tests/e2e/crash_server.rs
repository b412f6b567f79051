//! I2: acknowledged means kept, and I4: nothing counts twice. The server is killed while scanners are sending.
//! `torture` does the same a thousand times.

use turnstone_tests::torture::kill_servers;

use crate::dice::Dice;
use crate::house::House;

/// How often the server is killed.
const KILLS: u32 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_what_the_server_acknowledged_survives_a_hundred_kills_and_i4_nothing_counts_twice() {
    let mut house = House::open_with(60, &["--retry-window", "0"]).await;
    let found = kill_servers(&mut house, &mut Dice::thrown(), KILLS, &mut |_| {}).await;
    assert!(found.rounds > KILLS / 2, "the server was to be killed while it was busy:\n{found}");
    assert!(found.acknowledged > 200, "a busy evening was meant:\n{found}");
}
