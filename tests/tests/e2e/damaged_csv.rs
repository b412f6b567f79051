//! Ticket lists with something wrong in them: every bad line is named with its number, nothing of a bad list is imported
//! unless asked for, and with `--partial` all good lines are.

use std::process::Output;

use reqwest::Method;
use turnstone_tests::harness::{EVENT, path};

use super::damaged_scene::{Scene, raw, server_refused};

struct Desk {
    scene: Scene,
}

impl Desk {
    async fn open() -> Self {
        Self { scene: Scene::open(1).await }
    }

    fn import(&self, bytes: &[u8], options: &[&str]) -> Output {
        let file = self.scene.venue.folder.join("list.csv");
        std::fs::write(&file, bytes).expect("the list can be written");
        let args = ["tickets", "import", path(&file), "--event", EVENT];
        self.scene.venue.parts.server(&self.scene.venue.data, &[args.as_slice(), options].concat())
    }

    /// Tickets of the event, but for the one the venue opened with.
    async fn added(&self) -> usize {
        let path = format!("/events/{}/tickets?limit=1000", self.scene.venue.event);
        let page = self.scene.admin.get(&path).await;
        page["tickets"].as_array().expect("a list of tickets").len() - 1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_cannot_be_read_says_why_and_changes_nothing() {
    let desk = Desk::open().await;
    let huge = format!("code,name\nA1,{}\n", "x".repeat(300_000));
    let cases: [(&[u8], &[&str]); 10] = [
        (b"", &["empty", "must name the columns"]),
        (b"\n\n\n", &["empty", "must name the columns"]),
        (b"colour,shape\nred,round\n", &["no column is recognized", "colour, shape"]),
        (b"A1,Ada\nA2,Bob\n", &["no column is recognized", "use headers"]),
        (b"c\xf6de,name\nA1,Ada\n", &["not UTF-8", "line 1"]),
        (b"code,name\nA1,Ada\nA2,J\xf6rg\nA3,Cy\n", &["line 3", "not UTF-8"]),
        (b"code,name\nA1,Ada\nA2,Bob,extra\nA3\n", &["line 3", "3 columns", "line 4", "1 columns"]),
        (b"code,name\nA1,Ada\nA2,Bob\nA1,Cy\n", &["line 4", "same code as line 2"]),
        (huge.as_bytes(), &["line 2", "name is too long"]),
        (b"code,name,admits,paid,valid_from\nA1,Ada,many,maybe,soon\n", &["line 2", "not a number of people"]),
    ];
    for (bytes, phrases) in cases {
        server_refused(&desk.import(bytes, &[]), 4, phrases);
        assert_eq!(desk.added().await, 0, "all or nothing: {phrases:?}");
    }
    // The same over the API: problem details that name the line.
    let bearer = format!("Bearer {}", desk.scene.admin.token());
    let to = format!("/api/v1/events/{}/tickets/import", desk.scene.venue.event);
    let headers = [("authorization", bearer.as_str()), ("content-type", "text/csv")];
    let answer = raw(desk.scene.server.addr, Method::POST, &to, &headers, "code,name\nA1,Ada\nA1,Bob\n").await;
    answer.is(422, "invalid", "same code as line 2");
    assert_eq!(answer.body["errors"][0]["field"], "line 3", "{answer:?}");
    assert_eq!(desk.added().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_partial_all_good_lines_are_taken_and_the_bad_ones_are_named() {
    let desk = Desk::open().await;
    let mut list =
        b"code;name;product\r\nA1;Ada;\r\nA2;J\xf6rg;\r\nA3;Cy;Balcony\r\nA4;Di;\r\nA1;Eve;\r\n;Flo;\r\n".to_vec();
    list.extend_from_slice(b"A6;Gus\r\nA7;Hal;\r\nTS1:FAKE;Ida;\r\n");
    let refused = desk.import(&list, &[]);
    let bad = ["line 3", "line 4", "line 6", "line 7", "line 8", "line 10", "--partial"];
    server_refused(&refused, 4, &bad);
    assert_eq!(desk.added().await, 0);

    let output = desk.import(&list, &["--partial"]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("3 tickets added") && said.contains("6 lines left out"), "{said}");
    for phrase in &bad[..6] {
        assert!(said.contains(phrase), "{phrase}: {said}");
    }
    assert_eq!(desk.added().await, 3);
    // The same list again: what is there already is named, and nothing is there twice.
    server_refused(&desk.import(b"code\nA1\nA8\n", &[]), 4, &["line 2", "in this event already", "--existing"]);
    assert_eq!(desk.added().await, 3);
    // What was imported opens the door.
    desk.scene.publish().await;
    let device = desk.scene.scanner("North 1", &desk.scene.server.url()).await;
    assert_eq!(device.scan("A4", &[])["verdict"], "ok");
    assert_eq!(device.scan("A3", &[])["verdict"], "invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quotation_mark_that_is_never_closed_swallows_no_tickets_in_silence() {
    let desk = Desk::open().await;
    let list = b"code,name\nA1,Ada\nA2,\"Bob\nA3,Cy\nA4,Di\n";
    server_refused(&desk.import(list, &[]), 4, &["line 3", "quotation mark"]);
    let output = desk.import(list, &["--partial"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("line 3") && said.contains("quotation mark"), "{said}");
    assert_eq!(desk.added().await, 1);
    // The same where the code itself begins with it.
    server_refused(&desk.import(b"code\nB1\n\"B2\nB3\nB4\n", &[]), 4, &["line 3", "line break", "quotation mark"]);
}
