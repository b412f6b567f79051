use super::*;

const KEY: Key = (OrganizationId([1; 16]), EventId([2; 16]));

fn seat(token: u8) -> Seat {
    Seat { token: TokenHash([token; 32]), viewer: Viewer::admin(KEY.0) }
}

fn picture(revision: i64) -> Picture {
    Picture { revision, state: format!("{revision}").into(), recent: Recent::since(revision) }
}

#[tokio::test]
async fn all_watchers_get_one_picture_and_only_new_ones() {
    let hub = Hub::default();
    let mut first = hub.watch(seat(1), KEY.1).unwrap();
    let computing = first.starts.take().unwrap();
    let mut second = hub.watch(seat(2), KEY.1).unwrap();
    assert!(second.starts.is_none());
    assert!(hub.show(&computing, Some(picture(7))));
    second.shown.changed().await.unwrap();
    let (mine, theirs) = (first.shown.borrow().picture.clone(), second.shown.borrow_and_update().picture.clone());
    assert!(Arc::ptr_eq(&mine.unwrap(), &theirs.unwrap()), "the very same bytes");
    assert!(hub.show(&computing, Some(picture(7))));
    assert!(!second.shown.has_changed().unwrap());
    assert_eq!(hub.watchers(), 2);
    drop((first, second));
    assert!(!hub.show(&computing, None));
    assert!(hub.watch(seat(1), KEY.1).unwrap().starts.is_some());
}

#[tokio::test]
async fn a_seat_that_is_refused_is_told_and_may_come_again() {
    let hub = Hub::default();
    let mut stays = hub.watch(seat(1), KEY.1).unwrap();
    let computing = stays.starts.take().unwrap();
    let mut goes = hub.watch(seat(2), KEY.1).unwrap();
    assert!(hub.refuse(&computing, HashSet::from([seat(2)])));
    goes.shown.changed().await.unwrap();
    assert!(goes.shown.borrow_and_update().refused.contains(&seat(2)));
    assert!(!stays.shown.borrow_and_update().refused.contains(&seat(1)));
    let again = hub.watch(seat(2), KEY.1).unwrap();
    assert!(!again.shown.borrow().refused.contains(&seat(2)));
    drop(goes);
    assert_eq!(hub.seats(&computing).len(), 2, "another window of the same session still watches");
}

#[test]
fn there_is_room_for_a_thousand_and_an_end_to_it() {
    let hub = Hub::default();
    let all: Vec<_> = (0..MAX_WATCHERS).map_while(|_| hub.watch(seat(1), KEY.1)).collect();
    assert_eq!(all.len(), MAX_WATCHERS);
    const { assert!(MAX_WATCHERS >= 1_200) };
    assert!(hub.watch(seat(1), EventId([3; 16])).is_none());
    drop(all);
    assert!(hub.watch(seat(1), KEY.1).is_some());
}

#[test]
fn who_is_not_far_behind_is_told_from_memory() {
    let mut recent = Recent::since(5);
    assert_eq!(RECENT, 200);
    for revision in 6..206 {
        recent.tell(revision, Bytes::from(revision.to_string()));
    }
    assert_eq!(recent.after(5).unwrap().count(), RECENT);
    assert_eq!(recent.after(7).unwrap().next().unwrap(), "8");
    recent.tell(1_000, Bytes::from("1000"));
    assert!(recent.after(5).is_none(), "6 was forgotten");
    assert_eq!(recent.after(6).unwrap().count(), RECENT);
}
