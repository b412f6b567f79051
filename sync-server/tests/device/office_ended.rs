//! Offices end when the certificate key is withdrawn: whoever stole a backup has their keys as well.

use std::collections::BTreeMap;

use shared::api::{RefillRequest, RefillResponse, path};
use shared::clock::random;
use shared::cose::SigningKey;
use shared::feed::{Batch, Head};
use shared::ids::{Epoch, ScannerId, StateDigest};
use shared::manifest::Header;
use shared::merge::reference::{Facts, rebuild};
use shared::time::{TimeToken, Window};
use shared::trust::Certificate;

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, dice};
use crate::office::{counted, offices, written};
use crate::refill::{download, from_keys_alone};
use crate::rotation::{take, withdraw};

/// What a scanner makes of the list in force and of everything it is given: the digest of the event.
async fn seen_by(hall: &Hall, gadget: &Gadget) -> StateDigest {
    let (header, _) = download(hall, gadget).await;
    let header: Header = shared::cose::peek(&header).unwrap();
    let certificates = header.certificates.iter().filter_map(|bytes| Certificate::open(bytes, &gadget.trust).ok());
    let keys: BTreeMap<_, _> = certificates.map(|one| (one.scanner, one.verifying_key().unwrap())).collect();
    let given = gadget.exchange(hall, vec![], vec![], 1000).await.unwrap().batches;
    let (mut entries, mut scanners) = (vec![], BTreeMap::new());
    for batch in given {
        let head = Head::peek(&batch.head).unwrap();
        // One that nobody vouches for is not read.
        let Some(key) = keys.get(&head.scanner) else { continue };
        let checked = batch.authenticate(head.scanner, key).unwrap();
        assert_eq!(checked.faults, vec![]);
        entries.extend(checked.authentic.into_iter().map(|one| one.entry));
        scanners.insert(head.feed, head.scanner);
    }
    let time = |token: &[u8]| TimeToken::open(token, &gadget.trust).ok().map(|token| token.server_ms);
    let window = Window { starts: header.policy.starts, ends: header.policy.ends };
    let revocations = header.revocations;
    let facts = Facts { scanners, revocations, windows: [(hall.event, window)].into(), time: &time };
    rebuild(&entries, &facts).digest(hall.event)
}

/// Whoever has a copy of the database and a scanner that is let in: writes on in the office's feed, and begins another.
fn forged(hall: &Hall, carrier: &Gadget, wrote: &[Batch]) -> Vec<Batch> {
    let database = rusqlite::Connection::open(hall.folder.path().join("server.db")).unwrap();
    let sql = "SELECT o.secret, s.scanner FROM offices o JOIN scanners s ON s.id = o.scanner";
    let (secret, id): ([u8; 32], [u8; 16]) = database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut held = carrier.twin(0);
    held.entries = wrote.iter().flat_map(|batch| &batch.entries).map(|bytes| bytes.to_vec()).collect();
    let mut on = carrier.twin(0);
    (on.key, on.id) = (SigningKey::from_bytes(&secret), ScannerId(id));
    on.epoch = Head::peek(&wrote[0].head).unwrap().epoch;
    on.restart_as(&held);
    on.count(500);
    let mut anew = on.twin(0);
    anew.epoch = Epoch(random(dice()));
    anew.restart_as(&carrier.twin(0));
    anew.boot();
    anew.count(70);
    vec![on.batch(on.top(), on.top()), anew.batch(1, 2)]
}

async fn renew(hall: &Hall, gadget: &mut Gadget) {
    let beat = gadget.heartbeat(hall, &gadget.beat(0, 0, 0)).await.unwrap();
    take(gadget, &beat.keyset.unwrap(), &beat.certificate.unwrap());
}

