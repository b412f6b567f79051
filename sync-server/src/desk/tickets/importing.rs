//! An import that somebody began on a page, and how far it is.

use std::sync::Arc;

use crate::events::Event;
use crate::people::Actor;
use crate::state::AppState;
use crate::tickets::import::{Imported, prepare};
use crate::tickets::staged::{Ended, Stage, Upload, Working};

/// The import itself. It goes on when whoever began it looks away.
pub(super) async fn import(state: AppState, actor: Actor, event: Event, upload: Upload, working: Working) {
    let (bytes, mapping, options) = (upload.bytes, upload.choice.mapping, upload.choice.options);
    let (for_reading, entropy, teller) = (event.clone(), state.entropy.clone(), working.teller());
    let reading = tokio::task::spawn_blocking(move || {
        let mut told = 0;
        prepare(&bytes, &mapping, &for_reading, &*entropy, |at| {
            // A thousand steps of a megabyte list would be told to nobody's use.
            if at.saturating_sub(told) > 100_000 {
                told = at;
                teller.send_replace(Stage::Reading(at));
            }
        })
    });
    let prepared = match reading.await {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(error)) => return working.end(Ended::Unreadable(error)),
        Err(error) => {
            tracing::error!(%error, "an import broke off");
            return working.end(Ended::Broke);
        }
    };
    let (all, coded, teller) = (u64::try_from(prepared.len()).unwrap_or(u64::MAX), prepared.coded, working.teller());
    working.tell(Stage::Storing(0, all));
    let progress = Arc::new(move |at| {
        teller.send_replace(Stage::Storing(at, all));
    });
    let ended = match prepared.add(&*state.store, actor, &event, options, progress).await {
        Ok(Imported::Done(counts, left)) => Ended::Done { counts, left: left.into(), coded },
        Ok(Imported::Refused(bad)) => Ended::Refused(bad.into()),
        Ok(Imported::NotFound) => Ended::NotFound,
        Ok(Imported::Archived) => Ended::Archived,
        Err(error) => {
            tracing::error!(%error, "an import broke off");
            Ended::Broke
        }
    };
    working.end(ended);
}
