//! A file system of its own with little space.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::path;

/// A small tmpfs; unmounted when dropped.
#[derive(Debug)]
pub struct SmallDisk(pub PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    pub fn mount(at: &Path, kibibytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).expect("the folder can be made");
        let size = format!("size={kibibytes}k,mode=700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "turnstone-test", path(at)]).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).expect("the file can be made");
        while file.write(&[0x55; 4096]).is_ok_and(|written| written > 0) {}
    }

    /// Space again.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("the filler can be removed");
    }

    /// From now on it may only be read, or written again. `false` while somebody has a file open for writing.
    pub fn remount(&self, how: &str) -> bool {
        let option = format!("remount,{how}");
        Command::new("mount").args(["-o", &option, path(&self.0)]).output().is_ok_and(|done| done.status.success())
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Programs that still have files there keep it until they end; it goes away then.
        drop(Command::new("umount").args(["--lazy", path(&self.0)]).output());
    }
}
