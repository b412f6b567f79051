use super::*;

async fn import(folder: &Path, list: &[u8], more: &[&str]) -> Result<Report, CommandError> {
    let file = folder.join("list.csv");
    std::fs::write(&file, list).unwrap();
    let line = ["tickets", "import", file.to_str().unwrap(), "--event", "Night"];
    run_line(folder, &[line.as_slice(), more].concat()).await
}

/// What a refusal says and leaves behind: nothing.
async fn refused(folder: &Path, list: &[u8], more: &[&str]) -> CommandError {
    let before = facts(folder).await.1;
    let error = import(folder, list, more).await.unwrap_err();
    assert_eq!(error.exit_code(), 4, "{error}");
    assert_eq!(facts(folder).await.1, before, "{error}");
    error
}

#[tokio::test]
async fn a_list_without_codes_is_not_imported_twice_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let folder = folder.path();
    // Ada has two tickets in one order.
    let list = b"reference,name\nA1,Ada\nA1,Ada\nA2,Ben\n";
    let first = import(folder, list, &[]).await.unwrap();
    assert_eq!(first.json["added"], 3);
    assert!(first.text.contains("tickets qr"), "{}", first.text);
    let error = refused(folder, list, &[]).await;
    let object = error.to_json();
    assert_eq!((&object["code"], &object["failed"]), (&"lines".into(), &3.into()));
    assert_eq!(object["errors"][2]["line"], 4);
    assert!(error.to_string().contains("reference \"A2\", name \"Ben\""), "{error}");
    assert!(error.advice().contains("--existing skip") && error.advice().contains("--existing add"));
    refused(folder, list, &["--existing", "update"]).await;

    let longer = b"reference,name\nA1,Ada\nA1,Ada\nA1,Ada\nA2,BEN \nA3,Cy\n";
    let skipped = import(folder, longer, &["--existing", "skip"]).await.unwrap().json;
    assert_eq!((&skipped["added"], &skipped["skipped"]), (&2.into(), &3.into()));
    let partial = import(folder, b"reference,name\nA3,Cy\nA4,Di\n", &["--partial"]).await.unwrap().json;
    assert_eq!((&partial["added"], &partial["failed"]), (&1.into(), &1.into()));
    assert_eq!(import(folder, list, &["--existing", "add"]).await.unwrap().json["added"], 3);
    assert_eq!(facts(folder).await.1, 9);
}

#[tokio::test]
async fn rows_that_name_nobody_and_issued_tickets_are_always_new() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    for _ in 0..2 {
        assert_eq!(import(folder.path(), b"admits\n2\n2\n", &[]).await.unwrap().json["added"], 2);
        run_line(folder.path(), &["tickets", "issue", "--event", "Night", "--count", "2"]).await.unwrap();
    }
    assert_eq!(facts(folder.path()).await.1, 8);
}

#[tokio::test]
async fn a_code_that_is_there_is_never_added_once_more() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    import(folder.path(), b"code,name\nX,Ada\n", &[]).await.unwrap();
    refused(folder.path(), b"code,name\nX,Ada\n", &["--existing", "add"]).await;
}

#[tokio::test]
async fn columns_nobody_reads_are_named() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let list = b"code;Seat;Nmae\r\nX;\"4\nleft\";Ada\r\n";
    let report = import(folder.path(), list, &[]).await.unwrap();
    assert!(report.text.contains("column \"Nmae\" is not used; did you mean \"name\"?"), "{}", report.text);
    assert!(report.text.ends_with("column \"Seat\" is not used"), "{}", report.text);
    assert_eq!(report.json["unused"][0]["did_you_mean"], "name");
    assert_eq!(report.json["unused"][1]["column"], "Seat");
}

#[tokio::test]
async fn files_that_are_no_list_say_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let utf16: Vec<u8> = "\u{feff}code,name\nA,Ada\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let without_mark: Vec<u8> = "code,name\nA,Ada\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide = format!("{}\n{}\n", vec!["x"; 10_000].join(","), vec!["1"; 10_000].join(","));
    let cases: [(&[u8], &str, &str); 8] = [
        (b"", "no_rows", "the first line must name the columns"),
        (b"code,name\n", "no_rows", "holds no rows"),
        (b"\xef\xbb\xbfcode;name\r\n\r\n", "no_rows", "holds no rows"),
        (&utf16, "not_utf8", "UTF-16"),
        (&without_mark, "not_utf8", "UTF-16"),
        (b"n\xe4me\nx\n", "not_utf8", "line 1"),
        (b"code,name\nA,M\xfcller\n", "lines", "line 2: is not UTF-8"),
        (wide.as_bytes(), "columns", "x and 9988 more\""),
    ];
    for (list, code, text) in cases {
        let error = refused(folder.path(), list, &[]).await;
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(text) && error.to_string().len() < 1000, "{error}");
    }
}

#[tokio::test]
async fn huge_cells_and_wide_files_are_read_or_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let cell = "x".repeat(1024 * 1024);
    let error = refused(folder.path(), format!("code,name\nA,{cell}\n").as_bytes(), &[]).await;
    assert!(error.to_string().contains("line 2: the name is too long") && error.to_string().len() < 1000, "{error}");
    let unread = import(folder.path(), format!("code,story\nA,{cell}\n").as_bytes(), &[]).await.unwrap();
    assert_eq!(unread.json["added"], 1);
    let header: Vec<String> = (0..10_000).map(|n| format!("c{n}")).collect();
    let wide = format!("code,{}\nB,{}\n", header.join(","), vec!["1"; 10_000].join(","));
    let wide = import(folder.path(), wide.as_bytes(), &[]).await.unwrap();
    assert!(wide.text.contains("and 9988 more columns") && wide.text.len() < 2000, "{}", wide.text);
    assert_eq!(wide.json["unused"].as_array().unwrap().len(), 100);
}
