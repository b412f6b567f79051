//! Planted bugs: mutations of the product's own logic, kept as patches under `tests/sim/planted`. All are applied to one copy
//! of the tree, each behind a name; then the simulator built there must catch every one.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// Environment variable that wakes one bug in the copy.
const VARIABLE: &str = "TURNSTONE_PLANTED";
/// A seed that takes longer never ends, which is a catch, too. An ordinary one takes a second or two.
const LONGEST_SEED: Duration = Duration::from_secs(300);

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

/// The names in `tests/sim/planted/QUICK`, of bugs that a few evenings catch.
pub fn quick_names(root: &Path) -> Result<Vec<String>> {
    let list = fs::read_to_string(root.join("tests/sim/planted/QUICK")).context("tests/sim/planted/QUICK")?;
    Ok(list.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Those that are to be hunted: the ones with these names, or all. An error if there is none, or none of such a name: who
/// hunts nothing catches everything.
pub fn chosen<'b>(all: &'b [Bug], names: Option<&[String]>) -> Result<Vec<&'b Bug>> {
    let found = match names {
        None => all.iter().collect(),
        Some(names) => {
            let find = |name: &String| {
                let known = || all.iter().map(|bug| bug.name.as_str()).collect::<Vec<_>>().join(", ");
                let bug = all.iter().find(|bug| bug.name == *name);
                bug.with_context(|| format!("there is no planted bug \"{name}\"; there are: {}", known()))
            };
            names.iter().map(find).collect::<Result<Vec<_>>>()?
        }
    };
    ensure!(!found.is_empty(), "no planted bug is named: there is nothing to hunt");
    Ok(found)
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

/// What a run of the simulator has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Seeds that ended.
    pub seeds: u64,
    /// Everything else, line by line.
    pub rest: Vec<String>,
    /// The next seed did not end within the time for one.
    pub hangs: bool,
}

/// Listens to a run until it ends, or one seed of it takes longer than `longest`.
pub fn listen(lines: &Receiver<String>, longest: Duration) -> Told {
    let mut told = Told::default();
    loop {
        match lines.recv_timeout(longest) {
            Ok(line) if line.starts_with("seed ") => told.seeds += 1,
            Ok(line) => told.rest.push(line),
            Err(RecvTimeoutError::Disconnected) => return told,
            Err(RecvTimeoutError::Timeout) => return Told { hangs: true, ..told },
        }
    }
}

/// Runs the copy's simulator with one bug awake until a seed catches it; `None` if none of so many does.
pub fn hunt(program: &Path, bug: &str, seeds: u64, jobs: usize) -> Result<Option<Caught>> {
    let mut child = Command::new(program)
        .args(["--brief", "--digests", "--seeds", &seeds.to_string(), "--jobs", &jobs.to_string()])
        .env(VARIABLE, bug)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = BufReader::new(child.stdout.take().context("the simulator's output")?);
    let (send, lines) = channel();
    std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let told = listen(&lines, LONGEST_SEED);
    if told.hangs {
        child.kill()?;
        child.wait()?;
        return Ok(Some(Caught { seed: told.seeds + 1, invariant: "I8 (it never ends)".into() }));
    }
    if child.wait()?.success() {
        ensure!(told.seeds == seeds, "the simulator ended well after {} of {seeds} seeds", told.seeds);
        return Ok(None);
    }
    let Some(line) = told.rest.iter().find_map(|line| line.strip_prefix("caught ")) else {
        bail!("the simulator ended without saying why: {}", told.rest.join(" / "));
    };
    let (seed, invariant) = line.split_once(' ').context("a seed and an invariant")?;
    Ok(Some(Caught { seed: seed.parse()?, invariant: invariant.to_owned() }))
}
