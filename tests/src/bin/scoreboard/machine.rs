//! What the figures were measured on.

use std::process::Command;

use serde::Serialize;

/// Machine, date and commit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    cores: usize,
    cpu: String,
    memory_gib: f64,
    disk: String,
    date: String,
    commit: String,
    build: &'static str,
    load: f64,
}

impl Machine {
    /// This one, now.
    pub(crate) fn this() -> Self {
        let cpu = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into());
        let kib: f64 = line_of("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split_whitespace().next()?.parse().ok())
            .unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            cpu,
            memory_gib: kib / f64::from(1 << 20),
            disk: disk().unwrap_or_else(|| "unknown".into()),
            date: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            commit: output("git", &["describe", "--always", "--dirty", "--exclude", "*"]).unwrap_or_default(),
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
            load: load(),
        }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cores, cpu, memory_gib, disk, date, commit, build, load } = self;
        write!(
            f,
            "{cores} cores ({cpu}), {memory_gib:.1} GiB RAM, disk {disk}; {date}, commit {commit}, {build} build; "
        )?;
        write!(f, "load average at the end {load:.1}")
    }
}

/// Processes that wanted to run, on average of the last minute.
pub(crate) fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

/// Memory a process holds now, in MiB (`VmRSS`).
pub(crate) fn resident_mib(process: u32) -> f64 {
    let text = line_of(&format!("/proc/{process}/status"), "VmRSS").unwrap_or_default();
    text.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// Processor time a process has used so far, in seconds (`utime` and `stime`, in hundredths on Linux).
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold spaces; the fields after it do not.
    let fields: Vec<f64> =
        text.rsplit(')').next().unwrap_or_default().split_whitespace().filter_map(|text| text.parse().ok()).collect();
    // Without the letter of the state, utime is the eleventh and stime the twelfth.
    fields.get(10..12).map_or(f64::NAN, |times| times.iter().sum::<f64>() / 100.0)
}

fn line_of(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Device and file system below the temporary folder.
fn disk() -> Option<String> {
    let folder = std::env::temp_dir();
    let text = output("df", &["--output=source,fstype", folder.to_str()?])?;
    Some(text.lines().nth(1)?.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
