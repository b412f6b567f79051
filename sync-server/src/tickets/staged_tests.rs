use shared::ids::{EventId, UserId};

use super::*;
use crate::clock::SystemEntropy;

const ADA: UserId = UserId([1; 16]);
const BOB: UserId = UserId([2; 16]);
const EVENT: EventId = EventId([3; 16]);

fn list(size: usize) -> impl FnOnce(UploadId) -> Upload {
    move |id| Upload {
        id,
        event: EVENT,
        name: "guests.csv".into(),
        bytes: vec![b'x'; size].into(),
        look: Arc::new(Look { columns: vec![], guess: vec![], ambiguous: vec![] }),
        choice: Choice { mapping: vec![], options: Options::default() },
        checked: Arc::new(Err(ListError::NoRows)),
        stage: Stage::Waiting,
    }
}

fn done() -> Ended {
    Ended::Done { counts: Added::default(), left: BadLines::default(), coded: true }
}

#[test]
fn a_list_is_its_owners_alone_and_gone_after_half_an_hour() {
    let uploads = Uploads::default();
    let id = uploads.put(ADA, list(10), 0, &SystemEntropy).unwrap();
    assert!(uploads.get(id, ADA, EVENT, KEEP_MS - 1).is_some());
    assert!(uploads.get(id, BOB, EVENT, 1).is_none() && uploads.get(id, ADA, EventId([9; 16]), 1).is_none());
    // Looking at it keeps it; not looking does not.
    assert!(uploads.get(id, ADA, EVENT, 2 * KEEP_MS - 2).is_some());
    assert!(uploads.get(id, ADA, EVENT, 3 * KEEP_MS - 2).is_none());
    uploads.sweep(3 * KEEP_MS - 2);
    assert!(uploads.is_empty());
}

#[test]
fn another_list_for_the_event_takes_the_place_of_the_first_and_room_is_bounded() {
    let uploads = Uploads::default();
    let first = uploads.put(ADA, list(10), 0, &SystemEntropy).unwrap();
    uploads.put(ADA, list(10), 0, &SystemEntropy).unwrap();
    assert!(uploads.get(first, ADA, EVENT, 0).is_none() && uploads.len() == 1);
    for n in 0..4 {
        let kept = uploads.put(UserId([n + 10; 16]), list(MAX_BYTES), 0, &SystemEntropy);
        assert_eq!(kept.is_ok(), n < 3, "{n}: {MAX_TOGETHER} bytes together at most");
    }
    for n in 0..100 {
        let _ = uploads.put(UserId([n + 100; 16]), list(0), 0, &SystemEntropy);
    }
    assert_eq!(uploads.len(), MAX_LISTS);
}

#[test]
fn what_was_imported_is_not_kept_and_is_imported_once() {
    let uploads = Arc::new(Uploads::default());
    let id = uploads.put(ADA, list(10), 0, &SystemEntropy).unwrap();
    let (upload, working) = uploads.begin(id, ADA, EVENT, 0).unwrap();
    assert_eq!(upload.bytes.len(), 10);
    assert!(uploads.begin(id, ADA, EVENT, 0).is_none(), "two clicks are one import");
    uploads.forget(id, ADA);
    uploads.sweep(10 * KEEP_MS);
    assert_eq!(uploads.len(), 1, "nothing is taken from under an import");
    working.end(done());
    assert!(uploads.begin(id, ADA, EVENT, 0).is_none());
    let after = uploads.get(id, ADA, EVENT, 0).unwrap();
    assert!(after.bytes.is_empty() && after.stage == Stage::Ended(Arc::new(done())));
}

#[test]
fn an_import_that_broke_off_says_so_and_can_be_tried_again() {
    let uploads = Arc::new(Uploads::default());
    let id = uploads.put(ADA, list(10), 0, &SystemEntropy).unwrap();
    drop(uploads.begin(id, ADA, EVENT, 0).unwrap());
    let after = uploads.get(id, ADA, EVENT, 0).unwrap();
    assert_eq!(after.stage, Stage::Ended(Arc::new(Ended::Broke)));
    assert!(uploads.begin(id, ADA, EVENT, 0).is_some());
}

#[test]
fn bad_lines_are_counted_beyond_those_that_are_kept() {
    use crate::tickets::fault::RowFault;
    let bad = BadLines::from(vec![LineError::new(2, RowFault::NoCode); MAX_ERRORS + 5]);
    assert_eq!((bad.lines.len(), bad.count), (MAX_ERRORS, MAX_ERRORS + 5));
}
