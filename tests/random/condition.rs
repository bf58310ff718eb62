//! Random conditions of every form, legal where they stand.

use super::Draw;
use super::policy::{Kind, Names};
use rubric::policy::condition::Layer;
use rubric::policy::time::Day;

/// Where a condition stands: what it may look at.
#[derive(Clone, Copy)]
pub struct Here {
    pub layer: Layer,
    /// The highest stage that may be named, counted from 1; 0 is `none` alone.
    pub stages: usize,
}

pub const WINDOWS: [u32; 8] = [30, 1, 2, 7, 45, 60, 90, 365];
const ORDER: [&str; 4] = [">=", ">", "<=", "<"];
const COMPARE: [&str; 6] = [">=", ">", "<=", "<", "is", "is not"];
const NUMBERS: [&str; 11] = ["0", "50", "10", "1", "2.5", "49.99", "99.999999", "100", "250", "1_000", "-5"];
const TEXTS: [&str; 6] = ["alpha", "Beta one", "gamma", "after hours", "nurse", "x"];
const PHRASES: [&str; 6] = ["alpha", "beta one", "nurs*", "After Hours", "gam*", "on*"];
const STATUSES: [&str; 5] = ["identified", "engaged", "expected", "approved", "missing"];
const TIERS: [&str; 4] = ["high", "mid", "low", "negative"];

impl Names {
    /// A condition; `depth` is how deep it may nest.
    pub fn cond(&self, draw: &mut Draw, here: Here, depth: usize) -> String {
        let shape = if depth == 0 { 0 } else { draw.below(12) };
        match shape {
            0..=5 => self.atom(draw, here),
            6 | 7 => self.chain(draw, here, depth, " and "),
            8 | 9 => self.chain(draw, here, depth, " or "),
            _ => {
                let prefix = *draw.pick(&["not", "confirmed", "unconfirmed"]);
                let inner = self.cond(draw, here, depth - 1);
                format!("{prefix} ({inner})")
            }
        }
    }

    fn chain(&self, draw: &mut Draw, here: Here, depth: usize, word: &str) -> String {
        let count = 2 + draw.below(2);
        let part = |draw: &mut Draw| {
            let part = self.cond(draw, here, depth - 1);
            if part.contains(" and ") || part.contains(" or ") { format!("({part})") } else { part }
        };
        (0..count).map(|_| part(draw)).collect::<Vec<_>>().join(word)
    }

    fn atom(&self, draw: &mut Draw, here: Here) -> String {
        type Form = fn(&Names, &mut Draw, Here) -> String;
        let mut forms: Vec<Form> = vec![|n, d, _| n.field(d)];
        let reaches = |layer: Layer| here.layer >= layer;
        if self.usable(here).next().is_some() {
            forms.push(|n, d, h| n.define(d, h));
        }
        if reaches(Layer::Signals) && !self.signals.is_empty() {
            forms.push(|n, d, _| n.signal(d));
            forms.push(|n, d, _| n.signal_count(d));
        }
        if reaches(Layer::Roles) && !self.roles.is_empty() {
            forms.push(|n, d, _| n.role(d));
        }
        if reaches(Layer::Committee) {
            forms.push(|_, d, _| format!("committee is {}", d.pick(&["complete", "not complete", "incomplete"])));
        }
        if reaches(Layer::Scores) {
            forms.push(|n, d, _| n.score(d));
            forms.push(|_, d, _| icp(d));
        }
        if reaches(Layer::Checklists) && !self.checklists.is_empty() {
            forms.push(|n, d, _| {
                let list = d.pick(&n.checklists).clone();
                format!("{list} is {}", d.pick(&["complete", "not complete", "incomplete"]))
            });
        }
        if reaches(Layer::Stages) {
            forms.push(|n, d, h| n.stage(d, h));
        }
        if reaches(Layer::Route) {
            forms.push(|n, d, _| n.route(d));
        }
        // Most conditions are about fields.
        let form = if draw.below(100) < 40 { forms[0] } else { *draw.pick(&forms) };
        form(self, draw, here)
    }

    fn usable(&self, here: Here) -> impl Iterator<Item = &str> {
        let fits = move |layer: &Layer, stages: &usize| *layer <= here.layer && *stages <= here.stages;
        self.defines.iter().filter(move |(_, layer, stages)| fits(layer, stages)).map(|(name, ..)| name.as_str())
    }

    fn define(&self, draw: &mut Draw, here: Here) -> String {
        let usable: Vec<&str> = self.usable(here).collect();
        draw.pick(&usable).to_string()
    }

