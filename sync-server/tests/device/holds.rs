//! Asking the server at the door: history, and a hold.

use std::time::Duration;

use shared::api::{ConfirmRequest, ConfirmResponse, Confirmation, ReleaseRequest, ReleaseResponse, path};
use shared::clock::random;
use shared::cose::Domain;
use shared::entry::Direction;
use shared::ids::{GateId, Nonce, TicketKey};
use shared::trust::KeyRole;

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, dice};

async fn confirm(hall: &Hall, gadget: &Gadget, ticket: TicketKey, direction: Direction) -> Confirmation {
    let request =
        ConfirmRequest { nonce: Nonce(random(dice())), event: hall.event, ticket, gate: gadget.gate, direction };
    let answer: ConfirmResponse = ask(hall, path::SCAN, Some(&gadget.token), &request).await.unwrap();
    let role = KeyRole::Server;
    let opened: Confirmation =
        gadget.trust.open(Domain::Confirm, role, &answer.confirmation, |c: &Confirmation| c.at).unwrap();
    assert_eq!((opened.nonce, opened.ticket), (request.nonce, ticket));
    opened
}

#[tokio::test]
async fn two_connected_gates_never_hold_one_ticket() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    let ticket = hall.tickets[0];
    assert!(confirm(&hall, &north, ticket, Direction::Entry).await.granted);
    let refused = confirm(&hall, &south, ticket, Direction::Entry).await;
    assert_eq!((refused.granted, refused.held_at), (false, Some(GateId(1))));
    assert!(confirm(&hall, &south, ticket, Direction::Exit).await.granted, "nobody is kept in");
    assert!(confirm(&hall, &south, hall.tickets[1], Direction::Entry).await.granted);
    // The entry ends the hold, and is history from then on.
    north.admit(ticket);
    north.upload(&hall).await;
    let now = confirm(&hall, &south, ticket, Direction::Entry).await;
    assert!(now.granted);
    assert_eq!((now.entries.len(), now.times.len()), (1, 1));
}

#[tokio::test]
async fn a_hold_ends_by_release_and_after_half_a_minute() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    let ticket = hall.tickets[0];
    assert!(confirm(&hall, &north, ticket, Direction::Entry).await.granted);
    let request = ReleaseRequest { event: hall.event, ticket };
    let foreign: ReleaseResponse = ask(&hall, path::RELEASE, Some(&south.token), &request).await.unwrap();
    assert!(!foreign.released);
    let own: ReleaseResponse = ask(&hall, path::RELEASE, Some(&north.token), &request).await.unwrap();
    assert!(own.released);
    assert!(confirm(&hall, &south, ticket, Direction::Entry).await.granted);
    hall.clock.forward(30_001);
    assert!(confirm(&hall, &north, ticket, Direction::Entry).await.granted);
}

/// The database is held, so that the scanner gives up before its entry is stored; if it gave up before the server had even
/// read what it sent, which the next in the writer's row tells, it has more patience next time.
#[tokio::test]
async fn a_hold_ends_with_its_entry_even_if_the_scanner_hung_up_meanwhile() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let ticket = hall.tickets[0];
    assert!(confirm(&hall, &north, ticket, Direction::Entry).await.granted);
    north.admit(ticket);
    south.admit(hall.tickets[1]);
    let database = rusqlite::Connection::open(hall.folder.path().join("server.db")).unwrap();
    let mut patience = Duration::from_millis(100);
    while hall.people().await.0 < 2 {
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        let sending = north.send(&hall, vec![north.batch(1, north.top())]);
        assert!(tokio::time::timeout(patience, sending).await.is_err());
        database.execute_batch("ROLLBACK").unwrap();
        south.upload(&hall).await;
        patience *= 2;
    }
    // The entry is seen a moment before those who wait hear of it.
    for _ in 0..100 {
        if confirm(&hall, &south, ticket, Direction::Entry).await.granted {
            return;
        }
    }
    panic!("the hold outlives the entry it was for");
}

#[tokio::test]
async fn many_at_once_give_one_hold() {
    let hall = Hall::open().await;
    let mut gadgets = vec![];
    for n in 0..6 {
        gadgets.push(Gadget::at(&hall, &format!("Gate {n}"), 1 + n % 2).await);
    }
    for ticket in hall.tickets.clone() {
        let asked = gadgets.iter().map(|gadget| confirm(&hall, gadget, ticket, Direction::Entry));
        let mut granted = 0;
        for answer in futures(asked.collect()).await {
            granted += u32::from(answer.granted);
        }
        assert_eq!(granted, 1);
    }
}

/// All of them at once.
async fn futures<F: Future>(all: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().map(|(_, done)| done.unwrap()).collect()
}
