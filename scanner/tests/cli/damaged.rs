//! Damaged data folders are named, and nothing in them is changed.

use std::fs;

use super::enrolment::{invitation, nobody};
use super::run;

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scanner.db");
    let content = "shopping list: milk, bread\n".repeat(200);
    fs::write(&file, &content).unwrap();
    for args in [&["--json", "status"], &["--json", "doctor"]] {
        let ended = run(folder.path(), args);
        assert_eq!((ended.code, &ended.object()["code"]), (4, &"not_a_database".into()), "{}", ended.stderr);
        assert!(ended.stderr.contains("scanner.db"), "{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), content);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(folder.path().join("scanner.db")).unwrap();
    other.execute_batch("PRAGMA application_id = 42; CREATE TABLE bookmarks (url TEXT);").unwrap();
    drop(other);
    let ended = run(folder.path(), &["--json", "status"]);
    assert_eq!((ended.code, &ended.object()["code"]), (4, &"other_program".into()), "{}", ended.stderr);
}

#[test]
fn a_data_folder_that_is_a_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::write(&data, "").unwrap();
    let code = invitation(&nobody()).to_code();
    let ended = run(&data, &["--json", "enrol", &code]);
    assert_eq!((ended.code, &ended.object()["code"]), (4, &"data_folder".into()), "{}", ended.stderr);
}

#[test]
fn the_data_folder_belongs_to_its_user_alone() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert_eq!(run(&data, &["enrol", &invitation(&nobody()).to_code()]).code, 5);
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(data.clone()), mode(data.join("scanner.db"))), (0o700, 0o600));
    }
}
