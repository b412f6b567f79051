//! Wrong uses end with 2 and say what is right.

use super::run;

#[test]
fn wrong_arguments_end_with_2_and_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [&[&str]; 9] = [
        &[],
        &["fly"],
        &["scan"],
        &["scan", "CODE", "--stdin"],
        &["scan", "CODE", "--direction", "sideways"],
        &["scan", "CODE", "--people", "0"],
        &["count", "+2"],
        &["count", "+5000", "--why", "coach"],
        &["enrol"],
    ];
    for args in wrong {
        let ended = run(folder.path(), args);
        assert_eq!(ended.code, 2, "{args:?}: {}", ended.stderr);
        let says = ["Usage: scanner", "--help"].iter().any(|text| ended.stderr.contains(text));
        assert!(says, "{args:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{args:?}");
    }
}

#[test]
fn with_json_a_wrong_use_is_an_object_too() {
    let folder = tempfile::tempdir().unwrap();
    let object = run(folder.path(), &["--json", "scan"]).object();
    assert_eq!((&object["kind"], &object["code"], &object["exit"]), (&"error".into(), &"usage".into(), &2.into()));
}

#[test]
fn help_names_every_verb_and_every_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    for verb in ["enrol", "sync", "scan", "undo", "count", "use", "status", "log", "search", "doctor", "Exit codes"] {
        assert!(help.stdout.contains(verb), "{verb} is missing:\n{}", help.stdout);
    }
    assert!(!help.stdout.contains("clock-offset"), "drills are not for everybody");
}

#[test]
fn a_negative_count_is_a_number_and_not_an_option() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(folder.path(), &["count", "-3", "--why", "left by the side door"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
}
