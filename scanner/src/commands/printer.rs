//! What is printed, and how: a line of JSON, or text with colour where a terminal shows it.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::failure::Failure;

/// Something a verb has to say, in both forms.
pub trait Said: Serialize {
    /// For people; may have several lines, the last one without a line end.
    fn text(&self, ink: Ink) -> String;
}

/// Colours, or none. What is coloured also says it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    coloured: bool,
}

impl Ink {
    /// Without colours.
    pub const PLAIN: Self = Self { coloured: false };

    /// White on green: come in.
    pub fn good(self, text: &str) -> String {
        self.paint("1;97;42", text)
    }

    /// White on red: stop.
    pub fn bad(self, text: &str) -> String {
        self.paint("1;97;41", text)
    }

    /// Black on yellow: look.
    pub fn warn(self, text: &str) -> String {
        self.paint("1;30;43", text)
    }

    /// White on blue: goodbye.
    pub fn calm(self, text: &str) -> String {
        self.paint("1;97;44", text)
    }

    /// Stands out.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(self, style: &str, text: &str) -> String {
        if self.coloured { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    json: bool,
    out: Ink,
    err: Ink,
}

impl Printer {
    /// Colours on terminals only, and never where `NO_COLOR` is set (no-color.org).
    pub fn for_terminal(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let ink = |terminal: bool| Ink { coloured: wanted && terminal && !json };
        Self { json, out: ink(io::stdout().is_terminal()), err: ink(io::stderr().is_terminal()) }
    }

    /// Whether it prints JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints an answer at once: whoever waits for the line gets it before the next is begun.
    pub fn say<T: Said>(&self, said: &T) -> Result<(), Failure> {
        let line = if self.json {
            serde_json::to_string(said).map_err(|error| Failure::Output(error.into()))?
        } else {
            said.text(self.out)
        };
        print_line(&line).map_err(Failure::Output)
    }

    /// Prints a failure: to stderr, and with `--json` as an object on stdout as well.
    pub fn fail(&self, failure: &Failure) {
        self.fail_with(failure, &Value::Null);
    }

    /// The same for one input of several.
    pub fn fail_at(&self, failure: &Failure, source: &impl Serialize) {
        self.fail_with(failure, &json!(source));
    }

    fn fail_with(self, failure: &Failure, source: &Value) {
        if failure.is_closed_pipe() {
            return;
        }
        self.object(failure, source);
        let advice = failure.advice();
        let advice = if advice.is_empty() { String::new() } else { format!("  {advice}\n") };
        let text = format!("{} {failure}\n{advice}", self.err.bad("error:"));
        // Where even stderr is closed, the exit code is all that is left.
        drop(io::stderr().write_all(text.as_bytes()));
    }

    /// With `--json`: the object on stdout only.
    pub(super) fn fail_quietly(self, failure: &Failure) {
        self.object(failure, &Value::Null);
    }

    fn object(self, failure: &Failure, source: &Value) {
        if !self.json {
            return;
        }
        let mut object = json!({
            "kind": "error",
            "code": failure.code(),
            "exit": failure.exit().code(),
            "message": failure.to_string(),
            "advice": failure.advice(),
        });
        if !source.is_null() {
            object["source"] = source.clone();
        }
        // Where stdout is closed, the exit code tells it.
        drop(print_line(&object.to_string()));
    }
}

fn print_line(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