    fn field(&self, draw: &mut Draw) -> String {
        let (name, kind) = draw.pick(&self.subjects);
        if draw.chance(15) {
            return format!("{name} is {}", draw.pick(&["known", "unknown"]));
        }
        match kind {
            Kind::Choice(choices) => named(draw, name, choices, false),
            Kind::Ordered(choices) => named(draw, name, choices, true),
            Kind::Set(members) => set(draw, name, members),
            Kind::Boolean => match draw.below(4) {
                0 => name.clone(),
                1 => format!("{name} is no"),
                2 => format!("{name} is not yes"),
                _ => format!("{name} in [yes]"),
            },
            Kind::Number { low, high } => {
                let fits = |t: &&&str| {
                    let value: f64 = t.replace('_', "").parse().expect("a number");
                    low.is_none_or(|l| value >= l as f64) && high.is_none_or(|h| value <= h as f64)
                };
                let numbers: Vec<&str> = NUMBERS.iter().filter(fits).copied().collect();
                number(draw, name, &numbers)
            }
            Kind::Date => date(draw, name),
            Kind::Text => text(draw, name),
        }
    }

    fn signals_of(&self, draw: &mut Draw) -> String {
        if draw.chance(30) {
            let sure = &draw.pick(&self.signals).1;
            let tiers: Vec<&str> = TIERS.into_iter().filter(|t| *t == sure || draw.chance(30)).collect();
            return format!("{} signal", tiers.join(" or "));
        }
        draw.pick(&self.signals).0.clone()
    }

    fn signal(&self, draw: &mut Draw) -> String {
        let window = window(draw);
        let of = self.signals_of(draw);
        match (of.ends_with(" signal"), draw.chance(30)) {
            (_, true) => format!("no {of} {window}"),
            (true, false) => format!("any {of} {window}"),
            (false, false) => format!("{of} {window}"),
        }
    }

    fn signal_count(&self, draw: &mut Draw) -> String {
        let of = self.signals_of(draw);
        let compare = *draw.pick(&COMPARE);
        if draw.chance(40) {
            return format!("days since {of} {compare} {}", draw.pick(&[30, 0, 1, 7, 60]));
        }
        let within = if draw.chance(60) { format!("within {} days ", draw.pick(&WINDOWS)) } else { String::new() };
        format!("count of {of} {within}{compare} {}", draw.pick(&[1, 2, 0, 3]))
    }

    fn role(&self, draw: &mut Draw) -> String {
        if draw.chance(30) {
            let status = *draw.pick(&STATUSES[..4]);
            return format!("count of {status} roles {} {}", draw.pick(&COMPARE), draw.below(4));
        }
        let role = draw.pick(&self.roles).clone();
        let status = *draw.pick(&STATUSES);
        match draw.below(4) {
            0 => format!("{role} is {status}"),
            1 => format!("{role} is not {status}"),
            2 => format!("{role} between missing and {status}"),
            _ => {
                let order = *draw.pick(&ORDER);
                let order = if status == "missing" && order == ">=" { ">" } else { order };
                format!("{role} {order} {status}")
            }
        }
    }

    fn score(&self, draw: &mut Draw) -> String {
        let at = draw.below(2);
        let (name, bands, most) = (["fit", "intent"][at], &self.bands[at], self.out_of[at]);
        let points = |draw: &mut Draw| (draw.below(most + 1), *draw.pick(&["", "", ".5", ".01"]));
        let spelled =
            |(whole, rest): (usize, &str)| if whole == most { whole.to_string() } else { format!("{whole}{rest}") };
        let value = |draw: &mut Draw| {
            if draw.chance(50) {
                draw.pick(bands).clone()
            } else {
                let p = points(draw);
                spelled(p)
            }
        };
        match draw.below(6) {
            0..=2 => {
                let order = *draw.pick(&COMPARE);
                format!("{name} {order} {}", value(draw))
            }
            3 => format!("{name} in [{}, {}]", value(draw), value(draw)),
            4 => format!("{name} not in [{}]", value(draw)),
            _ => {
                let (a, b) = (draw.below(bands.len()), draw.below(bands.len()));
                // Bands stand highest first.
                format!("{name} between {} and {}", bands[a.max(b)], bands[a.min(b)])
            }
        }
    }

    fn stage(&self, draw: &mut Draw, here: Here) -> String {
        let mut names = vec!["none".to_string()];
        names.extend(self.stages[..here.stages.min(self.stages.len())].iter().cloned());
        match draw.below(5) {
            0..=2 => format!("stage {} {}", draw.pick(&COMPARE), draw.pick(&names)),
            3 => format!("stage in [{}]", list(draw, &names)),
            _ => {
                let (a, b) = (draw.below(names.len()), draw.below(names.len()));
                format!("stage between {} and {}", names[a.min(b)], names[a.max(b)])
            }
        }
    }

