//! What `verify` looks at: whatever is kept beside the entries, changed by somebody else's hand.

use crate::gadget::Gadget;
use crate::hall::Hall;

/// What is done to the database, what takes it back, and what `verify` must name.
const DAMAGES: [(&str, &str, &str); 9] = [
    ("UPDATE tallies SET entries = entries + 1", "UPDATE tallies SET entries = entries - 1", "entries of scanner"),
    (
        "UPDATE door_counts SET tickets_used = tickets_used + 1",
        "UPDATE door_counts SET tickets_used = tickets_used - 1",
        "tickets used: kept",
    ),
    (
        "UPDATE ticket_states SET admitted = admitted + 1",
        "UPDATE ticket_states SET admitted = admitted - 1",
        "inside and admitted by ticket",
    ),
    (
        "INSERT INTO ticket_states (door, ticket_key, inside, admitted) SELECT door, zeroblob(16), 0, 1 FROM door_counts",
        "DELETE FROM ticket_states WHERE ticket_key = zeroblob(16)",
        "kept (0, 1), not rebuilt",
    ),
    ("UPDATE entries SET standing = 2 - standing", "UPDATE entries SET standing = 2 - standing", "standing"),
    ("UPDATE entries SET voided = 1 - voided", "UPDATE entries SET voided = 1 - voided", "undone"),
    ("UPDATE entries SET label = label + 1", "UPDATE entries SET label = label - 1", "state digest"),
    ("UPDATE gate_sums SET inward = inward + 1", "UPDATE gate_sums SET inward = inward - 1", "sums"),
    (
        "UPDATE conflicts SET story = json_insert(story, '$.other', 1)",
        "UPDATE conflicts SET story = json_remove(story, '$.other')",
        "conflict",
    ),
];

#[tokio::test]
async fn whatever_is_kept_wrongly_is_named() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    south.admit(hall.tickets[0]);
    north.upload(&hall).await;
    south.upload(&hall).await;
    hall.verify().await;
    let database = rusqlite::Connection::open(hall.folder.path().join("server.db")).unwrap();
    for (damage, repair, named) in DAMAGES {
        assert_ne!(database.execute(damage, []).unwrap(), 0, "{damage}");
        let verified = hall.server.state().store.verify(hall.admin.organization).await.unwrap();
        let found = verified.differences.iter().any(|difference| difference.what.contains(named));
        assert!(found, "{damage}: {:?}", verified.differences);
        database.execute(repair, []).unwrap();
        hall.verify().await;
    }
}
