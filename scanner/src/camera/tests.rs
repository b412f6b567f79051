//! Pictures drawn for the purpose; none of them takes a camera.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, imageops};
use qrcode::{EcLevel, QrCode};

use super::*;

const TEXT: &str = "TS1:ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The code of `text` with a quiet zone of four modules, `module` pixels each.
fn code(text: &str, module: u32) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    code.render::<Luma<u8>>().module_dimensions(module, module).build()
}

/// A grey picture with `codes` at their places.
fn scene(width: u32, height: u32, codes: &[(&GrayImage, i64, i64)]) -> GrayImage {
    let mut scene = GrayImage::from_pixel(width, height, Luma([120]));
    for (code, left, top) in codes {
        imageops::replace(&mut scene, *code, *left, *top);
    }
    scene
}

fn texts(luma: &GrayImage, effort: Effort) -> Vec<String> {
    read(luma, effort).all.into_iter().map(|reading| reading.text).collect()
}

fn file(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_plain_code_is_read_where_it_is() {
    let scene = scene(640, 360, &[(&code(TEXT, 5), 200, 90)]);
    for effort in [Effort::Frame, Effort::Still] {
        let readings = read(&scene, effort);
        assert_eq!(readings.all.len(), 1, "{readings:?}");
        let reading = readings.to_judge().unwrap();
        let middle = (200.0 + code(TEXT, 5).width() as f32 / 2.0, 90.0 + code(TEXT, 5).height() as f32 / 2.0);
        assert_eq!(reading.text, TEXT);
        assert!((reading.centre.0 - middle.0).abs() < 5.0 && (reading.centre.1 - middle.1).abs() < 5.0);
        assert_eq!(reading.corners.len(), 4);
    }
}

#[test]
fn a_code_is_read_in_every_rotation_and_mirrored() {
    let mut scene = scene(400, 300, &[(&code(TEXT, 4), 90, 60)]);
    for _ in 0..4 {
        assert_eq!(texts(&scene, Effort::Frame), [TEXT]);
        scene = imageops::rotate90(&scene);
    }
    assert_eq!(texts(&imageops::flip_horizontal(&scene), Effort::Frame), [TEXT]);
}

#[test]
fn a_light_on_dark_code_is_read() {
    let mut inverted = code(TEXT, 5);
    imageops::invert(&mut inverted);
    let scene = scene(640, 360, &[(&inverted, 200, 60)]);
    assert_eq!(texts(&scene, Effort::Frame), [TEXT]);
    assert_eq!(texts(&scene, Effort::Still), [TEXT]);
}

#[test]
fn a_strongly_blurred_code_is_read() {
    let scene = scene(640, 360, &[(&code(TEXT, 6), 180, 40)]);
    assert_eq!(texts(&imageops::blur(&scene, 2.6), Effort::Frame), [TEXT]);
}

#[test]
fn a_code_that_leans_away_is_read() {
    let flat = code(TEXT, 8);
    let side = f64::from(flat.width());
    // Where the corners of the code land in the picture: the lower edge is half as long.
    let corners =
        [((0.0, 0.0), (0.1, 0.1)), ((1.0, 0.0), (0.9, 0.1)), ((1.0, 1.0), (0.7, 0.6)), ((0.0, 1.0), (0.3, 0.6))];
    let back = homography::Homography::fit(&corners.map(|(code, picture)| (picture, code))).unwrap();
    let scene = GrayImage::from_fn(500, 500, |x, y| {
        let (u, v) = back.map((f64::from(x) / 500.0, f64::from(y) / 500.0));
        let inside = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
        if inside { *flat.get_pixel((u * side) as u32, (v * side) as u32) } else { Luma([120]) }
    });
    assert_eq!(texts(&scene, Effort::Frame), [TEXT]);
}

#[test]
fn of_several_codes_the_one_nearest_the_middle_is_judged_and_all_are_reported() {
    let (left, middle, right) = (code("LEFT", 4), code("MIDDLE", 4), code("RIGHT", 4));
    let scene = scene(900, 300, &[(&left, 10, 60), (&right, 600, 60), (&middle, 360, 90)]);
    assert_eq!(texts(&scene, Effort::Still), ["MIDDLE", "RIGHT", "LEFT"]);
    assert_eq!(read(&scene, Effort::Frame).to_judge().unwrap().text, "MIDDLE");
}

#[test]
fn one_code_read_by_several_passes_counts_once() {
    // Away from the middle, so that no pass settles it and all of them run.
    let scene = scene(640, 360, &[(&code(TEXT, 4), 10, 10)]);
    assert_eq!(texts(&scene, Effort::Frame), [TEXT]);
    assert_eq!(texts(&scene, Effort::Still), [TEXT]);
}

#[test]
fn a_tiny_picture_of_a_code_is_read() {
    assert_eq!(texts(&code(TEXT, 1), Effort::Still), [TEXT]);
}

#[test]
fn a_picture_without_a_code_gives_nothing() {
    assert!(read(&scene(640, 360, &[]), Effort::Still).to_judge().is_none());
    let stripes = GrayImage::from_fn(640, 360, |x, _| Luma([(x % 7 * 40) as u8]));
    assert!(read(&stripes, Effort::Still).all.is_empty());
}

#[test]
fn no_size_and_no_noise_makes_a_reader_panic() {
    let mut seed = 1_u32;
    let mut noise = move |width, height, step: u32| {
        GrayImage::from_fn(width, height, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Luma([((seed >> 24) / step * step) as u8])
        })
    };
    for width in 0..9 {
        for height in 0..9 {
            assert!(read(&noise(width, height, 1), Effort::Still).all.is_empty());
        }
    }
    for (width, height) in [(1, 3000), (3000, 1), (22, 2000), (2000, 22), (21, 21), (40, 41), (67, 129)] {
        for step in [1, 128] {
            assert!(read(&noise(width, height, step), Effort::Frame).all.is_empty());
            assert!(read(&noise(width, height, step), Effort::Still).all.is_empty());
        }
    }
}

