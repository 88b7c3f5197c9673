//! Programs that test random numbers: what they are given, and what their words mean.

use std::io::{self, Read as _};
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::stream::Bytes;

/// So many standard deviations are a fault: one fair stream in 16,000 has a figure beyond.
const DEVIATIONS: f64 = 4.0;

/// Chi-square over 256 values: one fair stream in 1,000 is below the first, one above the second.
const CHI_SQUARE: (f64, f64) = (187.0, 330.5);

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tool {
    /// Entropy, chi-square, mean, pi and serial correlation of the bytes
    Ent,
    /// Marsaglia's craps test: wins and throws of 200,000 games a sample
    Dieharder,
}

/// Why there is no good verdict.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The program is not on this machine.
    #[error("{0} is not installed: the package of that name has it (apt-get install {0})")]
    Missing(&'static str),
    /// It could not be used.
    #[error("{tool} could not be run: {source}")]
    Run {
        tool: &'static str,
        source: io::Error,
    },
    /// It said something else than it should.
    #[error("{tool} said what can't be read:\n{said}")]
    Words { tool: &'static str, said: String },
    /// The bytes failed.
    #[error("{tool} finds that the bytes are not random: {why}\n{said}")]
    Unfair {
        tool: &'static str,
        why: String,
        said: String,
    },
    /// Standard output took no more.
    #[error("standard output: {0}")]
    Out(io::Error),
}

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Ent => "ent",
            Self::Dieharder => "dieharder",
        }
    }

    /// Lets the program judge the bytes of a seed; returns its words if they pass.
    pub(crate) fn judge(self, seed: u64, bytes: u64, samples: u32) -> Result<String, Trouble> {
        let tool = self.name();
        let samples = samples.to_string();
        let (arguments, bytes) = match self {
            Self::Ent => (vec!["-t"], bytes),
            // Test 16, of raw bytes from standard input, until it closes that.
            Self::Dieharder => (vec!["-g", "200", "-d", "16", "-p", &samples], u64::MAX),
        };
        let failed = |source| Trouble::Run { tool, source };
        let spawned = Command::new(tool)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = spawned.map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                Trouble::Missing(tool)
            } else {
                failed(source)
            }
        })?;
        if let Some(mut pipe) = child.stdin.take() {
            Bytes::new(seed).write(bytes, &mut pipe).map_err(failed)?;
        }
        let mut said = String::new();
        if let Some(mut pipe) = child.stdout.take() {
            pipe.read_to_string(&mut said).map_err(failed)?;
        }
        child.wait().map_err(failed)?;
        match self {
            Self::Ent => ent(&said),
            Self::Dieharder => dieharder(&said),
        }?;
        Ok(said)
    }
}

/// Judges a line of `ent -t`.
fn ent(said: &str) -> Result<(), Trouble> {
    let tool = "ent";
    let line = said.lines().nth(1).unwrap_or_default();
    let figures: Option<Vec<f64>> = line.split(',').map(|word| word.parse().ok()).collect();
    let figures = figures.unwrap_or_default();
    let [_, bytes, _, chi, mean, pi, correlation] = figures[..] else {
        let said = said.to_owned();
        return Err(Trouble::Words { tool, said });
    };
    // Six bytes are a point, which lies in the circle with a chance of a quarter of pi.
    let inside = std::f64::consts::FRAC_PI_4;
    let pi_deviation = 4.0 * (inside * (1.0 - inside) / (bytes / 6.0)).sqrt();
    let mean_deviation = (65_535.0 / 12.0 / bytes).sqrt();
    let is_far = |figure: f64, deviation: f64| figure.abs() > DEVIATIONS * deviation;
    let faults = [
        ("chi-square", chi < CHI_SQUARE.0 || chi > CHI_SQUARE.1),
        ("mean", is_far(mean - 127.5, mean_deviation)),
        ("pi", is_far(pi - std::f64::consts::PI, pi_deviation)),
        ("correlation", is_far(correlation, bytes.sqrt().recip())),
    ];
    let faults = faults.iter().filter(|(_, is_there)| *is_there);
    let faults: Vec<&str> = faults.map(|(what, _)| *what).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Trouble::Unfair {
        tool,
        why: faults.join(", "),
        said: said.to_owned(),
    })
}

/// Judges the table of dieharder: its test has two results, each with a verdict.
fn dieharder(said: &str) -> Result<(), Trouble> {
    let tool = "dieharder";
    let rows = said.lines().filter(|line| line.contains("diehard_craps|"));
    let verdicts: Vec<&str> = rows
        .filter_map(|row| row.rsplit('|').next().map(str::trim))
        .collect();
    let said = said.to_owned();
    if verdicts.contains(&"FAILED") {
        let why = "it failed the craps test".to_owned();
        return Err(Trouble::Unfair { tool, why, said });
    }
    // One fair stream in a hundred is called weak: no fault by itself, but printed.
    let is_known = |verdict: &&str| ["PASSED", "WEAK"].contains(verdict);
    if verdicts.len() != 2 || !verdicts.iter().all(is_known) {
        return Err(Trouble::Words { tool, said });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ent -t` says of a fair stream, with one figure changed.
    fn said(place: usize, figure: &str) -> String {
        let heads = "0,File-bytes,Entropy,Chi-square,Mean,Monte-Carlo-Pi,Serial-Correlation\n";
        let mut line = "1,1000000,7.999822,246.180864,127.412046,3.142933,-0.000715"
            .split(',')
            .collect::<Vec<_>>();
        line[place] = figure;
        format!("{heads}{}\n", line.join(","))
    }

    #[test]
    fn each_figure_of_ent_that_is_too_far_off_is_a_fault() {
        assert!(ent(&said(0, "1")).is_ok());
        for (place, figure, wanted) in [
            (3, "340.1", "chi-square"),
            (3, "180.0", "chi-square"),
            (4, "127.1", "mean"),
            (5, "3.16", "pi"),
            (6, "0.005", "correlation"),
            (6, "-0.005", "correlation"),
        ] {
            let Err(Trouble::Unfair { why, .. }) = ent(&said(place, figure)) else {
                panic!("{wanted} of {figure} passes");
            };
            assert_eq!(why, wanted);
        }
        for unread in ["", "ent: no file", &said(2, "high")] {
            assert!(matches!(ent(unread), Err(Trouble::Words { .. })));
        }
    }

    #[test]
    fn a_verdict_of_dieharder_that_fails_or_is_missing_is_none() {
        let row = |verdict: &str| {
            format!("       diehard_craps|   0|    200000|     100|0.79994149|  {verdict}  \n")
        };
        let both = |one: &str, other: &str| dieharder(&(row(one) + &row(other)));
        assert!(both("PASSED", "PASSED").is_ok());
        assert!(both("PASSED", "WEAK").is_ok());
        assert!(matches!(
            both("PASSED", "FAILED"),
            Err(Trouble::Unfair { .. })
        ));
        assert!(matches!(both("PASSED", "?"), Err(Trouble::Words { .. })));
        let one = dieharder(&row("PASSED"));
        assert!(matches!(one, Err(Trouble::Words { .. })));
    }

    #[test]
    fn what_is_not_installed_is_named_with_its_package() {
        let words = Trouble::Missing(Tool::Dieharder.name()).to_string();
        assert!(words.ends_with("(apt-get install dieharder)"), "{words}");
    }
}
