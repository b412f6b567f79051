//! I3: same set, same answer. Two gates without network let one ticket in; whatever the way their entries take to the
//! server, it finds out the same.

use std::path::Path;

use scanner::commands::Device as Handle;
use scanner::engine::ExchangeLimits;
use scanner::net::Link;
use serde_json::{Value, json};
use turnstone_tests::harness::Device;

use crate::house::{House, NORTH, SOUTH, copy_folder, only};

/// How entries are cut into messages.
const WHOLE: ExchangeLimits = ExchangeLimits { batches: 16, bytes: 512 * 1024, accept: 0 };
/// Two or three in a message.
const FEW: ExchangeLimits = ExchangeLimits { batches: 16, bytes: 600, accept: 0 };
/// One message for each entry.
const SINGLE: ExchangeLimits = ExchangeLimits { batches: 1, bytes: 1, accept: 0 };

/// Whose turn it is.
#[derive(Debug, Clone, Copy)]
enum Order {
    NorthFirst,
    SouthFirst,
    InTurns,
}

/// All that anybody can see of the event.
#[derive(Debug, PartialEq)]
struct Picture {
    digest: String,
    conflict: Value,
    counted: i64,
    tickets_inside: Value,
    duplicates: Value,
    labels: Value,
    timeline: Value,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanners_log_is_in_order_of_time_and_on_request_in_that_of_arrival() {
    let house = House::open(2).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    for (device, ticket) in [(&south, "T0001"), (&north, "T0002")] {
        device.ok(&["sync"]);
        assert_eq!(device.scan(house.venue.code(ticket), &["--offline"])["verdict"], "ok");
    }
    south.ok(&["sync"]);
    // The other scanner's entry is older and comes later.
    north.ok(&["sync"]);
    let who = |args: &[&str]| {
        let lines = north.ok(args);
        lines.iter().map(|line| line["scanner"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(who(&["log"]), ["South 1", "North 1"]);
    assert_eq!(who(&["log", "--by-arrival"]), ["North 1", "South 1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_two_dark_gates_give_one_conflict_and_one_digest_in_any_order_and_batching_and_twice() {
    let mut house = House::open(5).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    // Both know each other, and both have all the time samples they will get.
    north.ok(&["sync"]);
    house.cable.cut();
    let code = house.venue.code("T0001").to_owned();
    assert_eq!(north.scan(&code, &[])["verdict"], "ok");
    assert_eq!(south.scan(&code, &[])["verdict"], "ok");
    assert_eq!(south.scan("not a ticket", &[])["verdict"], "invalid");
    assert_eq!(north.scan(&code, &["--people", "2"])["passes"], false);
    house.server.kill();

    let before = house.venue.data.clone();
    let mut first: Option<Picture> = None;
    let ways = [
        (Order::NorthFirst, WHOLE),
        (Order::SouthFirst, WHOLE),
        (Order::InTurns, SINGLE),
        (Order::SouthFirst, SINGLE),
        (Order::InTurns, FEW),
        (Order::NorthFirst, FEW),
    ];
    for (number, (order, limits)) in ways.into_iter().enumerate() {
        let folder = house.path(&format!("way-{number}"));
        copy_folder(&before, &folder.join("server"));
        house.venue.data = folder.join("server");
        house.start();
        let once = carry(&folder.join("once"), [&north, &south], order, limits).await;
        assert_eq!(once, 4, "two entries of each gate");
        let picture = look(&house).await;
        // The same scanners as if they had never sent anything.
        let twice = carry(&folder.join("twice"), [&south, &north], order, limits).await;
        assert!((2..=once).contains(&twice), "each was sent again, until the server said that it has all: {twice}");
        assert_eq!(look(&house).await, picture, "sent twice by {order:?}: nothing changes (I4)");
        house.verify();
        house.server.kill();
        match &first {
            None => first = Some(picture),
            Some(first) => assert_eq!(&picture, first, "{order:?}, {limits:?}"),
        }
    }
    let picture = first.unwrap();
    assert_eq!(picture.counted, 2, "two people walked in");
    assert_eq!((picture.tickets_inside, picture.duplicates), (json!(1), json!(1)));
    let story = &picture.conflict["story"];
    assert_eq!((&story["first"]["dark"], &story["second"]["dark"]), (&json!(true), &json!(true)), "{story}");
    assert_ne!(story["first"]["gate"], story["second"]["gate"], "{story}");
    assert!(story["gap_ms"].as_i64().is_some_and(|gap| (0..60_000).contains(&gap)), "{story}");
}

/// Copies the two scanners, and sends what their copies hold to the server in force. Returns how many entries were sent.
async fn carry(folder: &Path, devices: [&Device; 2], order: Order, limits: ExchangeLimits) -> usize {
    let handles = devices.map(|device| {
        let copy = folder.join(device.data.file_name().unwrap());
        copy_folder(&device.data, &copy);
        Handle::of_this_machine(&copy, 0, false).unwrap()
    });
    let [one, other] = [handles[0].link().await.unwrap(), handles[1].link().await.unwrap()];
    let mut sent = 0;
    let turns: [&Link; 2] = if matches!(order, Order::SouthFirst) { [&other, &one] } else { [&one, &other] };
    if matches!(order, Order::InTurns) {
        loop {
            let round = send(turns[0], limits).await + send(turns[1], limits).await;
            sent += round;
            if round == 0 {
                break;
            }
        }
    } else {
        for link in turns {
            loop {
                match send(link, limits).await {
                    0 => break,
                    entries => sent += entries,
                }
            }
        }
    }
    for handle in handles {
        handle.close().await;
    }
    sent
}

/// One message, without the heartbeat that would add a time sample to the set.
async fn send(link: &Link, limits: ExchangeLimits) -> usize {
    let request = link.desk().ask(move |engine| engine.exchange_request(limits)).await.unwrap();
    let entries = request.batches.iter().map(|batch| batch.entries.len()).sum();
    let response = link.exchange(request).await.unwrap();
    let report = link.desk().ask(move |engine| engine.apply_exchange(&response)).await.unwrap();
    assert!(report.refused.is_empty() && report.new_epoch.is_none(), "{report:?}");
    entries
}

async fn look(house: &House) -> Picture {
    let occupancy = house.occupancy().await;
    let mut conflict = only(house.conflicts().await);
    // How often something changed is about the way it came, not about what is true.
    conflict.as_object_mut().unwrap().remove("revision");
    Picture {
        digest: house.digest().await,
        conflict,
        counted: occupancy["total"]["counted"].as_i64().unwrap(),
        tickets_inside: occupancy["tickets_inside"].clone(),
        duplicates: occupancy["duplicates"].clone(),
        labels: house.stats().await["entries"].clone(),
        timeline: house.office.get(&house.event("timeline?step=1")).await,
    }
}
