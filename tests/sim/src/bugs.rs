//! `sim planted`: the table of planted bugs and what caught them.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use turnstone_sim::planted::{bugs, build, chosen, hunt, quick_names, root};

use crate::args::Verb;

/// Seeds for a bug of the quick list.
const QUICK_SEEDS: u64 = 12;

/// Hunts the bugs; fails if one gets away.
pub(crate) fn planted(verb: &Verb) -> Result<ExitCode> {
    let Verb::Planted { seeds, jobs, quick, bug: only } = verb;
    let root = root()?;
    let all = bugs(&root)?;
    let names = match only {
        Some(only) => Some(vec![only.clone()]),
        None if *quick => Some(quick_names(&root)?),
        None => None,
    };
    let wanted = chosen(&all, names.as_deref())?;
    let program = build(&root, &all)?;
    println!("{} planted bugs applied and built, {} to hunt", all.len(), wanted.len());
    let most = if *quick { QUICK_SEEDS } else { *seeds };
    if let Some(caught) = hunt(&program, "", most, *jobs)? {
        bail!("seed {} fails in {} with every bug asleep: repair that first", caught.seed, caught.invariant);
    }
    println!("with every bug asleep {most} seeds hold");
    let mut away = vec![];
    println!("{:<26}{:<12}{:>6}  what it does", "planted bug", "caught by", "seed");
    for bug in wanted {
        if let Some(caught) = hunt(&program, &bug.name, most, *jobs).with_context(|| bug.name.clone())? {
            println!("{:<26}{:<12}{:>6}  {}", bug.name, caught.invariant, caught.seed, bug.why);
        } else {
            println!("{:<26}{:<12}{:>6}  {}", bug.name, "GOT AWAY", "-", bug.why);
            away.push(bug.name.as_str());
        }
    }
    if away.is_empty() {
        println!("every one was caught");
        return Ok(ExitCode::SUCCESS);
    }
    println!("not caught within {most} seeds: {}", away.join(", "));
    Ok(ExitCode::FAILURE)
}
