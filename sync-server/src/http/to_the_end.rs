//! Work that must not stop halfway.

use tracing::Instrument;

use super::error::ApiError;

/// Runs work on a task of its own, which goes on although the asker hangs up or the time limit passes: what is stored by then
/// stays stored, and to whoever asks again it is a repeat that nobody is told of any more.
pub async fn to_the_end<T, W>(work: W) -> Result<T, ApiError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    match tokio::spawn(work.in_current_span()).await {
        Ok(result) => result,
        // As if there were no task: the layer around all requests logs, counts and answers it.
        Err(broken) if broken.is_panic() => std::panic::resume_unwind(broken.into_panic()),
        Err(broken) => Err(ApiError::internal(broken)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn who_hangs_up_does_not_stop_it() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let work = to_the_end(async move {
            gone.await.map_err(ApiError::internal)?;
            done.send(()).map_err(|()| ApiError::internal("nobody waits"))
        });
        assert!(tokio::time::timeout(Duration::from_millis(1), work).await.is_err());
        go.send(()).unwrap();
        is_done.await.unwrap();
    }

    #[tokio::test]
    #[should_panic(expected = "the work's own words")]
    async fn a_panic_stays_one() {
        let _: Result<(), _> = to_the_end(async { panic!("the work's own words") }).await;
    }
}
