//! `status`, `log` and `doctor`, read from the database.

use super::Engine;
use super::error::{EngineError, Result};
use super::report::{Health, LogFilter, LogLine, Pending, Status};

impl Engine {
    /// How the device is.
    pub fn status(&mut self) -> Result<Status> {
        Err(EngineError::NotEnrolled)
    }

    /// What has not reached the server.
    pub fn pending(&mut self) -> Result<Pending> {
        Err(EngineError::NotEnrolled)
    }

    /// The newest entries, the newest last.
    pub fn log(&mut self, filter: LogFilter) -> Result<Vec<LogLine>> {
        let _ = filter;
        Err(EngineError::NotEnrolled)
    }

    /// What `doctor` asks; reads the whole database file once.
    pub fn health(&mut self) -> Result<Health> {
        Err(EngineError::NotEnrolled)
    }
}
