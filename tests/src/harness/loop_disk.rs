//! A file system in a file, which its kernel turns read-only as it does when a real disk reports an error.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::path;

/// Size of the file (MiB); it is sparse.
const SIZE_MIB: u64 = 64;

/// An ext4 on a loop device; unmounted when dropped.
#[derive(Debug)]
pub struct LoopDisk {
    /// Where it is mounted.
    pub at: PathBuf,
    image: PathBuf,
}

impl LoopDisk {
    /// `None` where this user or kernel has no such devices.
    pub fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).expect("the folder can be made");
        let image = at.with_extension("ext4");
        let file = std::fs::File::create(&image).expect("the file can be made");
        file.set_len(SIZE_MIB * 1024 * 1024).expect("the file can be sparse");
        let disk = Self { at: at.to_owned(), image };
        let ready = done("mkfs.ext4", &["-q", "-F", path(&disk.image)]) && disk.mounted();
        (ready && disk.trigger().is_some_and(|trigger| trigger.exists())).then_some(disk)
    }

    /// The disk reports an error: from now on every write is refused, to programs that have files open as well.
    pub fn fail(&self) {
        let trigger = self.trigger().expect("it was there when it was mounted");
        std::fs::write(trigger, "an error made for a test").expect("root may do so");
    }

    /// As at the next start of the machine: checked, repaired and mounted again. No program may have files open there.
    pub fn repair(&self) {
        assert!(done("umount", &[path(&self.at)]), "no program has a file open");
        // 1: errors were corrected.
        let checked = Command::new("e2fsck").args(["-p", path(&self.image)]).output().expect("e2fsck starts");
        assert!(checked.status.code().is_some_and(|code| code <= 1), "{}", String::from_utf8_lossy(&checked.stdout));
        assert!(self.mounted(), "it was mounted before");
    }

    fn mounted(&self) -> bool {
        done("mount", &["-o", "loop,errors=remount-ro", path(&self.image), path(&self.at)])
    }

    /// The kernel's file that makes it believe in an error.
    fn trigger(&self) -> Option<PathBuf> {
        let found = Command::new("findmnt").args(["-no", "SOURCE", path(&self.at)]).output().ok()?;
        let device = String::from_utf8(found.stdout).ok()?;
        let name = Path::new(device.trim()).file_name()?.to_owned();
        Some(Path::new("/sys/fs/ext4").join(name).join("trigger_fs_error"))
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        // Programs that still have files there keep it until they end; it goes away then.
        drop(Command::new("umount").args(["--lazy", path(&self.at)]).output());
    }
}

fn done(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}