    fn route(&self, draw: &mut Draw) -> String {
        match draw.below(3) {
            0 => format!("route is {}", draw.pick(&self.outcomes)),
            1 => format!("route is not {}", draw.pick(&self.outcomes)),
            _ => format!("route in [{}]", list(draw, &self.outcomes)),
        }
    }
}

fn list(draw: &mut Draw, names: &[String]) -> String {
    draw.some(names).into_iter().cloned().collect::<Vec<_>>().join(", ")
}

fn window(draw: &mut Draw) -> String {
    if draw.chance(30) { "ever".to_string() } else { format!("within {} days", draw.pick(&WINDOWS)) }
}

fn icp(draw: &mut Draw) -> String {
    const STATUSES: [&str; 3] = ["matched", "failed", "undecided"];
    match draw.below(3) {
        0 => format!("icp is {}", draw.pick(&STATUSES)),
        1 => format!("icp is not {}", draw.pick(&STATUSES)),
        _ => format!("icp in [{}]", draw.some(&STATUSES).into_iter().copied().collect::<Vec<_>>().join(", ")),
    }
}

fn named(draw: &mut Draw, name: &str, choices: &[String], ordered: bool) -> String {
    match draw.below(if ordered { 6 } else { 4 }) {
        0 => format!("{name} is {}", draw.pick(choices)),
        1 => format!("{name} in [{}]", list(draw, choices)),
        2 => format!("{name} is not {}", draw.pick(choices)),
        3 => format!("{name} not in [{}]", list(draw, choices)),
        4 => format!("{name} {} {}", draw.pick(&ORDER), draw.pick(choices)),
        _ => {
            let (a, b) = (draw.below(choices.len()), draw.below(choices.len()));
            format!("{name} between {} and {}", choices[a.min(b)], choices[a.max(b)])
        }
    }
}

fn set(draw: &mut Draw, name: &str, members: &[String]) -> String {
    match draw.below(6) {
        0 => format!("{name} has {}", draw.pick(members)),
        1 => format!("{name} has any of [{}]", list(draw, members)),
        2 => format!("{name} has all of [{}]", list(draw, members)),
        3 => format!("{name} has none of [{}]", list(draw, members)),
        4 => format!("{name} is empty"),
        _ => format!("{name} is not empty"),
    }
}

fn number(draw: &mut Draw, name: &str, numbers: &[&str]) -> String {
    match draw.below(8) {
        0..=4 => format!("{name} {} {}", draw.pick(&COMPARE), draw.pick(numbers)),
        5 => format!("{name} in [{}, {}]", draw.pick(numbers), draw.pick(numbers)),
        6 => format!("{name} not in [{}]", draw.pick(numbers)),
        _ => {
            let value = |t: &str| -> f64 { t.replace('_', "").parse().expect("a number") };
            let (a, b) = (*draw.pick(numbers), *draw.pick(numbers));
            let (a, b) = if value(a) <= value(b) { (a, b) } else { (b, a) };
            format!("{name} between {a} and {b}")
        }
    }
}

fn date(draw: &mut Draw, name: &str) -> String {
    let start = Day::parse("2026-03-31").expect("a day");
    let offset = |draw: &mut Draw| *draw.pick(&[0, 1, -1, 7, -7, 30, -45]);
    let (a, b) = (offset(draw), offset(draw));
    let day = |offset: i64| start.plus(offset).to_string();
    match draw.below(6) {
        0 => format!("{name} {} {}", draw.pick(&COMPARE), day(a)),
        1 => format!("{name} before {}", day(a)),
        2 => format!("{name} after {}", day(a)),
        3 => format!("{name} within last {} days", draw.pick(&WINDOWS)),
        4 => format!("{name} within next {} days", draw.pick(&WINDOWS)),
        _ => format!("{name} between {} and {}", day(a.min(b)), day(a.max(b))),
    }
}

fn text(draw: &mut Draw, name: &str) -> String {
    let words = *draw.pick(&TEXTS);
    match draw.below(7) {
        0 => format!("{name} is \"{words}\""),
        1 => format!("{name} is not \"{words}\""),
        2 => format!("{name} in [\"{words}\", \"{}\"]", draw.pick(&TEXTS)),
        3 => format!("{name} contains \"{words}\""),
        4 => format!("{name} starts with \"{words}\""),
        5 => format!("{name} ends with \"{words}\""),
        _ => format!("{name} matches any of [\"{}\", \"{}\"]", draw.pick(&PHRASES), draw.pick(&PHRASES)),
    }
}
