//! What may be opened, and what is said of the rest.

use rusqlite::Connection;
use scanner::engine::{Engine, EngineError, OpenError, ScanRequest};

use crate::device::{Device, dice, door};
use crate::world::{EVENT, ticket, world};
use shared::trust::ScannerRole;

fn open(path: &std::path::Path) -> Result<Engine, OpenError> {
    Engine::open(path, Device::new(1).clock, dice(1))
}

#[test]
fn files_that_are_something_else_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(&text, "This is a letter, not a database. ".repeat(200)).unwrap();
    assert!(matches!(open(&text), Err(OpenError::NotADatabase)));
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("This is a letter"));
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE diary (day TEXT)").unwrap();
    assert!(matches!(open(&other), Err(OpenError::OtherProgram)));
    let missing = folder.path().join("no/such/folder/x.db");
    assert!(open(&missing).unwrap_err().to_string().contains("unable to open"));
}

#[test]
fn a_newer_schema_is_refused() {
    let world = world();
    let device = door(&world, 1);
    Connection::open(&device.path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = open(&device.path).unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, known: 2 }), "{error}");
}

#[test]
fn a_damaged_file_is_named_and_never_panics() {
    let world = world();
    let mut device = door(&world, 1);
    for n in 0..40 {
        device.scan(&world.code(&ticket(n)));
    }
    device.engine.checkpoint().unwrap();
    let path = device.path.clone();
    let copy = path.with_file_name("damaged.db");
    std::fs::copy(&path, &copy).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    for at in (4096..bytes.len()).step_by(512) {
        bytes[at..at + 64].fill(0xa5);
    }
    std::fs::write(&copy, bytes).unwrap();
    let named = match open(&copy) {
        Err(error) => error.to_string(),
        Ok(mut engine) => match engine.scan(&ScanRequest::of(world.code(&ticket(1)))) {
            Err(error) => error.to_string(),
            Ok(outcome) => panic!("answered {outcome:?}"),
        },
    };
    assert!(named.contains("damaged"), "{named}");
}

#[test]
fn before_enrolment_and_before_the_first_list_it_is_said_what_to_do() {
    let world = world();
    let mut device = Device::new(1);
    assert!(matches!(device.engine.scan(&ScanRequest::of("x")), Err(EngineError::NotEnrolled)));
    assert_eq!(device.engine.status().unwrap().enrolled, None);
    assert!(device.engine.log(scanner::engine::LogFilter::default()).unwrap().is_empty());
    device.enrol(&world, ScannerRole::Scan);
    let error = device.engine.scan(&ScanRequest::of("x")).unwrap_err();
    assert!(matches!(error, EngineError::NoManifest(EVENT)), "{error}");
}

#[test]
fn the_database_keeps_its_promises() {
    let world = world();
    let mut device = door(&world, 1);
    let file = Connection::open(&device.path).unwrap();
    let mode: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let health = device.engine.health().unwrap();
    assert_eq!((health.damage.len(), health.wal_pages), (0, 0));
    assert!(health.database_bytes > 4096);
    let mut second = device.second();
    second.checkpoint().unwrap();
    second.close().unwrap();
}

#[test]
fn several_processes_may_make_the_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scanner.db");
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path).map(drop))).collect();
        for thread in running {
            thread.join().unwrap().unwrap();
        }
    });
    assert_eq!(open(&path).unwrap().status().unwrap().enrolled, None);
}