#[test]
fn every_supported_format_opens() {
    let picture = code(TEXT, 4);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        // GIF is written from colours only.
        let colours = image::DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
        let mut bytes = Cursor::new(Vec::new());
        colours.write_to(&mut bytes, format).unwrap();
        let opened = open_bytes(&bytes.into_inner()).unwrap();
        assert_eq!(texts(&opened, Effort::Still), [TEXT], "{format:?}");
    }
}

#[test]
fn a_code_drawn_on_nothing_is_read() {
    let drawn = code(TEXT, 4);
    let picture = image::GrayAlphaImage::from_fn(drawn.width(), drawn.height(), |x, y| {
        image::LumaA([0, 255 - drawn.get_pixel(x, y).0[0]])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(texts(&open_bytes(&bytes.into_inner()).unwrap(), Effort::Still), [TEXT]);
}

#[test]
fn a_file_that_ends_early_is_truncated_and_not_damaged() {
    let picture = scene(300, 300, &[(&code(TEXT, 4), 20, 20)]);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let bytes = file(&image::DynamicImage::ImageLuma8(picture.clone()).into_luma8(), format);
        for part in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 20] {
            let error = open_bytes(&bytes[..part]).unwrap_err();
            assert!(matches!(error, PictureError::Truncated), "{format:?} {part}: {error:?}");
        }
    }
}

#[test]
fn a_damaged_file_is_not_called_truncated() {
    let mut bytes = file(&code(TEXT, 4), ImageFormat::Png);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 30].fill(0xA5);
    assert!(matches!(open_bytes(&bytes), Err(PictureError::Damaged(_))));
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded() {
    // A PNG that says it has a hundred thousand pixels a side, with a right checksum of its header.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xA0\0\x01\x86\xA0\x08\0\0\0\0".to_vec();
    let checksum = crc(&bytes[12..29]);
    bytes.extend(checksum.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xAF\x06\x1E\0\0\0\0IEND\xAE\x42\x60\x82");
    match open_bytes(&bytes) {
        Err(PictureError::TooLarge { width: 100_000, height: 100_000 }) => {}
        other => panic!("{:?}", other.map(|picture| picture.dimensions())),
    }
}

/// The checksum of a PNG chunk (ISO 3309), bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

#[test]
fn what_is_no_picture_says_what_it_is() {
    let error = |bytes: &[u8]| open_bytes(bytes).unwrap_err();
    assert!(matches!(error(b""), PictureError::Empty));
    assert!(matches!(error(b"name,ticket\r\n"), PictureError::NotAPicture));
    assert!(matches!(error(b"%PDF-1.7\n"), PictureError::Unsupported(name) if name == "PDF"));
    assert!(matches!(error(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), PictureError::Unsupported(name) if name == "HEIF"));
    assert!(matches!(error(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0"), PictureError::Unsupported(name) if name == "BMP"));
    assert!(matches!(error(&vec![0x89; MAX_BYTES as usize + 1]), PictureError::TooManyBytes));
}

#[test]
fn a_file_that_is_not_there_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(open(&folder.path().join("none.png")), Err(PictureError::Unreadable(_))));
    assert!(matches!(open(folder.path()), Err(PictureError::Unreadable(_))));
    let empty = folder.path().join("empty.png");
    std::fs::write(&empty, b"").unwrap();
    assert!(matches!(open(&empty), Err(PictureError::Empty)));
}

#[test]
fn pictures_are_known_by_their_endings() {
    use std::path::Path;
    assert!(["a.png", "b.JPG", "c.jpeg", "d.Gif", "e.webp"].iter().all(|name| is_picture(Path::new(name))));
    assert!(["a.txt", "png", ".png", "b.heic"].iter().all(|name| !is_picture(Path::new(name))));
}
