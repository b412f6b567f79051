//! Exhaustive where small: three scanners, two tickets, six uploads, all 720 orders in which they can arrive.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;
use shared::feed::Batch;
use turnstone_sim::faults::Faults;
use turnstone_sim::gadget::Gadget;
use turnstone_sim::run::runtime;
use turnstone_sim::world::{Setting, World};

/// All orders of the numbers below `n` (Heap's algorithm).
fn orders(n: usize) -> Vec<Vec<usize>> {
    fn permute(n: usize, order: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
        if n <= 1 {
            found.push(order.clone());
            return;
        }
        for at in 0..n {
            permute(n - 1, order, found);
            order.swap(if n.is_multiple_of(2) { at } else { 0 }, n - 1);
        }
    }
    let mut found = vec![];
    permute(n, &mut (0..n).collect(), &mut found);
    found.sort();
    found.dedup();
    found
}

/// Both tickets at two gates that know nothing of each other, and a third that voids one admission and adds another.
async fn uploads(world: &World) -> Vec<(Gadget, Batch)> {
    let (one, two) = (world.tickets[0].key, world.tickets[1].key);
    let mut gadgets = vec![];
    for seed in 101..=103 {
        gadgets.push(Gadget::enrol(&world.server, seed, &world.time).await.unwrap());
    }
    let moves = |at: i64| world.time.move_to(world.time.now() + at);
    moves(60_000);
    let voided = gadgets[0].admit(Some(one), 1);
    moves(60_000);
    gadgets[1].admit(Some(one), 1);
    gadgets[1].admit(Some(two), 1);
    moves(60_000);
    gadgets[0].admit(Some(two), 1);
    gadgets[2].admit(Some(two), 1);
    gadgets[2].undo(voided, Some(one));
    let mut uploads = vec![];
    for gadget in gadgets {
        let (first, second) = (gadget.batch(1, 2), gadget.batch(3, 3));
        uploads.push((gadget.clone(), first));
        uploads.push((gadget, second));
    }
    uploads
}

async fn state(world: &World) -> (Value, Value, Value) {
    let event = world.server.event;
    let mut seen = vec![];
    for what in ["state-digest", "occupancy", "conflicts"] {
        let path = format!("/events/{event}/{what}");
        seen.push(world.server.admin(Method::GET, &path, &Value::Null).await.unwrap());
    }
    // They are listed as they became known, which is the one thing that may depend on the order.
    let conflicts = seen[2]["conflicts"].as_array().unwrap().iter();
    let stories: BTreeSet<&str> = conflicts.map(|conflict| conflict["text"].as_str().unwrap()).collect();
    (seen[0]["digest"].clone(), seen[1]["total"]["counted"].clone(), stories.into_iter().collect())
}

#[test]
fn every_order_of_every_upload_gives_the_same_state() {
    let setting = Setting { seed: 1, faults: Faults::none(), people: Some(vec![]) };
    runtime().unwrap().block_on(async {
        let mut world = World::new(setting).await.unwrap();
        let uploads = uploads(&world).await;
        world.server.stop();
        let image = world.server.disk.image();
        let mut expected = None;
        let orders = orders(uploads.len());
        assert_eq!(orders.len(), 720);
        for order in orders {
            world.server.stop();
            world.server.disk.restore(&image);
            world.server.start().unwrap();
            for at in &order {
                let (gadget, batch) = &uploads[*at];
                let answer = gadget.send(&world.server, vec![batch.clone()]).await.unwrap();
                assert_eq!(answer.problems, vec![], "{order:?}");
            }
            let found = state(&world).await;
            assert_eq!(found.1, 4, "four people are in: {order:?}");
            assert_eq!(expected.get_or_insert_with(|| found.clone()), &found, "{order:?}");
        }
    });
}
