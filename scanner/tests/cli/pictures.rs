//! `scan --image`: pictures with one, several and no codes, and files that are no pictures.

use std::fs;
use std::path::Path;

use image::{GrayImage, Luma, imageops};
use shared::trust::ScannerRole;

use super::door::Door;

fn draw(code: &str) -> GrayImage {
    qrcode::QrCode::new(code).unwrap().render::<Luma<u8>>().module_dimensions(4, 4).build()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_folder_is_judged_in_order_of_names_and_bad_pictures_cost_themselves_only() {
    let door = Door::open(ScannerRole::Scan);
    let folder = door.path().join("pictures");
    fs::create_dir(&folder).unwrap();
    draw(&door.code(1)).save(folder.join("a.png")).unwrap();
    let whole = fs::read(folder.join("a.png")).unwrap();
    fs::write(folder.join("b-truncated.png"), &whole[..whole.len() / 2]).unwrap();
    GrayImage::from_pixel(300, 300, Luma([180])).save(folder.join("c-blank.png")).unwrap();
    fs::write(folder.join("d-text.png"), "not a picture").unwrap();
    draw(&door.code(2)).save(folder.join("e.png")).unwrap();
    fs::write(folder.join("notes.txt"), "not looked at").unwrap();

    let (code, objects) = door.objects(&["scan", "--image", path(&folder)]);
    let said: Vec<&str> =
        objects.iter().map(|object| object["verdict"].as_str().or(object["code"].as_str()).unwrap()).collect();
    assert_eq!(said, ["ok", "unreadable_picture", "no_code", "unreadable_picture", "ok"]);
    assert_eq!(code, 4);
    assert!(objects[1]["source"]["file"].as_str().unwrap().ends_with("b-truncated.png"));
    assert_eq!(door.objects(&["log"]).1.len(), 2, "what could not be read is not in the log");
}

#[test]
fn of_several_codes_the_one_in_the_middle_is_judged_and_that_is_said() {
    let door = Door::open(ScannerRole::Scan);
    let (one, other) = (draw(&door.code(1)), draw(&door.code(2)));
    let side = one.width();
    let mut both = GrayImage::from_pixel(side * 4, side * 3, Luma([255]));
    imageops::overlay(&mut both, &one, i64::from(side * 3 / 2), i64::from(side));
    imageops::overlay(&mut both, &other, 0, 0);
    let picture = door.path().join("both.png");
    both.save(&picture).unwrap();

    let ended = door.run(&["scan", "--image", path(&picture)]);
    assert!(ended.stdout.contains("2 codes in this picture"), "{}{}", ended.stdout, ended.stderr);
    let (_, objects) = door.objects(&["scan", "--gate", "South", "--image", path(&picture)]);
    assert_eq!((&objects[0]["source"]["codes"], &objects[0]["verdict"]), (&2.into(), &"already_inside".into()));
    let (_, other) = door.objects(&["scan", "--", &door.code(2)]);
    assert_eq!(other[0]["verdict"], "ok", "the other one was not judged");
}

#[test]
fn files_and_folders_that_are_not_there_are_named() {
    let door = Door::open(ScannerRole::Scan);
    let empty = door.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let (code, objects) = door.objects(&["scan", "--image", "nowhere.png", path(&empty)]);
    assert_eq!((code, objects.len()), (4, 2));
    assert_eq!((&objects[0]["code"], &objects[1]["code"]), (&"unreadable_picture".into(), &"no_pictures".into()));
}