#[tokio::test]
async fn what_an_office_wrote_stays_for_everybody_and_what_a_thief_writes_counts_nowhere() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    counted(&hall, 1, 9).await;
    let former = offices(&hall, &north).await.remove(0);
    let forged = forged(&hall, &north, &written(&hall, &north).await);
    let digest = hall.digest().await;

    assert_eq!(withdraw(&hall).await, Vec::<String>::new());
    assert_eq!((hall.people().await, hall.digest().await), ((10, 10, 10), digest.clone()));
    renew(&hall, &mut north).await;
    hall.publish().await;
    let late = Gadget::at(&hall, "Late 1", 2).await;
    for gadget in [&north, &late] {
        let known = offices(&hall, gadget).await;
        assert_eq!(known.len(), 2, "the former and the next");
        assert!(known.iter().any(|one| one.public == former.public && one.serial > former.serial));
        assert_eq!(seen_by(&hall, gadget).await.to_string(), digest);
    }
    let (header, _) = download(&hall, &late).await;
    let header: Header = shared::cose::peek(&header).unwrap();
    let told: Vec<_> = header.revocations.iter().map(|one| (one.scanner, one.cuts.len())).collect();
    assert_eq!(told, vec![(former.scanner, 1)]);

    assert_eq!(north.send(&hall, forged).await.unwrap().problems, vec![]);
    assert_eq!(hall.people().await, (10, 10, 10 + 500 + 70), "kept apart: in the range only");
    counted(&hall, 2, 3).await;
    assert_eq!(hall.people().await.0, 13);
    let digest = hall.digest().await;
    assert_eq!(offices(&hall, &late).await.len(), 2, "the one that was ready was used");
    for gadget in [&north, &late] {
        assert_eq!(seen_by(&hall, gadget).await.to_string(), digest);
    }
    hall.verify().await;
}

#[tokio::test]
async fn an_office_that_is_known_by_its_certificate_alone_ends_as_well_and_stays_readable() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.upload(&hall).await;
    counted(&hall, 1, 9).await;
    let former = offices(&hall, &north).await.remove(0);
    let (carried, (header, parts)) = (written(&hall, &north).await, download(&hall, &north).await);
    let forged = forged(&hall, &north, &carried);
    let hall = from_keys_alone(hall).await;
    north.token = north.authenticate(&hall).await.unwrap().token;
    let refill = RefillRequest { event: hall.event, header, parts };
    let done: RefillResponse = ask(&hall, path::REFILL, Some(&north.token), &refill).await.unwrap();
    assert!(done.adopted);
    north.send(&hall, [carried, vec![north.batch(1, 1)]].concat()).await.unwrap();
    north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();

    // Twice: what ended is certified again each time, and its cuts stay where they are.
    assert_eq!(withdraw(&hall).await, vec!["North 1".to_owned()], "it took an invitation of another database");
    let carrier = Gadget::at(&hall, "South 1", 2).await;
    assert_eq!(carrier.send(&hall, forged).await.unwrap().problems, vec![]);
    assert_eq!(withdraw(&hall).await, vec!["North 1".to_owned()]);
    assert_eq!(hall.people().await, (9, 9, 9 + 500 + 70));
    hall.clock.forward(sync_server::store::manifest::GRACE_MS);
    hall.publish().await;
    let late = Gadget::at(&hall, "Late 1", 2).await;
    let known = offices_known(&hall, &late).await;
    assert!(known.iter().any(|one| one.public == former.public && one.serial > former.serial), "{known:?}");
    counted(&hall, 1, 1).await;
    hall.publish().await;
    assert_eq!(offices_known(&hall, &late).await.len(), 2, "and the one that counts now");
    assert_eq!(hall.people().await.0, 10);
    assert_eq!(seen_by(&hall, &late).await.to_string(), hall.digest().await);
    hall.verify().await;
}

/// Offices that a scanner takes from the list in force: not those that only a withdrawn key vouched for.
async fn offices_known(hall: &Hall, gadget: &Gadget) -> Vec<Certificate> {
    let (header, _) = download(hall, gadget).await;
    let header: Header = shared::cose::peek(&header).unwrap();
    let opened = header.certificates.iter().filter_map(|bytes| Certificate::open(bytes, &gadget.trust).ok());
    opened.filter(Certificate::is_office).collect()
}
