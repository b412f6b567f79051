use shared::entry::kind;
use shared::merge::Label;

use super::*;
use crate::people::Viewer;
use crate::store::TruthStore;
use crate::store::truth::EntryQuery;

/// Widest doubt about a time (ms): 100 ppm of the hours between an entry and the comparison of clocks.
const WIDEST_MS: i64 = 10_000;

#[tokio::test]
async fn a_seeded_evening_has_sure_times_conflicts_reentries_groups_and_refusals() {
    let folder = tempfile::tempdir().unwrap();
    run_line(folder.path(), &["init"]).await.unwrap();
    let line = ["seed", "--tickets", "600", "--scanners", "4", "--scans", "900"];
    let report = run_line(folder.path(), &line).await.unwrap();
    assert!(report.text.contains("/occupancy") && report.text.contains("conflicts"), "{}", report.text);
    let event = report.json["event"].as_str().unwrap().parse().unwrap();
    let context = Context::of_system(folder.path().join("data"));
    let store = context.store().unwrap();
    let viewer = Viewer::admin(store.organizations().await.unwrap()[0].id);
    let query = EntryQuery { after: 0, ticket: None, scanner: None, label: None, limit: 5_000 };
    let entries = store.entries(viewer, event, query).await.unwrap().unwrap();
    let labelled = |label: Label| entries.iter().filter(|row| row.label == label).count();
    for label in [Label::Ok, Label::Reentry, Label::Duplicate, Label::Exit, Label::Refused, Label::Voided] {
        assert!(labelled(label) > 0, "{label:?}");
    }
    assert!(labelled(Label::Duplicate) * 20 < labelled(Label::Ok), "most guests are honest");
    assert_eq!(u64::try_from(labelled(Label::Duplicate)).ok(), report.json["conflicts"].as_u64());
    let unsure = entries.iter().filter(|row| row.time.uncertain || row.time.hi - row.time.lo > WIDEST_MS).count();
    assert_eq!(unsure, 0, "clocks were compared");
    let wrong = entries.iter().filter(|row| (row.entry.raw.wall - row.time.at).abs() > 60_000).count();
    assert!(wrong > 0, "one clock is minutes off, and corrected");
    let groups =
        entries.iter().filter(|row| row.entry.raw.kind == kind::ENTRY && row.entry.raw.bodies.unwrap_or(0) > 1);
    assert!(groups.count() > 0);
    let picture = store.picture(viewer, event, context.now_ms()).await.unwrap().unwrap();
    let occupancy = shared::occupancy::Occupancy::of(&picture.sums, &picture.reports);
    assert_eq!((occupancy.total.low, occupancy.total.high), (occupancy.total.counted, occupancy.total.counted));
    assert!(occupancy.total.counted > 400, "{occupancy:?}");
    run_line(folder.path(), &["verify"]).await.unwrap();
}
