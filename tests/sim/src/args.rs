//! What can be asked of `sim`. The field docs are the help texts.

use clap::{Parser, Subcommand};
use turnstone_sim::faults::{Fault, Faults};

/// Simulates door evenings on the shipping code, each from its seed alone, and says which invariant did not hold
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Verb>,
    /// How many seeds
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    pub(crate) from: u64,
    /// One seed only
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Print everything that happens
    #[arg(long)]
    pub(crate) trace: bool,
    /// Print the trace digest of every seed
    #[arg(long)]
    pub(crate) digests: bool,
    /// Only these faults, separated by commas; `none` for none
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Option<Vec<Choice>>,
    /// Without these faults
    #[arg(long, value_delimiter = ',')]
    pub(crate) without: Vec<Fault>,
    /// Only these people come, by number, separated by commas; `none` for none
    #[arg(long, value_parser = people)]
    pub(crate) people: Option<People>,
    /// Threads
    #[arg(long, default_value_t = 2)]
    pub(crate) jobs: usize,
    /// Say only which seed failed in which invariant
    #[arg(long)]
    pub(crate) brief: bool,
}

/// What else can be done.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Verb {
    /// Plant every bug of tests/sim/planted in a copy of the tree and see that each is caught
    Planted {
        /// Seeds for each bug
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// Threads
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// Only those that a few seeds catch (listed in tests/sim/planted/QUICK); all are applied and built
        #[arg(long)]
        quick: bool,
        /// Only this bug
        #[arg(long, conflicts_with = "quick")]
        bug: Option<String>,
    },
}

/// Numbers of people.
#[derive(Debug, Clone)]
pub(crate) struct People(pub(crate) Vec<usize>);

fn people(text: &str) -> Result<People, String> {
    let one = |text: &str| text.parse().map_err(|_| format!("\"{text}\" is not a number"));
    let numbers = if text == "none" { Ok(vec![]) } else { text.split(',').map(one).collect() };
    numbers.map(People)
}

/// A fault, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    None,
    Of(Fault),
}

impl std::str::FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" { Ok(Self::None) } else { text.parse().map(Self::Of) }
    }
}

impl Args {
    /// The faults that may happen.
    pub(crate) fn faults(&self) -> Faults {
        let chosen = |only: &Vec<Choice>| {
            let faults = only.iter().filter_map(|choice| match choice {
                Choice::None => None,
                Choice::Of(fault) => Some(*fault),
            });
            Faults::only(&faults.collect::<Vec<_>>())
        };
        let all = self.only.as_ref().map_or_else(Faults::all, chosen);
        self.without.iter().fold(all, |faults, fault| faults.without(*fault))
    }
}
