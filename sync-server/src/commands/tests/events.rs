use super::*;

async fn create(folder: &Path, more: &[&str]) -> Result<Report, CommandError> {
    let line = ["event", "create", "Night", "--starts", "2026-05-01 20:00", "--time-zone", "Europe/Berlin"];
    run_line(folder, &[line.as_slice(), more].concat()).await
}

#[tokio::test]
async fn products_gates_and_zones_are_added_later_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let add = ["event", "add", "Night", "--product", "VIP", "--gate", "Stairs:Balcony:Venue", "--zone", "Attic:40"];
    let shown = run_line(folder.path(), &add).await.unwrap();
    assert!(shown.text.contains("2 VIP") && shown.text.contains("Stairs from Venue into Balcony"), "{}", shown.text);
    let policy = run_line(folder.path(), &["event", "show", "Night"]).await.unwrap().json["policy"].clone();
    let names = |list: &str| {
        let list = policy[list].as_array().unwrap().clone();
        list.into_iter().map(|one| (one["id"].as_u64().unwrap(), one["name"].as_str().unwrap().to_owned())).collect()
    };
    let named = |list: &[(u64, &str)]| list.iter().map(|(id, name)| (*id, (*name).to_owned())).collect::<Vec<_>>();
    let (products, gates, zones): (Vec<_>, Vec<_>, Vec<_>) = (names("products"), names("gates"), names("zones"));
    assert_eq!(products, named(&[(1, "Standard"), (2, "VIP")]));
    assert_eq!(gates, named(&[(1, "Entrance"), (2, "Stairs")]));
    assert_eq!(zones, named(&[(1, "Venue"), (2, "Attic"), (3, "Balcony")]));
    let error = run_line(folder.path(), &add).await.unwrap_err();
    assert_eq!((error.exit_code(), error.code()), (2, "usage"), "{error}");
    let issue = ["tickets", "issue", "--event", "Night", "--count", "1", "--product", "VIP"];
    run_line(folder.path(), &issue).await.unwrap();
    assert_eq!(run_line(folder.path(), &["event", "add", "Night"]).await.unwrap_err().exit_code(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_said_by_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    run_line(folder.path(), &["init"]).await.unwrap();
    let long = "x".repeat(101);
    let cases: [(&[&str], &str); 4] = [
        (&["--capacity", "0"], "--capacity: must be at least 1"),
        (&["--retry-window", "600000"], "--retry-window: is more than"),
        (&["--ends", "2026-05-01 19:00"], "--ends: must be after the start"),
        (&["--product", "VIP", "--product", &long], "--product (no. 2): has 101 characters"),
    ];
    for (more, said) in cases {
        let error = create(folder.path(), more).await.unwrap_err();
        assert_eq!(error.exit_code(), 2, "{error}");
        assert!(error.to_string().contains(said), "{more:?}: {error}");
    }
}

#[tokio::test]
async fn a_time_that_clocks_skip_is_refused_with_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    run_line(folder.path(), &["init"]).await.unwrap();
    let line = ["event", "create", "Night", "--time-zone", "Europe/Berlin", "--starts"];
    let error = run_line(folder.path(), &[&line[..], &["2026-03-29 02:30"]].concat()).await.unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
    for part in ["--starts", "does not exist in Europe/Berlin", "\"2026-03-29 01:30\"", "\"2026-03-29 03:30\""] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
    run_line(folder.path(), &[&line[..], &["2026-03-29 03:30"]].concat()).await.unwrap();
}

#[tokio::test]
async fn the_same_event_twice_is_noticed_and_a_series_is_not() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let error = create(folder.path(), &[]).await.unwrap_err();
    assert_eq!((error.exit_code(), error.code()), (4, "same_name"));
    assert!(error.advice().contains("--same-name"));
    create(folder.path(), &["--same-name"]).await.unwrap();
    let next = ["event", "create", "night", "--starts", "2026-05-08 20:00", "--like", "Night"];
    let error = run_line(folder.path(), &next).await.unwrap_err();
    assert_eq!(error.exit_code(), 2, "two events are called so: {error}");
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let report = run_line(folder.path(), &next).await.unwrap();
    assert!(report.text.contains("Another event has this name"), "{}", report.text);
}

