//! Pictures and codes that are none, several, or far too much: each is named, nothing of it is logged as a scan, and the
//! next guest is judged.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use image::GrayImage;
use serde_json::Value;
use turnstone_tests::harness::{Device, Venue, forge, lines_of_json, path, text, write_code};

use super::damaged_scene::{Scene, last_line, no_panic, refused};

fn position(device: &Device) -> Value {
    last_line(&device.run(&["status"]))["last_seq"].clone()
}

fn good_picture(venue: &Venue) -> PathBuf {
    let file = venue.folder.join("good.png");
    write_code(venue.code("T0001"), &file);
    file
}

/// Two codes: one in the corner, one in the middle.
fn two_codes(venue: &Venue, file: &Path) {
    let (corner, middle) = (venue.folder.join("corner.png"), venue.folder.join("middle.png"));
    write_code(venue.code("T0002"), &corner);
    write_code(venue.code("T0003"), &middle);
    let open = |file: &Path| image::open(file).expect("a picture made just now").to_luma8();
    let (corner, middle) = (open(&corner), open(&middle));
    let mut apart = GrayImage::from_pixel(corner.width() * 3, middle.height() * 3, image::Luma([255]));
    image::imageops::replace(&mut apart, &corner, 0, 0);
    image::imageops::replace(&mut apart, &middle, i64::from(corner.width()), i64::from(middle.height()));
    apart.save(file).expect("the picture can be written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_picture_is_named_judges_nobody_and_does_not_stop_the_next_one() {
    let scene = Scene::open(3).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let folder = &scene.venue.folder;
    let (good, before) = (good_picture(&scene.venue), position(&device));
    let file = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).expect("the file can be written");
        file
    };
    let whole = std::fs::read(&good).expect("the picture was written");
    let blank = folder.join("blank.png");
    GrayImage::from_pixel(400, 300, image::Luma([200])).save(&blank).expect("the picture can be written");
    let bad = [
        (file("cut.png", &whole[..whole.len() / 2]), "unreadable_picture", "truncated"),
        (file("letter.png", b"Dear organizer, here is my ticket."), "unreadable_picture", "not a picture"),
        (file("empty.png", b""), "unreadable_picture", "empty"),
        (file("ticket.pdf", b"%PDF-1.7 ticket"), "unreadable_picture", "PDF files are not supported"),
        (folder.join("nowhere.png"), "unreadable_picture", "could not be read"),
        (blank, "no_code", "no code could be read in this picture"),
    ];
    for (picture, code, phrase) in &bad {
        let said = refused(&device.run(&["scan", "--image", path(picture)]), 4, code, phrase);
        assert_eq!(said["source"]["file"], path(picture), "which picture it was");
        assert!(!said["advice"].as_str().unwrap_or_default().is_empty(), "what to do next: {said}");
    }
    assert_eq!(position(&device), before, "what is not a code is not logged");

    // All of them at once, the good one in the middle: it is judged, and the exit code tells that some were not.
    let mut all: Vec<&str> = bad.iter().map(|(file, ..)| path(file)).collect();
    all.insert(3, path(&good));
    let output = device.run(&[["scan", "--image"].as_slice(), all.as_slice()].concat());
    let lines = lines_of_json(&String::from_utf8_lossy(&output.stdout));
    assert_eq!((output.status.code(), lines.len()), (Some(4), 7), "{}", text(&output));
    assert_eq!(lines[3]["verdict"], "ok", "{}", text(&output));
    no_panic(&output);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_codes_the_middle_one_is_judged_and_the_others_are_told_of() {
    let scene = Scene::open(3).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let picture = scene.venue.folder.join("two.png");
    two_codes(&scene.venue, &picture);
    let said = device.scan_picture(&picture, &[]);
    assert_eq!((&said["verdict"], &said["source"]["codes"]), (&"ok".into(), &2.into()), "{said}");
    let again = device.scan(scene.venue.code("T0003"), &["--offline"]);
    assert_eq!(again["repeat"], true, "the one in the middle was judged: {again}");
    let other = device.scan(scene.venue.code("T0002"), &["--offline"]);
    assert_eq!((&other["verdict"], &other["repeat"]), (&"ok".into(), &false.into()), "{other}");
    // A person is told as well.
    let plain = scene.venue.parts.command("scanner", &device.data).args(["scan", "--image", path(&picture)]).output();
    let plain = text(&plain.expect("the scanner program starts"));
    assert!(plain.contains("2 codes"), "{plain}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_kilobytes_as_a_code_are_refused_and_the_next_ticket_is_admitted() {
    let scene = Scene::open(2).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let long = "A7Q ".repeat(1280);
    let said = device.scan(&long, &[]);
    assert_eq!((&said["verdict"], &said["because"]["fact"]), (&"invalid".into(), &"too_long".into()), "{said}");
    assert!(said["reason"].as_str().is_some_and(|reason| reason.contains("far too long")), "{said}");
    assert_eq!(said["passes"], false);

    let input = format!("{long}\n\u{0}\u{1}garbage\u{7f}\n{}\n", scene.venue.code("T0001"));
    let mut child = device
        .command(&["scan", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the scanner program starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(input.as_bytes()).expect("the scanner reads");
    stdin.write_all(b"\xff\xfe not text\n").expect("the scanner reads");
    stdin.write_all(format!("{}\n", scene.venue.code("T0002")).as_bytes()).expect("the scanner reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the scanner ends");
    let lines = lines_of_json(&String::from_utf8_lossy(&output.stdout));
    let verdicts: Vec<&str> = lines.iter().map(|line| line["verdict"].as_str().unwrap_or("error")).collect();
    assert_eq!(verdicts, ["invalid", "invalid", "ok", "error", "ok"], "{}", text(&output));
    assert_eq!((&lines[3]["code"], &lines[3]["source"]["number"]), (&"not_utf8".into(), &4.into()));
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    // The server takes the log of all that.
    device.ok(&["sync"]);
    assert_eq!(scene.inside().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_of_another_event_a_forged_and_a_cut_one_are_told_apart() {
    let scene = Scene::open(2).await;
    let server = |args: &[&str]| scene.venue.parts.server_ok(&scene.venue.data, args);
    server(&["event", "create", "Next week", "--starts", "2030-01-01T20:00:00Z", "--time-zone", "UTC"]);
    server(&["tickets", "issue", "--event", "Next week", "--count", "1"]);
    let out = scene.venue.folder.join("next");
    server(&["tickets", "qr", "--event", "Next week", "--out", path(&out)]);
    let index = std::fs::read_to_string(out.join("index.csv")).expect("an index beside the pictures");
    let other = index.lines().nth(1).and_then(|line| line.rsplit(',').next()).expect("one ticket").trim_matches('"');
    scene.publish().await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let good = scene.venue.code("T0001");
    let cases = [
        (other.to_owned(), "wrong_event", "another event"),
        (forge(good), "forged", "its signature is wrong"),
        (good[..good.len() - 9].to_owned(), "invalid", "incomplete"),
        ("TS1:".to_owned(), "invalid", "incomplete"),
        ("just some text".to_owned(), "invalid", "not a ticket of this event"),
    ];
    for (code, verdict, phrase) in &cases {
        let said = device.scan(code, &[]);
        assert_eq!((said["verdict"].as_str(), &said["passes"]), (Some(*verdict), &false.into()), "{said}");
        assert!(said["reason"].as_str().is_some_and(|reason| reason.contains(phrase)), "{phrase:?}: {said}");
    }
    // The forgery did not spend the ticket it was made from.
    assert_eq!(device.scan(good, &[])["verdict"], "ok");
    device.ok(&["sync"]);
    assert_eq!(scene.inside().await, 1);
}
