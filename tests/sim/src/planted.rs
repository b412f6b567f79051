//! Planted bugs: mutations of the product's own logic, kept as patches under `tests/sim/planted`. All are applied to one copy
//! of the tree, each behind a name; then the simulator built there must catch every one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// Environment variable that wakes one bug in the copy.
const VARIABLE: &str = "TURNSTONE_PLANTED";
/// Longest run for one bug; one that never ends is caught, too.
const LONGEST: Duration = Duration::from_secs(600);
/// How often is looked whether a run has ended.
const LOOK: Duration = Duration::from_millis(100);

/// What the copy's `shared` gets: whether a bug is awake.
const HELPER: &str = r#"
/// Whether a planted bug is awake. In copies for the simulator only.
pub fn planted(name: &str) -> bool {
    static AWAKE: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    AWAKE.get_or_init(|| std::env::var("TURNSTONE_PLANTED").ok()).as_deref() == Some(name)
}
"#;

/// A bug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bug {
    /// Its name, as the patch file's.
    pub name: String,
    /// What it does, for people.
    pub why: String,
    patch: PathBuf,
}

/// How a bug was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// By which seed.
    pub seed: u64,
    /// In which invariant.
    pub invariant: String,
}

/// All bugs, by name.
pub fn bugs(root: &Path) -> Result<Vec<Bug>> {
    let mut bugs = vec![];
    for file in fs::read_dir(root.join("tests/sim/planted")).context("tests/sim/planted")? {
        let patch = file?.path();
        if patch.extension().is_none_or(|kind| kind != "patch") {
            continue;
        }
        let name = patch.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let why = fs::read_to_string(&patch)?.lines().next().unwrap_or_default().to_owned();
        bugs.push(Bug { name, why, patch });
    }
    bugs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(bugs)
}

/// The root of this repository.
pub fn root() -> Result<PathBuf> {
    let output = Command::new("git").args(["rev-parse", "--show-toplevel"]).output().context("git")?;
    ensure!(output.status.success(), "planted bugs need the repository: run this inside it");
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

/// Makes (or brings up to date) the copy with all bugs, and builds its simulator. Returns the program.
pub fn build(root: &Path, bugs: &[Bug]) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let target = std::path::absolute(target)?;
    let (draft, tree) = (target.join("planted/draft"), target.join("planted/tree"));
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    copy(root, &draft)?;
    plant(&draft, bugs)?;
    // Only what changed is written, so that only that is compiled again.
    update(&draft, &tree)?;
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--locked", "--workspace", "--bin", "sim-planted"])
        .current_dir(&tree)
        .env("CARGO_TARGET_DIR", &target)
        .status()?;
    ensure!(built.success(), "the tree with all planted bugs does not build: bring tests/sim/planted up to date");
    Ok(target.join("debug/sim-planted"))
}

fn copy(root: &Path, to: &Path) -> Result<()> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output()?;
    ensure!(listed.status.success(), "git does not list the tree");
    for name in String::from_utf8(listed.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), to.join(name));
        if !from.is_file() {
            continue;
        }
        fs::create_dir_all(to.parent().context("a file's folder")?)?;
        fs::copy(from, to)?;
    }
    Ok(())
}

fn plant(draft: &Path, bugs: &[Bug]) -> Result<()> {
    let mut stale = vec![];
    for bug in bugs {
        let applied = Command::new("git")
            .args(["apply", "-C1", "--recount"])
            .arg(&bug.patch)
            .current_dir(draft)
            // The copy lies within a repository, but is none of its business.
            .env("GIT_CEILING_DIRECTORIES", draft.parent().unwrap_or(draft))
            .stderr(Stdio::null())
            .status()?;
        if !applied.success() {
            stale.push(bug.name.as_str());
        }
    }
    ensure!(
        stale.is_empty(),
        "these planted bugs do not apply any more, because the code they change has changed: {}. Rewrite each patch in \
         tests/sim/planted so that it plants the same bug again",
        stale.join(", ")
    );
    let shared = draft.join("shared/src/lib.rs");
    fs::write(&shared, fs::read_to_string(&shared)? + HELPER)?;
    let manifest = draft.join("tests/sim/Cargo.toml");
    fs::write(&manifest, fs::read_to_string(&manifest)?.replace("name = \"sim\"", "name = \"sim-planted\""))?;
    Ok(())
}

fn update(draft: &Path, tree: &Path) -> Result<()> {
    fs::create_dir_all(tree)?;
    for entry in fs::read_dir(draft)? {
        let from = entry?.path();
        let to = tree.join(from.file_name().context("a name")?);
        if from.is_dir() {
            update(&from, &to)?;
        } else if fs::read(&to).ok() != Some(fs::read(&from)?) {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Runs the copy's simulator with one bug awake until a seed catches it; `None` if none of so many does.
pub fn hunt(program: &Path, bug: &str, seeds: u64, jobs: usize) -> Result<Option<Caught>> {
    let mut child = Command::new(program)
        .args(["--brief", "--seeds", &seeds.to_string(), "--jobs", &jobs.to_string()])
        .env(VARIABLE, bug)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut looks = 0_u32;
    while child.try_wait()?.is_none() {
        looks += 1;
        if LOOK * looks > LONGEST {
            child.kill()?;
            child.wait()?;
            return Ok(Some(Caught { seed: 0, invariant: "I8 (it never ends)".into() }));
        }
        std::thread::sleep(LOOK);
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(None);
    }
    let Some(line) = text.lines().find_map(|line| line.strip_prefix("caught ")) else {
        bail!("the simulator ended without saying why: {text}");
    };
    let (seed, invariant) = line.split_once(' ').context("a seed and an invariant")?;
    Ok(Some(Caught { seed: seed.parse()?, invariant: invariant.to_owned() }))
}
