//! The short form of many leads as JSON. What is the same for lead after lead – the policy, the as-of, most days – is worded once and kept.
//!
//! The keys are those of [`Brief`]; the tests hold this to what `serde` makes of it.

use super::leads::{json, plain};
use crate::engine::decision::{Brief, BriefScore, BriefStep, BriefVerdict, PolicyRef, When};
use crate::policy::exact::Points;
use crate::policy::time::Instant;
use hashbrown::HashMap;
use std::io;

/// More days and instants than this are not kept at once.
const TIMES: usize = 1_000;

/// What was worded for the leads before.
#[derive(Debug, Default)]
pub(super) struct Kept {
    head: Option<Head>,
    times: HashMap<When, Vec<u8>>,
}

/// What stands between the id and the scores.
#[derive(Debug)]
struct Head {
    policy: PolicyRef,
    as_of: Instant,
    bytes: Vec<u8>,
}

impl Head {
    fn new(brief: &Brief<'_>) -> io::Result<Head> {
        let mut bytes = b",\"policy\":".to_vec();
        json(brief.policy, &mut bytes)?;
        bytes.extend(b",\"as_of\":");
        json(&brief.as_of, &mut bytes)?;
        bytes.extend(b",\"in_scope\":");
        Ok(Head { policy: brief.policy.clone(), as_of: brief.as_of, bytes })
    }
}

impl Kept {
    /// Appends the short form of one lead.
    pub fn object(&mut self, brief: &Brief<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(b"{\"id\":");
        string(brief.id, out)?;
        if let Some(account) = brief.account {
            // Its keys stand among those of the lead, so only its braces go.
            let mut keys = Vec::new();
            json(account, &mut keys)?;
            out.push(b',');
            out.extend_from_slice(&keys[1..keys.len() - 1]);
        }
        self.head(brief, out)?;
        out.extend_from_slice(if brief.in_scope { &b"true"[..] } else { b"false" });
        if let Some(verdict) = &brief.verdict {
            self.verdict(verdict, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn head(&mut self, brief: &Brief<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let same = |h: &Head| h.as_of == brief.as_of && h.policy == *brief.policy;
        let head = match self.head.take().filter(same) {
            Some(head) => head,
            None => Head::new(brief)?,
        };
        out.extend_from_slice(&head.bytes);
        self.head = Some(head);
        Ok(())
    }

    fn verdict(&mut self, verdict: &BriefVerdict<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(b",\"fit\":");
        score(&verdict.fit, out)?;
        out.extend_from_slice(b",\"intent\":");
        score(&verdict.intent, out)?;
        out.extend_from_slice(b",\"stage\":{\"reached\":");
        string(verdict.stage.reached, out)?;
        out.extend_from_slice(b"},\"route\":{\"outcome\":");
        string(verdict.route.outcome, out)?;
        out.extend_from_slice(b",\"rule\":");
        string(verdict.route.rule, out)?;
        out.extend_from_slice(b"},\"next_step\":{\"action\":");
        self.step(&verdict.next_step, out)?;
        out.push(b'}');
        Ok(())
    }

    fn step(&mut self, step: &BriefStep<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        string(step.action, out)?;
        out.extend_from_slice(b",\"owner\":");
        string(step.owner, out)?;
        out.extend_from_slice(b",\"due\":");
        self.when(step.due, out)?;
        if let Some(revisit) = step.revisit {
            out.extend_from_slice(b",\"revisit\":");
            self.when(revisit, out)?;
        }
        if !step.open_items.is_empty() {
            out.extend_from_slice(b",\"open_items\":");
            json(&step.open_items, out)?;
        }
        Ok(())
    }

    fn when(&mut self, when: When, out: &mut Vec<u8>) -> io::Result<()> {
        if let Some(bytes) = self.times.get(&when) {
            out.extend_from_slice(bytes);
            return Ok(());
        }
        let mut bytes = Vec::new();
        json(&when, &mut bytes)?;
        out.extend_from_slice(&bytes);
        if self.times.len() == TIMES {
            self.times.clear();
        }
        self.times.insert(when, bytes);
        Ok(())
    }
}

fn score(score: &BriefScore<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(b"{\"points\":");
    points(score.points, out)?;
    out.extend_from_slice(b",\"band\":");
    string(score.band, out)?;
    out.push(b'}');
    Ok(())
}

/// Most points are whole and have few digits.
fn points(points: Points, out: &mut Vec<u8>) -> io::Result<()> {
    match points.0 / Points::SCALE {
        whole @ 0..=9 if points.0 % Points::SCALE == 0 => out.push(b'0' + whole as u8),
        whole @ 10..=99 if points.0 % Points::SCALE == 0 => {
            out.extend_from_slice(&[b'0' + (whole / 10) as u8, b'0' + (whole % 10) as u8]);
        }
        _ => json(&points, out)?,
    }
    Ok(())
}

/// Most texts stand for themselves.
fn string(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    if !plain(text) {
        return json(text, out);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::decision::{BriefRoute, BriefStage};
    use crate::engine::rolled::{Alone, Behind, Pooled};
    use crate::policy::time::Day;

    /// Each brief after the others, so that what is kept from one must not show in the next.
    #[test]
    fn the_keys_are_those_of_serde() {
        let policies = ["1", "2"].map(|version| PolicyRef {
            name: "demo".to_string(),
            version: version.to_string(),
            hash: "0\u{7f}\"".to_string(),
        });
        let texts = ["", "plain", "a \"quote\" and a \\", "line\nend", "Zürich \u{2028}", "\u{9b}31m", "\u{7f}"];
        let whole = [0, 700, 4_200, 10_000, 1_234_500, -500];
        let times = [When::Day(Day(20_543)), When::Instant(Instant(1_775_000_000_000_001)), When::Day(Day(i32::MAX))];
        let mut kept = Kept::default();
        for n in 0..200 {
            let text = |shift: usize| texts[(n + shift) % texts.len()];
            let score = |shift: usize| BriefScore {
                points: Points(whole[(n + shift) % whole.len()] + if n % 3 == 0 { 25 } else { 0 }),
                band: text(shift),
            };
            let verdict = BriefVerdict {
                fit: score(0),
                intent: score(1),
                stage: BriefStage { reached: text(2) },
                route: BriefRoute { outcome: text(3), rule: text(4) },
                next_step: BriefStep {
                    action: text(5),
                    owner: text(6),
                    due: times[n % 3],
                    revisit: (n % 2 == 0).then_some(times[n / 2 % 3]),
                    open_items: (0..n % 3).map(text).collect(),
                },
            };
            let account = Some(Behind {
                leads: (0..n % 4).map(|i| text(i).to_string()).collect(),
                alone: (n % 7 == 1).then_some(Alone::FreeMail),
                pooled: Pooled { people: n as u64, ..Pooled::default() },
                through: None,
            });
            let brief = Brief {
                id: text(1),
                account: account.as_ref().filter(|_| n % 3 == 1),
                policy: &policies[n / 7 % 2],
                as_of: Instant(1_774_958_400_000_000 + (n / 5 % 2) as i64),
                in_scope: n % 11 != 0,
                verdict: (n % 11 != 0).then_some(verdict),
            };
            let (mut quick, mut whole) = (Vec::new(), Vec::new());
            kept.object(&brief, &mut quick).expect("memory takes what is written");
            json(&brief, &mut whole).expect("memory takes what is written");
            assert_eq!(String::from_utf8(quick), String::from_utf8(whole), "brief {n}");
        }
    }
}