#[tokio::test]
async fn an_event_like_another_has_its_doors_and_starts_when_told() {
    let folder = tempfile::tempdir().unwrap();
    run_line(folder.path(), &["init"]).await.unwrap();
    let rules = ["--gate", "North:Hall", "--product", "VIP:Hall", "--no-reentry", "--capacity", "90"];
    create(folder.path(), &rules).await.unwrap();
    let line = ["event", "create", "Practice", "--like", "Night", "--starts", "now", "--gate", "Yard:Hall"];
    let policy = run_line(folder.path(), &line).await.unwrap().json["policy"].clone();
    assert_eq!((&policy["gates"][0]["name"], &policy["gates"][1]["name"]), (&"North".into(), &"Yard".into()));
    assert_eq!((&policy["reentry"], &policy["capacity"]), (&false.into(), &90.into()));
    assert_eq!((&policy["products"][0]["name"], &policy["time_zone"]), (&"VIP".into(), &"Europe/Berlin".into()));
    let length = policy["ends"].as_i64().unwrap() - policy["starts"].as_i64().unwrap();
    assert_eq!(length, 6 * 60 * 60 * 1000);
}

#[tokio::test]
async fn a_second_scanner_of_one_name_is_refused_once_the_first_is_enrolled() {
    use crate::device::token_hash;
    use crate::store::DeviceStore;
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let line = ["scanner", "register", "--event", "Night", "--name", "North 1"];
    let first = run_line(folder.path(), &line).await.unwrap();
    // Its code ran out, or was lost: nobody has to think of another name.
    run_line(folder.path(), &line).await.unwrap();
    let code = first.json["code"].as_str().unwrap();
    let token = shared::api::Invitation::read(code).unwrap().token;
    let context = Context::of_system(folder.path().join("data"));
    let key = shared::cose::SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
    context.store().unwrap().enrol(token_hash(&token.0), key, "test".into(), context.now_ms()).await.unwrap();
    let error = run_line(folder.path(), &line).await.unwrap_err();
    assert_eq!((error.exit_code(), error.code()), (4, "same_name"), "{error}");
    run_line(folder.path(), &[line.as_slice(), &["--same-name"]].concat()).await.unwrap();
}

#[test]
fn addresses_that_are_none_are_refused_in_words() {
    let refuse = |line: &[&str]| {
        let line = [&["sync-server"], line].concat();
        Cli::try_parse_from(line).map(drop).unwrap_err().to_string()
    };
    let text = refuse(&["serve", "--public-url", "banana"]);
    assert!(text.contains("http://192.168.1.10:8080") && !text.contains("relative"), "{text}");
    let text = refuse(&["serve", "--public-url", "https://a.example/turnstone"]);
    assert!(text.contains("paths"), "{text}");
    let text = refuse(&["scanner", "register", "--event", "x", "--name", "y", "--server", "ftp://x"]);
    assert!(text.contains("https://"), "{text}");
    assert!(refuse(&["serve", "--listen", "8080"]).contains("127.0.0.1:8080"));
}

#[tokio::test]
async fn the_only_event_need_not_be_named_and_several_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    run_line(folder.path(), &["tickets", "issue", "--count", "2"]).await.unwrap();
    run_line(folder.path(), &["scanner", "register", "North 1"]).await.unwrap();
    let another = ["event", "create", "Late show", "--like", "Night", "--starts", "2026-05-09 20:00"];
    run_line(folder.path(), &another).await.unwrap();
    for line in [&["tickets", "issue", "--count", "2"][..], &["scanner", "register", "North 2"]] {
        let error = run_line(folder.path(), line).await.unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("Night") && error.to_string().contains("Late show"), "{error}");
    }
}
