//! Before enrolment, and enrolments that fail.

use std::net::TcpListener;

use shared::api::Invitation;
use shared::ids::{Fingerprint, Nonce};

use super::run;

pub(super) fn invitation(server: &str) -> Invitation {
    let (token, root) = (Nonce([1; 16]), Fingerprint([2; 16]));
    Invitation { server: server.to_owned(), token, root, expires: 4_000_000_000_000 }
}

/// An address at which nobody listens: it was free a moment ago.
pub(super) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn every_verb_says_that_the_device_is_not_enrolled_and_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    let verbs: [&[&str]; 10] = [
        &["sync"],
        &["scan", "CODE"],
        &["scan", "--stdin"],
        &["undo"],
        &["count", "+1", "--why", "x"],
        &["use", "--gate", "1"],
        &["status"],
        &["log"],
        &["search", "ada"],
        &["doctor"],
    ];
    for verb in verbs {
        let ended = run(&data, verb);
        assert_eq!(ended.code, 3, "{verb:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("scanner enrol"), "{verb:?} says what to do: {}", ended.stderr);
        assert!(!data.exists(), "{verb:?}");
    }
    let object = run(&data, &["--json", "scan", "CODE"]).object();
    assert_eq!((&object["code"], &object["exit"]), (&"not_enrolled".into(), &3.into()));
}

#[test]
fn what_is_no_invitation_ends_with_4() {
    let folder = tempfile::tempdir().unwrap();
    let cut = &invitation("http://127.0.0.1:9").to_code()[..40];
    let data = folder.path().join("none");
    for text in ["https://example.com", "TSE1:", cut, "TS1:ABC"] {
        let ended = run(&data, &["enrol", text]);
        assert_eq!(ended.code, 4, "{text}: {}", ended.stderr);
        assert!(ended.stderr.contains("administrator"), "{text} says what to do: {}", ended.stderr);
        assert!(!data.exists(), "{text} leaves nothing behind");
    }
}

#[test]
fn a_server_that_is_not_there_ends_with_5_in_both_forms() {
    let folder = tempfile::tempdir().unwrap();
    let code = invitation(&nobody()).to_code();
    let ended = run(folder.path(), &["enrol", &code]);
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(ended.stderr.contains("cannot be reached"), "{}", ended.stderr);
    let object = run(folder.path(), &["--json", "enrol", &code]).object();
    assert_eq!((&object["code"], &object["exit"]), (&"unreachable".into(), &5.into()));
    assert_eq!(run(folder.path(), &["status"]).code, 3, "it is still not enrolled");
}

#[test]
fn an_invitation_in_a_picture_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("invitation.png");
    let code = qrcode::QrCode::new(invitation(&nobody()).to_code()).unwrap();
    code.render::<image::Luma<u8>>().module_dimensions(6, 6).build().save(&picture).unwrap();
    let ended = run(folder.path(), &["enrol", "--qr", picture.to_str().unwrap()]);
    assert_eq!(ended.code, 5, "the code was read and its server asked: {}", ended.stderr);
}

#[test]
fn a_picture_of_something_else_is_not_an_invitation() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("ticket.png");
    let code = qrcode::QrCode::new("TICKET:1:ABC:2").unwrap();
    code.render::<image::Luma<u8>>().module_dimensions(6, 6).build().save(&picture).unwrap();
    let ended = run(folder.path(), &["enrol", "--qr", picture.to_str().unwrap()]);
    assert_eq!(ended.code, 4);
    assert!(ended.stderr.contains("not an enrolment code"), "{}", ended.stderr);

    let blank = folder.path().join("blank.png");
    image::GrayImage::from_pixel(200, 200, image::Luma([200])).save(&blank).unwrap();
    let ended = run(folder.path(), &["--json", "enrol", "--qr", blank.to_str().unwrap()]);
    assert_eq!((ended.code, &ended.object()["code"]), (4, &"no_code".into()));
    assert!(ended.stderr.contains("type the text below the code"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("ticket is false"), "nobody holds a ticket here: {}", ended.stderr);

    let ended = run(folder.path(), &["--json", "enrol", "--qr", "missing.png"]);
    assert_eq!((ended.code, &ended.object()["code"]), (4, &"unreadable_picture".into()));
}

#[test]
fn an_authority_that_is_none_is_refused_before_the_code_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("ca.pem"));
    std::fs::write(&file, "hello").unwrap();
    let code = invitation(&nobody()).to_code();
    for name in [file.to_str().unwrap(), "missing.pem"] {
        let ended = run(&data, &["--json", "enrol", &code, "--ca", name]);
        assert_eq!((ended.code, &ended.object()["code"]), (4, &"bad_authority".into()));
        assert!(ended.stderr.contains(name) && ended.stderr.contains("BEGIN CERTIFICATE"), "{}", ended.stderr);
    }
}

#[test]
fn a_servers_data_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("server.db"), "x").unwrap();
    let code = invitation(&nobody()).to_code();
    let ended = run(folder.path(), &["--json", "enrol", &code]);
    assert_eq!((ended.code, &ended.object()["code"]), (4, &"other_program".into()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was put beside it");
}
